-- The read model knows of each row for which day it was built. So rows may be brought up to date a few at a time, and those built while
-- a clock ran ahead are found when it is right again (directory.refresh_due).

-- `day` was "the day the stored rows are right for" and stays so: it moves when nothing is due any more.
alter table directory.version
    add column test_day     date,                                    -- a day for tests; counts only while every provider is invented (directory.today)
    add column refreshed_at timestamptz not null default now();      -- the last batch of due rows

-- The default serves the functions of the release before, until those of this one are in place.
alter table directory.provider_doc add column built_on date not null default (now() at time zone 'Europe/Berlin')::date;
update directory.provider_doc set built_on = (select v.day from directory.version v);
create index provider_doc_built_on on directory.provider_doc (built_on);
