-- Brings the rows up to date that change by date alone, and tells the version of the read model. Run by each connection
-- before its first answer of a day. A change made here is told by NOTIFY, too.
-- role: web
-- params: today date
select version.n::text
from (select directory.refresh_due(:today::date) as refreshed) as due, directory.version
where due.refreshed is not null
