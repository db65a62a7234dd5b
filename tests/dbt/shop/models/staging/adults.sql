{{ config(materialized='ephemeral') }}
select user_id, email as mail, tel from {{ ref('stg_users') }}
