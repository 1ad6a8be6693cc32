#!/bin/bash
# For a PostgreSQL that is not ours (DATABASE_URL): the same URL acting as another role.
#
#   conf/url.sh URL ROLE       prints URL with `set role ROLE` for the whole session (libpq's options)
#   conf/url.sh setup URL      creates the roles and extensions if the login may do so and they are missing
#
# The login in DATABASE_URL must be a member of jcap_owner and jcap_web, or a superuser. Set JCAP_DATABASE_URL as well
# to let the service sign in by a login of its own.
set -euo pipefail

if [ "$1" = setup ]; then
	psql -X -q -v ON_ERROR_STOP=1 "$2" <<-'SQL'
		set client_min_messages = warning;
		select format('create role %I', r) from (values ('jcap_owner'), ('jcap_web')) as wanted(r)
		where not exists (select from pg_roles where rolname = r) \gexec
		select format('grant jcap_owner to %I', current_user)
		where not pg_has_role(current_user, 'jcap_owner', 'member') \gexec
		create extension if not exists postgis;
		create extension if not exists pg_trgm;
		create extension if not exists unaccent;
		create extension if not exists pgcrypto;
		select format('grant create on database %I to jcap_owner', current_database())
		where not has_database_privilege('jcap_owner', current_database(), 'create') \gexec
		select 'grant create on schema public to jcap_owner'
		where not has_schema_privilege('jcap_owner', 'public', 'create') \gexec
	SQL
	exit
fi

url=$1 role=$2
case $url in
postgres://* | postgresql://*)
	case $url in
	*\?*) printf '%s&options=-c%%20role%%3D%s\n' "$url" "$role" ;;
	*) printf '%s?options=-c%%20role%%3D%s\n' "$url" "$role" ;;
	esac
	;;
*) printf "%s options='-c role=%s'\n" "$url" "$role" ;;
esac
