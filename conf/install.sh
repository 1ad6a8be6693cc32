#!/bin/bash
# Installs what is missing from Debian and npm, and nothing else.
#
#   conf/install.sh build      what `make build` needs
#   conf/install.sh run        that, and what the built register needs to run (`make run`)
#   conf/install.sh test       that, and what `make test`, `make bench` and `make lint` need
#
# With everything in place it only asks dpkg once (about 20 ms). Services that arrive with a package (PostgreSQL's
# main cluster, nginx, haproxy) are neither started nor enabled: the register runs its own under var/.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'install: %s\n' "$*" >&2; }

# Names of the packages in the given lists that are not installed and whose command is not there either.
missing_packages() {
	local package command installed
	installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' 2>/dev/null | sed -n 's/ installed$//p')
	sed 's/#.*//' "$@" | sort -u | while read -r package command; do
		[ -n "$package" ] || continue
		[ -n "$command" ] && command -v "$command" >/dev/null && continue
		grep -qxF "$package" <<<"$installed" || echo "$package"
	done
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# While packages unpack, policy-rc.d keeps their services from starting and createcluster.d keeps PostgreSQL from making
# a cluster of its own. Both are taken away again; files that were there before are left alone.
POLICY=/usr/sbin/policy-rc.d
NO_CLUSTER=/etc/postgresql-common/createcluster.d/jcap.conf
policy_is_ours=
guard_services() {
	if [ ! -e "$POLICY" ]; then
		policy_is_ours=1
		printf '#!/bin/sh\nexit 101\n' | as_root tee "$POLICY" >/dev/null
		as_root chmod 755 "$POLICY"
	fi
	as_root mkdir -p "$(dirname "$NO_CLUSTER")"
	echo "create_main_cluster = false" | as_root tee "$NO_CLUSTER" >/dev/null
}
unguard_services() {
	[ -z "$policy_is_ours" ] || as_root rm -f "$POLICY"
	as_root rm -f "$NO_CLUSTER"
}

install_packages() {
	local packages=("$@") service ours=()
	if ! command -v apt-get >/dev/null; then
		say "this is not Debian; please install by hand: ${packages[*]}"
		exit 1
	fi
	if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
		say "packages are missing, and neither root nor sudo is at hand. Please run as root:"
		say "  apt-get install --no-install-recommends ${packages[*]}"
		exit 1
	fi
	say "installing from Debian: ${packages[*]}"
	for service in nginx haproxy; do
		[ -e "/usr/sbin/$service" ] || ours+=("$service")
	done
	trap unguard_services EXIT
	guard_services
	as_root apt-get update -qq
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
		-o Dpkg::Options::=--force-confold "${packages[@]}" >&2
	# a service that only we brought in must not come up at the next boot either
	for service in "${ours[@]}"; do
		if [ -e "/usr/sbin/$service" ] && command -v systemctl >/dev/null; then
			as_root systemctl disable --quiet "$service" 2>/dev/null || true
		fi
	done
	unguard_services
	trap - EXIT
}

# npm ci in a folder, only when its lock file changed since the last time.
npm_ci() {
	local folder=$1
	[ -e "$folder/package-lock.json" ] || return 0
	cmp -s "$folder/package-lock.json" "$folder/node_modules/.installed-lock" && return 0
	say "npm ci in $folder/"
	npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --loglevel=error >&2
	cp "$folder/package-lock.json" "$folder/node_modules/.installed-lock"
}

lists=(conf/packages-build)
folders=(assets)
case ${1:-run} in
build) ;;
run)
	lists+=(conf/packages-run)
	;;
test)
	lists+=(conf/packages-run conf/packages-test)
	folders+=(tests)
	;;
*)
	say "usage: conf/install.sh build|run|test"
	exit 2
	;;
esac
mapfile -t packages < <(missing_packages "${lists[@]}")
[ ${#packages[@]} = 0 ] || install_packages "${packages[@]}"
for folder in "${folders[@]}"; do npm_ci "$folder"; done
