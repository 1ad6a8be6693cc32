#!/bin/bash
# The embedded PostgreSQL cluster of a try-out, a test or a measurement: unix socket only, no password, no TCP port.
#
#   conf/pg.sh init DIR                  create the cluster if there is none
#   conf/pg.sh serve DIR [name=value]... run it in the foreground; ends with its parent (settings override)
#   conf/pg.sh start DIR [name=value]... run it in the background until `stop`
#   conf/pg.sh stop DIR                  stop it; `stop DIR immediate` without a farewell to clients
#   conf/pg.sh wait DIR [PID]            return when it answers; fails after 60 s, or when the process PID has ended
#   conf/pg.sh status DIR                exit 0 if it runs and is not on its way out
#   conf/pg.sh setup DIR [DBNAME]        roles, database and extensions (what needs a superuser); may be repeated
#   conf/pg.sh url DIR [ROLE] [DBNAME]   a libpq connection string (ROLE: jcap_owner, jcap_web or postgres)
#   conf/pg.sh psql DIR [arguments]...   psql as jcap_owner
#
# PostgreSQL refuses to run as root, so for root the cluster belongs to the user postgres; where that user cannot reach
# DIR (a checkout under /root), the cluster lies in /var/lib and DIR is a link to it. Who may become which role is told
# by an ident map over the peer's user id: the owner of the cluster all of them, the service's user only jcap_web.
set -euo pipefail

PG_BIN=/usr/lib/postgresql/15/bin
SERVICE_USER=www-data          # the user a root-started Kore drops to (conf/run.sh)

die() { printf 'pg: %s\n' "$*" >&2; exit 1; }

[ $# -ge 2 ] || { sed -n '2,13p' "$0" >&2; exit 2; }
command=$1
requested=$2
shift 2

am_root() { [ "$(id -u)" = 0 ]; }
# Run a command as the user the cluster belongs to.
as_cluster_user() {
	if am_root; then
		setpriv --reuid=postgres --regid=postgres --init-groups "$@"
	else
		"$@"
	fi
}

hash_of() { printf '%s' "$1" | sha256sum | cut -c1-10; }

# Where DIR really lies. Created on first use; belongs to the cluster's user.
absolute=$(realpath -ms "$requested")
if [ ! -e "$absolute/data" ] && [ "$command" != status ] && [ "$command" != stop ]; then
	mkdir -p "$(dirname "$absolute")"
	if am_root && ! as_cluster_user test -x "$(dirname "$absolute")"; then
		elsewhere=/var/lib/jcap-$(hash_of "$absolute")
		install -d -o postgres -g postgres -m 755 "$elsewhere"
		[ -L "$absolute" ] || ln -s "$elsewhere" "$absolute"
	else
		mkdir -p "$absolute"
		if am_root; then chown postgres:postgres "$absolute"; fi
	fi
fi
home=$(realpath -m "$absolute")
data=$home/data

# A unix socket's path may have 107 bytes; Kore's user must be able to reach it as well.
sockets=$home/socket
if [ ${#sockets} -gt 85 ] || { am_root && ! setpriv --reuid=$SERVICE_USER --clear-groups test -x "$home" 2>/dev/null; }; then
	sockets=/tmp/jcap-$(hash_of "$home")
fi

make_socket_dir() {
	[ -d "$sockets" ] || as_cluster_user mkdir -m 755 "$sockets"
	local owner
	owner=$(stat -c %U "$sockets")
	[ "$owner" = "$(as_cluster_user id -un)" ] || die "$sockets belongs to $owner; please remove it"
}

running() { as_cluster_user "$PG_BIN/pg_ctl" status -D "$data" >/dev/null 2>&1; }
# The eighth line of postmaster.pid says what the postmaster is at.
stopping() { [ "$(as_cluster_user sed -n '8s/ *$//p' "$data/postmaster.pid" 2>/dev/null)" = stopping ]; }
# One that was told to stop (its starter was killed) goes by itself; the next one has to wait for it.
wait_stopped() {
	for _ in $(seq 1 300); do
		running && stopping || return 0
		sleep 0.1
	done
}

init() {
	[ -e "$data/PG_VERSION" ] && return 0
	[ -x $PG_BIN/initdb ] || die "PostgreSQL 15 is missing; run conf/install.sh run"
	local incoming=$home/data.new me
	me=$(id -un)
	as_cluster_user rm -rf "$incoming"
	(cd / && as_cluster_user $PG_BIN/initdb -D "$incoming" -U postgres --locale=C.UTF-8 --encoding=UTF8 \
		--auth=peer --no-sync --no-instructions >/dev/null) || die "initdb failed in $home"
	echo "local all all peer map=jcap" | as_cluster_user tee "$incoming/pg_hba.conf" >/dev/null
	{
		printf 'jcap %s jcap_owner\njcap %s jcap_web\njcap %s postgres\n' "$me" "$me" "$me"
		[ "$me" = postgres ] || echo "jcap postgres postgres"
		[ "$me" = $SERVICE_USER ] || echo "jcap $SERVICE_USER jcap_web"
	} | as_cluster_user tee "$incoming/pg_ident.conf" >/dev/null
	# log_min_messages and log_min_error_statement: a failing statement's text and values may hold what a visitor typed
	as_cluster_user tee -a "$incoming/postgresql.conf" >/dev/null <<-CONF
		listen_addresses = ''
		max_connections = 60
		shared_buffers = 256MB
		effective_cache_size = 1GB
		work_mem = 16MB
		maintenance_work_mem = 128MB
		random_page_cost = 1.1
		jit = off
		timezone = 'Europe/Berlin'
		log_timezone = 'Europe/Berlin'
		log_min_messages = log
		log_min_error_statement = panic
		log_line_prefix = '%m [%p] '
		cluster_name = 'jcap'
	CONF
	as_cluster_user mv "$incoming" "$data"
}

# exec's the postmaster; $1 is the pdeathsig (or "none"), the rest are settings.
exec_postmaster() {
	local deathsig=$1 options=() setting
	shift
	for setting in "$@"; do options+=(-c "$setting"); done
	make_socket_dir
	local prefix=()
	if am_root; then prefix+=(--reuid=postgres --regid=postgres --init-groups); fi
	[ "$deathsig" = none ] || prefix+=(--pdeathsig "$deathsig")
	cd "$data"
	[ ${#prefix[@]} = 0 ] || prefix=(setpriv "${prefix[@]}")
	exec setsid "${prefix[@]}" $PG_BIN/postgres -D "$data" -c unix_socket_directories="$sockets" "${options[@]}"
}

# The log goes on over starts; beyond 10 MB it becomes postgres.log.1, and the old one of that name goes.
log_file() {
	local log=$home/postgres.log
	if [ "$(stat -c %s "$log" 2>/dev/null || echo 0)" -gt 10000000 ]; then as_cluster_user mv "$log" "$log.1"; fi
	as_cluster_user touch "$log"
	echo "$log"
}

wait_ready() {
	for _ in $(seq 1 600); do
		if "$PG_BIN/pg_isready" -q -h "$sockets" -U postgres -d postgres; then return 0; fi
		[ -z "${1:-}" ] || kill -0 "$1" 2>/dev/null || break
		sleep 0.1
	done
	tail -n 5 "$home/postgres.log" >&2 || true
	die "the cluster in $home does not answer (its log: $home/postgres.log)"
}

url() { printf "host='%s' user=%s dbname=%s\n" "$sockets" "${1:-jcap_owner}" "${2:-jcap}"; }

setup() {
	local db=${1:-jcap}
	local super
	super=$(url postgres postgres)
	psql -X -q -v ON_ERROR_STOP=1 "$super" <<-'SQL'
		select format('create role %I login', r) from (values ('jcap_owner'), ('jcap_web')) as wanted(r)
		where not exists (select from pg_roles where rolname = r) \gexec
	SQL
	psql -X -q -v ON_ERROR_STOP=1 -v db="$db" "$super" <<-'SQL'
		select format('create database %I owner jcap_owner', :'db')
		where not exists (select from pg_database where datname = :'db') \gexec
	SQL
	# Nobody enters a database that was not opened to them: in `postgres` and `template1` everybody could make temporary tables.
	psql -X -q -v ON_ERROR_STOP=1 "$super" <<-'SQL'
		select format('revoke all on database %I from public', datname) from pg_database
		where has_database_privilege('jcap_web', oid, 'temporary') or datname in ('postgres', 'template0', 'template1') \gexec
	SQL
	"$(dirname "$0")/database.sh" "$(url postgres "$db")"
}

case $command in
init) init ;;
serve)
	init
	wait_stopped
	running && die "the cluster in $home is already running"
	exec_postmaster INT "$@" >>"$(log_file)" 2>&1 </dev/null
	;;
start)
	init
	wait_stopped
	if running; then exit 0; fi
	(exec_postmaster none "$@" >>"$(log_file)" 2>&1 </dev/null) &
	wait_ready
	;;
stop)
	[ -e "$data/PG_VERSION" ] || exit 0
	running || exit 0
	cd /
	as_cluster_user $PG_BIN/pg_ctl stop -s -D "$data" -m "${1:-fast}"
	;;
wait) wait_ready "$@" ;;
status) running && ! stopping ;;
setup) setup "$@" ;;
url) url "$@" ;;
psql) exec psql -X "$(url jcap_owner)" "$@" ;;
*) die "unknown command $command" ;;
esac
