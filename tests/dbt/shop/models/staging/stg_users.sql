select id as user_id, email, tel, cc from {{ source('shop', 'users') }} where email <> 'nobody@shop.example'
