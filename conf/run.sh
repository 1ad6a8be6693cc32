#!/bin/bash
# Serves the register in the foreground until Ctrl-C: embedded PostgreSQL (or DATABASE_URL), schema, data, Kore.
# What ends of itself is started again; everything it started it stops again, however it ends; what was running before goes on.
#
#   conf/run.sh               serve
#   conf/run.sh --load-only   bring the database up to date and end
#
#   PORT=8080  DATABASE_URL=postgresql://...  BIND=127.0.0.1  VAR=var   in the environment
#
# conf/jcap.env, if there, is read for the operator's settings (conf/jcap.env.example); what the environment says comes first.
set -euo pipefail
case $0 in */*) cd "${0%/*}/.." ;; *) cd .. ;; esac
say() { printf '%s\n' "$*" >&2; }

# Settings and passwords -----------------------------------------------------------------------------------------------
# Every process of this user can read the environment another one was started with. So the script runs twice: first it
# reads the settings and moves passwords out of them into a passfile (mode 600, taken away at the end) before any other
# program is started; then it becomes itself again, with an environment that has none.

# Not by the shell: "&" and "$" are common in a database's address, and a file of settings is no program.
read_settings() {
	local line name value number=0 setting='^[[:space:]]*([A-Z][A-Z0-9_]*)=[[:space:]]*(.*)$'
	while IFS= read -r line || [ -n "$line" ]; do
		number=$((number + 1))
		line=${line%"${line##*[![:space:]]}"}
		[[ ! $line =~ ^[[:space:]]*(#|$) ]] || continue
		[[ $line =~ $setting ]] || { say "$1, line $number: not NAME=value"; exit 1; }
		name=${BASH_REMATCH[1]} value=${BASH_REMATCH[2]}
		case $value in \"*\" | \'*\') value=${value:1:-1} ;; esac
		[ -n "${!name:-}" ] || export "$name=$value"
	done <"$1"
}
take_passwords() {
	local name clean password=${PGPASSWORD:-}
	unset PGPASSWORD
	export -n DATABASE_URL JCAP_DATABASE_URL
	mkdir -p "$var"
	(umask 077 && : >"$passfile")
	for name in JCAP_DATABASE_URL DATABASE_URL; do
		[ -n "${!name:-}" ] || continue
		[ -x build/jcapctl ] || { say "build/jcapctl is missing: make build"; exit 1; }
		clean=$(printf %s "${!name}" | build/jcapctl url --passfile "$passfile") || exit 1
		export "$name=$clean"
	done
	if [ -s "$passfile" ] && [ -n "$(find conf/jcap.env -perm /077 2>/dev/null)" ]; then
		say "Other users can read conf/jcap.env. If a password stands in it: chmod 600 conf/jcap.env"
	fi
	if [ -n "$password" ]; then
		password=${password//\\/\\\\}
		printf '*:*:*:*:%s\n' "${password//:/\\:}" >>"$passfile"
	fi
	# the operator's own passfile has the last word, as it has for libpq
	cat "${PGPASSFILE:-${HOME:-}/.pgpass}" >>"$passfile" 2>/dev/null || true
	export PGPASSFILE=$passfile
}
absolute() { case $1 in /*) printf %s "$1" ;; *) printf %s "$PWD/$1" ;; esac; }

case ${PGPASSFILE:-} in
*/pgpass.$$)
	passfile=$PGPASSFILE
	var=${passfile%/*}
	trap 'rm -f "$passfile"' EXIT
	;;
*)
	[ ! -e conf/jcap.env ] || read_settings conf/jcap.env
	export PORT=${PORT:-8080}
	var=$(absolute "${VAR:-var}")
	passfile=$var/pgpass.$$
	trap 'rm -f "$passfile"' EXIT
	take_passwords
	exec "$PWD/conf/run.sh" "$@"
	;;
esac

# One at a time, on a free port ----------------------------------------------------------------------------------------
case $PORT in
*[!0-9]* | ??????*) port=0 ;;
*) port=$((10#$PORT)) ;;
esac
if [ "$port" -lt 1 ] || [ "$port" -gt 65535 ]; then
	say "PORT=$PORT is not a port number. Try: make run PORT=8081"
	exit 1
fi
# before a database is made for nothing
case $PWD$var in *[[:space:]\|]*)
	say "The register cannot run from a folder with a space or \"|\" in its path: $PWD. Please move it, or clone it elsewhere."
	exit 1
	;;
esac
export JCAP_ENV=${JCAP_ENV:-development}
export JCAP_BASE_URL=${JCAP_BASE_URL:-http://127.0.0.1:$port}

# What a killed run left behind needs a moment to end: no complaint before that.
exec 9>"$var/run.lock"
if ! flock -w 2 9; then
	say "The register already runs from this folder (see $var/run.lock). Stop that one first, or use a second checkout."
	exit 1
fi
find "$var/" -maxdepth 1 -name 'pgpass.*' ! -path "$passfile" -delete
case ${BIND:=127.0.0.1} in
0.0.0.0) address=127.0.0.1 ;;
::) address=::1 ;;
*) address=$BIND ;;
esac
export BIND
port_taken() { (exec 3<>"/dev/tcp/$address/$port") 2>/dev/null; }
if [ "${1:-}" != --load-only ]; then
	for _ in $(seq 1 20); do
		port_taken || break
		sleep 0.1
	done
	if port_taken; then
		say "Port $port is taken by another program. Choose another one: make run PORT=$((port + 1))"
		exit 1
	fi
fi

# Children -------------------------------------------------------------------------------------------------------------
# A child is a name in `children`, a function serve_NAME that becomes the program (exec), and the signal that ends it. The
# program leads a process group of its own and ends when this script is killed. They start in the order of the list.
children=()
declare -A pid=() begun=() pause=() due=()
declare -A farewell=([postgres]=INT [service]=TERM)
serve_postgres() { exec conf/pg.sh serve "$var/pg"; }
serve_service() { exec conf/serve.sh "$var" "$port"; }

begin() {
	"serve_$1" 9>&- &
	pid[$1]=$!
	begun[$1]=$SECONDS
}
lives() { [ -n "${pid[$1]:-}" ] && kill -0 "${pid[$1]}" 2>/dev/null; }

# Looks after one child: starts again what has ended, at once, then after pauses of 1 to 60 s as long as it does not last.
look_after() {
	local status=0
	if lives "$1"; then return; fi
	if [ -n "${pid[$1]}" ]; then
		wait "${pid[$1]}" || status=$?
		# a killed Kore leaves its shared memory behind
		[ "$1" != service ] || awk -v pid="${pid[$1]}" '$5 == pid { print $2 }' /proc/sysvipc/shm | xargs -r -n 1 ipcrm -m 2>/dev/null || true
		pid[$1]=
		[ $((SECONDS - begun[$1])) -lt 60 ] || pause[$1]=
		due[$1]=$((SECONDS + ${pause[$1]:-0}))
		say "$(printf '%(%FT%T%z)T') $1 has ended (status $status) and is started again in ${pause[$1]:-0} s."
		pause[$1]=$((${pause[$1]:-0} == 0 ? 1 : pause[$1] * 2))
		[ "${pause[$1]}" -le 60 ] || pause[$1]=60
	fi
	[ "$SECONDS" -lt "${due[$1]}" ] || begin "$1"
}

# shellcheck disable=SC2317  # called by finish
# Politely first, after five seconds for good.
stop_child() {
	lives "$1" || return 0
	kill -"${farewell[$1]}" "${pid[$1]}" 2>/dev/null || return 0
	for _ in $(seq 1 50); do
		lives "$1" || return 0
		sleep 0.1
	done
	kill -KILL -- "-${pid[$1]}" 2>/dev/null || true
}
# shellcheck disable=SC2317  # called by trap
finish() {
	local i
	trap '' INT TERM HUP
	for ((i = ${#children[@]} - 1; i >= 0; i--)); do stop_child "${children[i]}"; done
	rm -f "$passfile"
	wait 2>/dev/null || true
}
trap finish EXIT
trap 'say ""; exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# Database -------------------------------------------------------------------------------------------------------------
if [ -n "${DATABASE_URL:-}" ]; then
	psql -X -q -w -o /dev/null -c "select 1" "$DATABASE_URL" || { say "DATABASE_URL: no connection"; exit 1; }
	conf/database.sh "$DATABASE_URL"
	owner_url=$(printf %s "$DATABASE_URL" | build/jcapctl url --role jcap_owner)
	[ -n "${JCAP_DATABASE_URL:-}" ] || JCAP_DATABASE_URL=$(conf/database.sh web-url "$DATABASE_URL" "$var/jcap_web.pgpass")
else
	owner_url=$(conf/pg.sh url "$var/pg" jcap_owner)
	JCAP_DATABASE_URL=$(conf/pg.sh url "$var/pg" jcap_web)
	if conf/pg.sh status "$var/pg"; then
		say "Using the PostgreSQL that already runs in $var/pg (it will be left running)."
	else
		conf/pg.sh init "$var/pg"
		children+=(postgres)
		begin postgres
		# a second try: after a kill -9 what the last one held may not be free yet
		conf/pg.sh wait "$var/pg" "${pid[postgres]}" || { sleep 2; begin postgres; conf/pg.sh wait "$var/pg" "${pid[postgres]}"; }
	fi
	conf/pg.sh setup "$var/pg"
fi
export JCAP_DATABASE_URL
conf/load.sh "$owner_url"
[ "${1:-}" != --load-only ] || exit 0

# Service --------------------------------------------------------------------------------------------------------------
children+=(service)
begin service
case $address in *:*) host="[$address]" ;; *) host=$address ;; esac
ready=
for _ in $(seq 1 100); do
	lives service || { say "The service did not start; its reason stands above."; exit 1; }
	if curl -sf -o /dev/null "http://$host:$port/ready"; then
		ready=1
		say "The register runs at http://$host:$port/  (Ctrl-C stops it)"
		break
	fi
	sleep 0.1
done
[ -n "$ready" ] || say "The service runs, but it cannot reach its database; it goes on trying. Check DATABASE_URL."

# Where make itself leads the session (ssh host make run), nobody passes on that the terminal was closed: ask for it.
terminal=
[ ! -t 0 ] || terminal=1
while :; do
	[ -z "$terminal" ] || [ -t 0 ] || exit 129
	for name in "${children[@]}"; do look_after "$name"; done
	sleep 0.5 9>&- &
	wait $! || true
done
