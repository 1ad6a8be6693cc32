-- Drops every function of the house before sql/functions creates them anew: one that no file has any more, or whose
-- parameters changed, would stay behind otherwise. What hangs on functions (triggers, views) stands in sql/functions, too.
-- role: owner
do $$
declare
	command text;
begin
	-- all names first: a function that went with another one has none any more
	foreach command in array (
		select coalesce(array_agg(format('drop %s if exists %s cascade',
			case p.prokind when 'a' then 'aggregate' when 'p' then 'procedure' else 'function' end, p.oid::regprocedure)), '{}')
		from pg_proc p join pg_namespace n on n.oid = p.pronamespace
		where n.nspname in ('geo', 'register', 'directory', 'demo'))
	loop
		execute command;
	end loop;
end
$$
