-- Replaces all postcodes by the staged ones; returns how many.
-- role: owner
-- params: file text
select geo.import_apply_postcodes(:file::text)
