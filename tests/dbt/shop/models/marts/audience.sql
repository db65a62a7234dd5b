{{ config(materialized='incremental', unique_key='mail', tags=['handed-over']) }}
select * from {{ ref('customers') }}
{% if is_incremental() %} where user_id not in (select user_id from {{ this }}) {% endif %}
