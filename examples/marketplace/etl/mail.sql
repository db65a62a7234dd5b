-- Order confirmations, sent by the mail service.
INSERT INTO mail_outbox (email, full_name, order_id)
SELECT c.email, c.full_name, o.id FROM orders o JOIN customers c ON c.id = o.customer_id;
