-- Drops the staging tables of import-regions and has the read model made anew.
-- role: owner
select geo.import_end()
