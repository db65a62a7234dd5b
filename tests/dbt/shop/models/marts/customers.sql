select a.user_id, a.mail, md5(a.tel) as tel_hash, c.country, count(o.id) as orders
from {{ ref('adults') }} a
join {{ ref('stg_users') }} u on u.user_id = a.user_id
left join {{ ref('countries') }} c on c.code = u.cc
left join {{ source('shop', 'orders') }} o on o.user_id = a.user_id
group by 1, 2, 3, 4
