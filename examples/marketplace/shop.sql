-- The shop of Kora Market, an invented cross-border marketplace.
CREATE TABLE customers (
    id INTEGER PRIMARY KEY, email TEXT NOT NULL, phone_number TEXT, full_name TEXT, created_at TEXT
);
CREATE TABLE addresses (
    id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id),
    receiver_name TEXT, street TEXT, city TEXT, postcode TEXT
);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), total INTEGER, placed_at TEXT
);
CREATE TABLE payments (
    id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders (id), card_number TEXT, amount INTEGER
);
CREATE TABLE logins (
    id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), ip_address TEXT, device_id TEXT
);
CREATE TABLE searches (customer_id INTEGER REFERENCES customers (id), search_query TEXT, asked_at TEXT);
CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT, price INTEGER);

CREATE VIEW customer_mart AS
    SELECT c.id AS customer_id, c.email, c.phone_number AS phone, sum(o.total) AS spent
    FROM customers c JOIN orders o ON o.customer_id = c.id
    GROUP BY c.id, c.email, c.phone_number;

-- What is handed to others is put here first.
CREATE TABLE parcel_labels (order_id INTEGER, receiver_name TEXT, street TEXT, city TEXT, postcode TEXT, phone TEXT);
CREATE TABLE ads_audience (hashed_email TEXT, phone TEXT, spent INTEGER);
CREATE TABLE mail_outbox (email TEXT, full_name TEXT, order_id INTEGER);
CREATE TABLE risk_requests (order_id INTEGER, phone_sha256 TEXT, ip_address TEXT, device_id TEXT);
