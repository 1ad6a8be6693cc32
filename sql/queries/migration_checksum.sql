-- The checksum with which a migration was applied; no row if it never was.
-- role: owner
-- params: name text
select checksum from public.migration where name = :name
