#!/bin/bash
# Serves the register in the foreground until Ctrl-C: embedded PostgreSQL (or DATABASE_URL), schema, data, Kore.
# Everything it started it stops again, however it ends; what was running before goes on.
#
#   conf/run.sh               serve
#   conf/run.sh --load-only   bring the database up to date and end
#
#   PORT=8080  DATABASE_URL=postgresql://...  BIND=127.0.0.1  VAR=var   in the environment
#
# conf/jcap.env, if there, is read for the operator's settings (conf/jcap.env.example).
set -euo pipefail
cd "$(dirname "$0")/.."
port=${PORT:-8080}
var=${VAR:-var}
say() { printf '%s\n' "$*" >&2; }

if [ -e conf/jcap.env ]; then
	set -a
	# shellcheck disable=SC1091
	. conf/jcap.env
	set +a
fi
export JCAP_ENV=${JCAP_ENV:-development}
export JCAP_BASE_URL=${JCAP_BASE_URL:-http://127.0.0.1:$port}

case $port in
'' | *[!0-9]*)
	say "PORT=$port is not a port number. Try: make run PORT=8081"
	exit 1
	;;
esac
mkdir -p "$var"
exec 9>"$var/run.lock"
if ! flock -n 9; then
	say "The register already runs from this folder (see $var/run.lock). Stop that one first, or use a second checkout."
	exit 1
fi
if [ "${1:-}" != --load-only ] && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
	say "Port $port is taken by another program. Choose another one: make run PORT=$((port + 1))"
	exit 1
fi

kore_pid='' pg_pid=''
serve_postgres() {
	conf/pg.sh serve "$var/pg" 9>&- &
	pg_pid=$!
}
# shellcheck disable=SC2317  # called by finish
# Stops a child that leads its own process group: politely first, after five seconds for good.
stop_child() {
	local pid=$1 signal=$2
	kill -"$signal" "$pid" 2>/dev/null || return 0
	for _ in $(seq 1 50); do
		kill -0 "$pid" 2>/dev/null || return 0
		sleep 0.1
	done
	kill -KILL -- "-$pid" 2>/dev/null || true
}
# shellcheck disable=SC2317  # called by trap
finish() {
	trap '' INT TERM HUP
	[ -z "$kore_pid" ] || stop_child "$kore_pid" TERM
	[ -z "$pg_pid" ] || stop_child "$pg_pid" INT
	wait 2>/dev/null || true
}
trap finish EXIT
trap 'say ""; exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

if [ -n "${DATABASE_URL:-}" ]; then
	owner_url=$(conf/url.sh "$DATABASE_URL" jcap_owner)
	export JCAP_DATABASE_URL=${JCAP_DATABASE_URL:-$(conf/url.sh "$DATABASE_URL" jcap_web)}
	psql -X -q -c "select 1" "$DATABASE_URL" >/dev/null || { say "DATABASE_URL: no connection"; exit 1; }
	conf/url.sh setup "$DATABASE_URL"
else
	owner_url=$(conf/pg.sh url "$var/pg" jcap_owner)
	JCAP_DATABASE_URL=$(conf/pg.sh url "$var/pg" jcap_web)
	export JCAP_DATABASE_URL
	if conf/pg.sh status "$var/pg"; then
		say "Using the PostgreSQL that already runs in $var/pg (it will be left running)."
	else
		conf/pg.sh init "$var/pg"
		serve_postgres
		conf/pg.sh wait "$var/pg"
	fi
	conf/pg.sh setup "$var/pg"
fi
conf/load.sh "$owner_url"
[ "${1:-}" != --load-only ] || exit 0

conf/serve.sh "$var" "$port" 9>&- &
kore_pid=$!
ready=
for _ in $(seq 1 100); do
	kill -0 "$kore_pid" 2>/dev/null || { say "The service did not start; its reason stands above."; exit 1; }
	if curl -sf -o /dev/null "http://127.0.0.1:$port/ready"; then
		ready=1
		say "The register runs at http://127.0.0.1:$port/  (Ctrl-C stops it)"
		break
	fi
	sleep 0.1
done
[ -n "$ready" ] || say "The service runs, but it cannot reach its database; it goes on trying. Check DATABASE_URL."

# Where make itself leads the session (ssh host make run), nobody passes on that the terminal was closed: ask for it.
terminal=
[ ! -t 0 ] || terminal=1
# Kore restarts its own workers; if the embedded PostgreSQL dies, it is started again here, and the service reconnects.
while kill -0 "$kore_pid" 2>/dev/null; do
	[ -z "$terminal" ] || [ -t 0 ] || exit 129
	if [ -n "$pg_pid" ] && ! kill -0 "$pg_pid" 2>/dev/null; then
		conf/pg.sh status "$var/pg" || serve_postgres
	fi
	sleep 0.5 &
	wait $! || true
done
say "The service has ended."
exit 1
