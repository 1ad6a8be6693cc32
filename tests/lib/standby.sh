#!/bin/bash
# Makes a PostgreSQL standby in the folder STANDBY of the running cluster in PRIMARY, anew. It is started like any cluster (conf/pg.sh start).
#
#   tests/lib/standby.sh STANDBY PRIMARY
set -euo pipefail
cd "$(dirname "$0")/../.."
standby=$1 primary=$2
conf/pg.sh stop "$standby" immediate
rm -rf "$(realpath -m "$standby")" "$standby"
conf/pg.sh url "$standby" >/dev/null          # makes the folder, for its owner
home=$(realpath "$standby")
from=$(realpath "$primary")/data
as=()
[ "$(id -u)" != 0 ] || as=(setpriv --reuid=postgres --regid=postgres --init-groups)
echo "local replication postgres peer map=jcap" >>"$from/pg_hba.conf"
psql -X -q -o /dev/null "$(conf/pg.sh url "$primary" postgres postgres)" -c 'select pg_reload_conf()'
source=$(conf/pg.sh url "$primary" postgres postgres)
for _ in 1 2 3 4 5 6 7 8 9 10; do             # the reload takes a moment
	if (cd / && "${as[@]}" /usr/lib/postgresql/15/bin/pg_basebackup -d "$source" -D "$home/data" -R -c fast -X stream); then exit 0; fi
	sleep 0.3
done
exit 1
