-- What the carrier prints on a parcel.
INSERT INTO parcel_labels (order_id, receiver_name, street, city, postcode, phone)
SELECT o.id, a.receiver_name, a.street, a.city, a.postcode, c.phone_number
FROM orders o
JOIN addresses a ON a.customer_id = o.customer_id
JOIN customers c ON c.id = o.customer_id;
