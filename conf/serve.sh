#!/bin/bash
# Becomes the service (Kore with build/jcap.so) in the foreground; ends when its parent ends.
#
#   conf/serve.sh VAR PORT     VAR holds the filled-in kore.conf and the pid file
#
# The environment carries the configuration (conf/jcap.env.example); JCAP_DATABASE_URL must be set. BIND (127.0.0.1)
# and WORKERS (2) choose address and number of workers. Started by root, the workers drop to www-data.
set -euo pipefail
cd "$(dirname "$0")/.."
var=$1 port=$2
root=$(pwd -P)
: "${JCAP_DATABASE_URL:?conf/serve.sh: JCAP_DATABASE_URL is not set}"
export JCAP_ENV=${JCAP_ENV:-production}
export JCAP_ASSETS=${JCAP_ASSETS:-$root/build/assets}
[ -n "${JCAP_GEOIP+set}" ] || [ ! -e var/geoip/dbip-city.mmdb ] || export JCAP_GEOIP=$root/var/geoip/dbip-city.mmdb
mkdir -p "$var"
var=$(realpath "$var")

# '|' separates in sed, and Kore's configuration knows no quoting: such a path cannot work
case "$root$var" in *[[:space:]\|]*)
	echo "serve: Kore cannot read paths with spaces: $root" >&2
	exit 1
	;;
esac
sed -e "s|@BIND@|${BIND:-127.0.0.1}|" -e "s|@PORT@|$port|" -e "s|@MODULE@|$root/build/jcap.so|" \
	-e "s|@ROOT@|$root|" -e "s|@USER@|www-data|" -e "s|@PIDFILE@|$var/kore.pid|" \
	-e "s|@WORKERS@|${WORKERS:-2}|" conf/kore.conf.in >"$var/kore.conf"

# -f foreground, -q quiet, -n no chroot (the database's socket lies outside any), -r keep the user
flags=-fqn
[ "$(id -u)" = 0 ] || flags+=r
# Kore leads a process group of its own (a shell may have given us one already), and ends with whoever started this script:
# the kernel sends TERM; if that happened before it was asked to, the service notices by JCAP_STARTED_BY (app/main.c).
lead=(setsid)
read -r _ _ _ _ group _ </proc/$$/stat
[ "$group" != $$ ] || lead=()
export JCAP_STARTED_BY=$PPID
# Kore's own answer to SIGHUP would end it; the service ignores it once it runs, and this until then.
trap '' HUP
exec "${lead[@]}" setpriv --pdeathsig TERM kore "$flags" -c "$var/kore.conf"
