-- One row a customer: who they are, where they live, what they are worth.
CREATE TABLE mart.customer AS
WITH spending AS (
    SELECT o.user_id, sum(o.total_incl_tax) AS spent, max(o.date_placed) AS last_order
    FROM order_order o
    GROUP BY o.user_id
), wishes AS (
    SELECT w.owner_id, count(*) AS wishes
    FROM wishlists_wishlist w JOIN wishlists_line l ON l.wishlist_id = w.id
    GROUP BY w.owner_id
)
SELECT
    u.id AS customer_id,
    u.email,
    concat(u.first_name, ' ', u.last_name) AS full_name,
    a.phone_number AS phone,
    a.line1 AS street,
    a.postcode,
    coalesce(s.spent, 0) AS spent,
    s.last_order,
    coalesce(w.wishes, 0) AS wishes,
    (SELECT count(*) FROM voucher_voucherapplication v WHERE v.user_id = u.id) AS vouchers_used,
    r.num_product_views
FROM auth_user u
LEFT JOIN address_useraddress a ON a.user_id = u.id AND a.is_default_for_shipping
LEFT JOIN spending s ON s.user_id = u.id
LEFT JOIN wishes w ON w.owner_id = u.id
LEFT JOIN analytics_userrecord r ON r.user_id = u.id;
