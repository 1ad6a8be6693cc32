-- What is wrong with the staged postcodes, one sentence a row; none: nothing.
-- role: owner
-- params: file text
select p from geo.import_postcode_problems(:file::text) with ordinality as t(p, n) order by n limit 20
