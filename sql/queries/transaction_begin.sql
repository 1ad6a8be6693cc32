-- Begins a transaction of jcapctl.
-- role: owner
begin
