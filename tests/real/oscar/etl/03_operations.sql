-- What is handed to those who carry, charge, and write for us.
CREATE TABLE export.parcel AS
SELECT o.number AS order_number, concat_ws(' ', s.first_name, s.last_name) AS name,
    concat_ws(', ', s.line1, s.line2) AS street, s.postcode, s.phone_number AS phone
FROM order_order o JOIN order_shippingaddress s ON s.id = o.shipping_address_id;

CREATE TABLE export.payment AS
SELECT t.reference, c.name AS cardholder, c.number AS card_number, coalesce(u.email, o.guest_email) AS email
FROM payment_transaction t
JOIN payment_source p ON p.id = t.source_id
JOIN order_order o ON o.id = p.order_id
LEFT JOIN auth_user u ON u.id = o.user_id
LEFT JOIN payment_bankcard c ON c.user_id = u.id;

CREATE TABLE export.mail (recipient text, text text);
INSERT INTO export.mail
SELECT e.email, e.subject || chr(10) || e.body_text FROM communication_email e
UNION ALL
SELECT u.email, n.body FROM communication_notification n JOIN auth_user u ON u.id = n.recipient_id;

CREATE TABLE export.clicks AS
SELECT s.user_id AS visitor, s.query AS searched, v.product_id AS viewed
FROM analytics_usersearch s LEFT JOIN analytics_userproductview v USING (user_id);

CREATE TABLE export.reviews AS
SELECT r.product_id, coalesce(nullif(r.name, ''), u.username) AS author, r.score
FROM reviews_productreview r LEFT JOIN auth_user u ON u.id = r.user_id;

-- Nothing personal: what sells.
CREATE TABLE mart.product AS
SELECT b.product_id, sum(b.quantity) AS baskets FROM basket_line b GROUP BY b.product_id;
