-- Brings a few rows up to date that change by date alone, and tells how the read model stands (directory.refresh_due). Run by each worker, one
-- connection at a time: before its first answer of a day, again until nothing is due, and from then on now and then.
-- A change made here is told by NOTIFY, too.
-- role: web
-- params: batch int (how many providers at most)
-- Result: "version day due since refreshed idle", since "-" when nothing is due, refreshed -1 where nothing can be written
select concat_ws(' ', r.version, r.day, r.due, coalesce(r.since::text, '-'), coalesce(r.refreshed, -1), r.idle_s)
from directory.refresh_due(:batch::int) r
