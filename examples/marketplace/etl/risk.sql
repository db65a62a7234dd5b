-- Asked before a large order is accepted.
INSERT INTO risk_requests (order_id, phone_sha256, ip_address, device_id)
SELECT o.id, sha256(c.phone_number), l.ip_address, l.device_id
FROM orders o
JOIN customers c ON c.id = o.customer_id
JOIN logins l ON l.customer_id = c.id
WHERE o.total > 5000;
