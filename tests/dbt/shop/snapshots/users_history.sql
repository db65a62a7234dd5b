{% snapshot users_history %}
{{ config(unique_key='id', strategy='check', check_cols=['email'], target_schema=target.schema) }}
select * from {{ source('shop', 'users') }}
{% endsnapshot %}
