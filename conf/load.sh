#!/bin/bash
# Brings a database up to date: migrations, then every data file that changed since it was last loaded.
#
#   conf/load.sh OWNER_URL      a libpq connection string of jcap_owner
#
# What was loaded is remembered in the database itself (public.loaded_data: name and sha256), so a second run with
# nothing new takes a moment only. Order: schema and functions, regions, lists and catalogue, demo (in development, as
# long as no real provider is in the register).
set -euo pipefail
cd "$(dirname "$0")/.."
url=$1
sql() { psql -X -q -v ON_ERROR_STOP=1 "$url" "$@"; }

JCAP_DATABASE_URL=$url build/jcapctl migrate
sql <<'SQL'
set client_min_messages = warning;
create table if not exists public.loaded_data (
    name      text primary key,
    sha256    text not null,
    loaded_at timestamptz not null default now()
);
comment on table public.loaded_data is 'data files as last loaded by conf/load.sh';
SQL

# load NAME SCRIPT FILE...: runs SCRIPT in one transaction if the content of the FILEs is not what was loaded last.
load() {
	local name=$1 script=$2 sum transaction=--single-transaction
	shift 2
	sum=$(cat "$@" | sha256sum | cut -c1-64)
	[ "$(sql -At -v name="$name" <<<"select sha256 from public.loaded_data where name = :'name'")" != "$sum" ] || return 0
	printf 'load: %s\n' "$name" >&2
	loaded=1
	# a script that is also run by hand opens its transaction itself
	! grep -qix 'begin;' "$script" || transaction=
	sql -o /dev/null $transaction -f "$script"
	sql -v name="$name" -v sum="$sum" <<-'SQL'
		insert into public.loaded_data (name, sha256) values (:'name', :'sum')
		on conflict (name) do update set sha256 = excluded.sha256, loaded_at = now()
	SQL
}

loaded=
# official regions that the operator imported (jcapctl import-regions) are not replaced by the approximate ones
official=$(sql -At <<<"select exists (select from geo.licence where note like 'eingelesen aus %')")
[ "$official" = t ] || load regions sql/data/regions/load.sql sql/data/regions/*.*
for name in lists catalogue phases funding_bodies; do
	load $name sql/data/$name.sql sql/data/$name.*
done
real=$(sql -At <<<"select exists (select from register.provider where not is_demo)")
if [ "${JCAP_ENV:-production}" = development ] && [ "$real" = f ]; then
	load demo sql/data/demo.sql sql/data/demo.* sql/functions/demo_*.sql
fi

# without statistics the first searches would take seconds instead of milliseconds
if [ -n "$loaded" ]; then sql -c 'set client_min_messages = error; analyze'; fi
