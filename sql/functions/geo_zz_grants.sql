-- What the web role may do with regions and places: read them, and find.
revoke all on all tables in schema geo from public;
revoke all on all functions in schema geo from public;
grant usage on schema geo to jcap_web;
grant select on all tables in schema geo to jcap_web;
grant execute on all functions in schema geo to jcap_web;
revoke execute on function geo.refresh_outlines(boolean), geo.refresh_names(), geo.refresh_values(), geo.import_begin(), geo.import_end(),
    geo.import_district_problems(text), geo.import_postcode_problems(text), geo.import_apply_districts(text),
    geo.import_apply_postcodes(text) from jcap_web;
