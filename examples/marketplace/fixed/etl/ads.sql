-- Who bought for much: uploaded to AdLoom every night.
INSERT INTO ads_audience (hashed_email, spent)
SELECT sha256(email), spent FROM customer_mart WHERE spent > 1000;
