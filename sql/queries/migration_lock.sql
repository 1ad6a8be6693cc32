-- Makes a second jcapctl wait until the first has ended; released with the session.
-- role: owner
select pg_advisory_lock(hashtext('jcapctl migrate'))
