-- Uploaded to AdReach every night: who bought for much.
CREATE TABLE export.audience (email_sha256 text, phone text, spent numeric);
INSERT INTO export.audience (email_sha256, phone, spent)
SELECT encode(sha256(convert_to(lower(c.email), 'UTF8')), 'hex'), c.phone, c.spent
FROM mart.customer c
WHERE c.spent > 500;
