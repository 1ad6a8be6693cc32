#!/bin/bash
# make bench: sets up var/bench (a cluster with 10,000 and one with 1,000,000 invented providers; kept for the next time
# as long as what fills them does not change) and measures. Prints a Markdown table; the figures of the README come from here.
#
#   RUNS=5 SECONDS_EACH=4 MANY=1000000 tests/bench/run.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
var=$(pwd -P)/var/bench
MANY=${MANY:-1000000}
mkdir -p "$var"
exec 9>"$var/run.lock"
flock -n 9 || { echo "make bench already runs in this folder." >&2; exit 1; }
trap 'conf/pg.sh stop "$var/pg" immediate 2>/dev/null || true' EXIT
trap 'exit 130' INT TERM HUP

conf/pg.sh start "$var/pg" fsync=off full_page_writes=off synchronous_commit=off shared_buffers=1GB maintenance_work_mem=512MB \
	max_wal_size=8GB 9>&-
content=$(cat sql/schema/*.sql sql/functions/demo_*.sql sql/data/*.sql sql/data/regions/*.tsv | sha256sum | cut -c1-16)
# prepare DATABASE N: a database with N providers, rebuilt when what fills it (or N) changed
prepare() {
	local db=$1 n=$2 owner super
	if [ "$(cat "$var/$db.loaded" 2>/dev/null)" = "$content $n" ]; then
		JCAP_ENV=production conf/load.sh "$(conf/pg.sh url "$var/pg" jcap_owner "$db")" 9>&-
		return
	fi
	echo "bench: filling $db with $n providers" >&2
	super=$(conf/pg.sh url "$var/pg" postgres postgres)
	psql -X -q -c "drop database if exists $db" "$super"
	conf/pg.sh setup "$var/pg" "$db"
	owner=$(conf/pg.sh url "$var/pg" jcap_owner "$db")
	JCAP_ENV=production conf/load.sh "$owner" 9>&-
	psql -X -q -o /dev/null -v ON_ERROR_STOP=1 "$owner" -c "select demo.generate($n)" 9>&-
	psql -X -q -v ON_ERROR_STOP=1 "$(conf/pg.sh url "$var/pg" postgres "$db")" -c 'vacuum analyze' 9>&-
	echo "$content $n" >"$var/$db.loaded"
}
prepare bench_small 10000
prepare bench_large "$MANY"
psql -X -q -c checkpoint "$(conf/pg.sh url "$var/pg" postgres postgres)"
JCAP_TEST_VAR=$var MANY=$MANY node tests/bench/measure.mjs 9>&-
