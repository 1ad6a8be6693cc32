#!/bin/bash
# Prepares a database for the register: roles, extensions, what the web role may not do (conf/database.sql). May be repeated.
#
#   conf/database.sh URL             by a superuser, or a login that may create roles and owns the database
#   conf/database.sh web-url URL FILE
#       prints a connection string for the service itself: the login jcap_web in the same database. If it cannot sign in yet,
#       it is given a random password, which FILE keeps (a passfile, mode 600) and $PGPASSFILE learns.
#
# What remains open because the login may not close it is said on stderr. Neither arguments nor output hold a password.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf '%s\n' "$*" >&2; }

if [ "$1" != web-url ]; then
	# twice what the workers hold: while a service ends, the next one begins
	connections=$((2 * ${WORKERS:-2} * ${JCAP_DB_CONNECTIONS:-4}))
	[ "$connections" -ge 50 ] || connections=50
	psql -X -q -w -At -v ON_ERROR_STOP=1 -v connections=$connections -f conf/database.sql "$1" | while read -r open; do
		say "Database: $open"
	done
	exit
fi

url=$2 file=$3
dbname=$(psql -X -q -w -At -c 'select current_database()' "$url")
web_url=$(printf %s "$url" | build/jcapctl url --user jcap_web --dbname "$dbname")
signs_in() { psql -X -q -w -o /dev/null -c 'select 1' "$web_url" 2>/dev/null; }
# The first line that fits counts for libpq: ours goes in front.
learn() {
	local others
	others=$(<"$PGPASSFILE")
	printf '%s\n' "$(<"$file")" "$others" >"$PGPASSFILE"
}
# Roles belong to the whole cluster: a second register in it must not take the first one's password away.
place=$(uname -n):$(realpath -m "$file")
kept=$(psql -X -q -w -At -c "select shobj_description('jcap_web'::regrole, 'pg_authid')" "$url")
[ ! -e "$file" ] || learn
if ! signs_in; then
	if [ -n "$kept" ] && [ "$kept" != "$place" ]; then
		say "The password of jcap_web is kept in $kept. Please copy that file to $file; or, if it is lost, run"
		say "'comment on role jcap_web is null' in the database, and a new password is made."
		exit 1
	fi
	if ! JCAP_DATABASE_URL=$url build/jcapctl web-login "$file" || ! learn || ! signs_in; then
		say "The service needs a login of its own, and jcap_web cannot sign in. Please let an administrator make one that is a member of"
		say "jcap_web only, and put it into JCAP_DATABASE_URL (conf/jcap.env.example)."
		exit 1
	fi
	psql -X -q -w -v ON_ERROR_STOP=1 -v place="$place" "$url" <<<"comment on role jcap_web is :'place'"
fi
printf '%s\n' "$web_url"
