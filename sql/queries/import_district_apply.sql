-- Replaces the outlines of all Kreise by the staged ones; returns how many.
-- role: owner
-- params: file text
select geo.import_apply_districts(:file::text)
