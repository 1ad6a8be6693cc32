-- role: owner
begin
