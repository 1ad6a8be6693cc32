-- Makes the staging tables of import-regions.
-- role: owner
select geo.import_begin()
