-- What the web role may do with regions and places: read them, and find.
revoke all on all tables in schema geo from public;
revoke all on all functions in schema geo from public;
grant usage on schema geo to jcap_web;
grant select on all tables in schema geo to jcap_web;
grant execute on all functions in schema geo to jcap_web;
revoke execute on function geo.refresh_outlines(boolean), geo.refresh_names(), geo.refresh_values() from jcap_web;
