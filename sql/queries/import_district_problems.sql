-- What is wrong with the staged Kreise, one sentence a row; none: nothing.
-- role: owner
-- params: file text
select p from geo.import_district_problems(:file::text) with ordinality as t(p, n) order by n limit 20
