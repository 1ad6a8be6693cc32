#!/bin/bash
# Runs every suite against a cluster and services of its own (var/test, free ports) and ends with "N passed, N failed".
#
#   tests/run.sh                     everything (make test)
#   tests/run.sh http sql            only these suites
#   KEEP=1 tests/run.sh http         keep the loaded database of the last run (faster while writing tests)
#
# Suites: lint docker unit sql http proxy browser outage process fuzz. Each runner speaks TAP into var/test/log/SUITE.tap; what failed
# is shown with the suite's name. A runner that crashes, or runs no test, counts as one failure.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
var=$(pwd -P)/var/test
log=$var/log
passed=0 failed=0
suites=("$@")
[ ${#suites[@]} -gt 0 ] || suites=(lint docker unit sql http proxy browser outage process fuzz)

say() { printf '%s\n' "$*"; }
now() { date +%s; }

# check NAME COMMAND...: one test that passes if the command succeeds.
check() {
	local name=$1
	shift
	if "$@" >"$log/check.log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		say "not ok $name"
		tail -n 30 "$log/check.log" | sed 's/^/    /'
	fi
}

# tap SUITE COMMAND...: runs a TAP producer and adds up its tests. Only leaf tests count: a "# Subtest" that holds others
# is not one itself (node's own summary says how many there were). A runner gets ten minutes.
tap() {
	local suite=$1 status good bad
	shift
	timeout -k 10 600 "$@" >>"$log/$suite.tap" 2>"$log/$suite.err"
	status=$?
	if grep -q '^# pass [0-9]' "$log/$suite.tap"; then
		good=$(awk '/^# pass [0-9]/ {n += $3} END {print n + 0}' "$log/$suite.tap")
		bad=$(awk '/^# (fail|cancelled) [0-9]/ {n += $3} END {print n + 0}' "$log/$suite.tap")
	else
		good=$(grep -cE '^ok ' "$log/$suite.tap")
		bad=$(grep -cE '^not ok ' "$log/$suite.tap")
	fi
	if [ "$bad" = 0 ] && [ "$status" != 0 ]; then
		bad=1
		say "not ok $suite: the runner ended with status $status ($*)"
		tail -n 15 "$log/$suite.tap" "$log/$suite.err" | sed 's/^/    /'
	elif [ $((good + bad)) = 0 ]; then
		bad=1
		say "not ok $suite: no test was run ($*)"
		tail -n 15 "$log/$suite.err" | sed 's/^/    /'
	elif [ "$bad" != 0 ]; then
		awk -v suite="$suite" -f tests/lib/failures.awk "$log/$suite.tap"
	fi
	passed=$((passed + good)) failed=$((failed + bad))
	[ "$status" = 0 ] || return 1
}

# Set-up ---------------------------------------------------------------------------------------------------------------
mkdir -p "$log"
rm -f "$log"/*.tap "$log"/*.err
exec 9>"$var/run.lock"
if ! flock -n 9; then
	say "make test already runs in this folder."
	exit 1
fi
# Only what this run started is stopped: the clusters below var/test.
cleanup() {
	local dir
	for dir in "$var/pg" "$var/outage" "$var/spare" "$var/standby" "$var"/process-*/pg; do
		conf/pg.sh stop "$dir" immediate 2>/dev/null || true
	done
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

# The test clusters need not survive a power cut.
FAST=(fsync=off full_page_writes=off synchronous_commit=off shared_buffers=128MB)
export JCAP_ENV=development JCAP_TEST_VAR=$var
OWNER_URL=$(conf/pg.sh url "$var/pg" jcap_owner)

database_ready() {
	if [ -z "${KEEP:-}" ]; then
		conf/pg.sh stop "$var/pg" immediate 2>/dev/null
		rm -rf "$(realpath -m "$var/pg")/data"
	fi
	conf/pg.sh start "$var/pg" "${FAST[@]}" 9>&- && conf/pg.sh setup "$var/pg" && conf/load.sh "$OWNER_URL"
}
needs_database() {
	case " ${suites[*]} " in *' sql '* | *' http '* | *' proxy '* | *' browser '* | *' outage '* | *' process '*) return 0 ;; esac
	return 1
}

# Suites ---------------------------------------------------------------------------------------------------------------
suite_lint() { tap lint node --test --test-reporter=tap tests/lint/*.test.mjs; }

suite_docker() { tap docker node --test --test-reporter=tap tests/docker/*.test.mjs; }

suite_unit() {
	local program
	check "unit: the unit tests compile" make -j2 -s unit || return
	for program in build/unit/test_*; do
		case $program in *.d) continue ;; esac
		CMOCKA_MESSAGE_OUTPUT=TAP ASAN_OPTIONS=detect_leaks=1 \
			tap "unit-$(basename "$program")" "$program"
	done
}

suite_sql() {
	local file
	psql -X -q "$(conf/pg.sh url "$var/pg" postgres)" -c 'create extension if not exists pgtap' 9>&-
	PGHOST=${OWNER_URL#host=\'} PGHOST=${PGHOST%%\'*}
	export PGHOST PGUSER=postgres PGDATABASE=jcap
	for file in tests/sql/*.sql; do
		tap "sql-$(basename "$file" .sql)" pg_prove --verbose --norc "$file"
	done
	unset PGHOST PGUSER PGDATABASE
	check "migrations: running them again changes nothing" migrate_again
}
migrate_again() {
	local before after
	fingerprint() { conf/pg.sh psql "$var/pg" -At -c 'select md5(string_agg(m::text, chr(10) order by m::text)) from public.migration m'; }
	before=$(fingerprint) && conf/load.sh "$OWNER_URL" && after=$(fingerprint) && [ -n "$before" ] && [ "$before" = "$after" ]
}

suite_http() { tap http node --test --test-reporter=tap tests/http/*.test.mjs; }
# haproxy with conf/haproxy.cfg in front of services
suite_proxy() { tap proxy node --test --test-reporter=tap tests/proxy/*.test.mjs; }
suite_browser() { tap browser node --test --test-reporter=tap tests/browser/*.test.mjs; }

# Where PostgreSQL is killed, suites have clusters of their own, which they start themselves: copies of the loaded one.
copy_cluster() {
	local to
	conf/pg.sh stop "$1" immediate 2>/dev/null
	rm -rf "$(realpath -m "$1")" "$1"
	conf/pg.sh init "$1"
	to=$(realpath "$1")
	rm -rf "$to/data"
	cp -a "$(realpath "$var/pg")/data" "$to/data"
}
suite_outage() {
	conf/pg.sh stop "$var/pg"
	copy_cluster "$var/outage"
	copy_cluster "$var/spare"
	tap outage node --test --test-reporter=tap tests/outage/*.test.mjs
	conf/pg.sh start "$var/pg" "${FAST[@]}" 9>&-
}

# conf/run.sh as an operator uses it, each file with a VAR folder of its own.
suite_process() {
	local file
	conf/pg.sh stop "$var/pg"
	for file in tests/process/*.test.mjs; do
		rm -rf "$var/process-$(basename "$file" .test.mjs)"
		copy_cluster "$var/process-$(basename "$file" .test.mjs)/pg"
	done
	tap process node --test --test-reporter=tap tests/process/*.test.mjs
	conf/pg.sh start "$var/pg" "${FAST[@]}" 9>&-
}

suite_fuzz() {
	local program name corpora
	check "fuzz: the targets compile" make -j2 -s fuzz || return
	for program in build/fuzz/*; do
		name=$(basename "$program")
		corpora=("$var/corpus/$name")
		mkdir -p "${corpora[0]}"
		[ ! -d "tests/fuzz/corpus/$name" ] || corpora+=("tests/fuzz/corpus/$name")
		check "fuzz $name: ${FUZZ_SECONDS:-20} s without a finding" "$program" -max_total_time="${FUZZ_SECONDS:-20}" \
			-timeout=5 -rss_limit_mb=1024 -artifact_prefix="$log/" "${corpora[@]}"
	done
}

started=$(now)
if needs_database; then
	if ! database_ready >"$log/database.log" 2>&1; then
		failed=$((failed + 1))
		say "not ok set-up: the test database (var/test/log/database.log)"
		tail -n 15 "$log/database.log" | sed 's/^/    /'
	else
		passed=$((passed + 1))
	fi
fi
for suite in "${suites[@]}"; do
	begun=$(now) before=$((passed + failed))
	"suite_$suite"
	say "$(printf '%-8s %5d tests  %4d s' "$suite" $((passed + failed - before)) $(($(now) - begun)))"
done
say "all suites: $(($(now) - started)) s"
say "$passed passed, $failed failed"
[ "$failed" = 0 ]
