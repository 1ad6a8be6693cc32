-- Where migrations are recorded.
-- role: owner
create table if not exists public.migration (
	name text primary key,
	checksum text not null,
	applied_at timestamptz not null default now()
)
