#!/usr/bin/env bash
# Installs what the optional tests need: Prometheus with promtool, Chromium, tmux, PostgreSQL, PgBouncer, systemd-analyze. A test whose
# program is missing is skipped and says so; so nothing here ends the run: without root, apt-get or a network it says so.
set -u

if ! command -v apt-get > /dev/null; then
    echo "install-peers: no apt-get; the tests that need these programs are skipped"
    exit 0
fi

sudo=""
if [[ "$(id -u)" != 0 ]]; then
    if ! command -v sudo > /dev/null || ! sudo -n true 2> /dev/null; then
        echo "install-peers: not root; the tests that need these programs are skipped"
        exit 0
    fi
    sudo="sudo -n"
fi

export DEBIAN_FRONTEND=noninteractive
missing=()
command -v promtool > /dev/null || missing+=(prometheus)
command -v chromium > /dev/null || missing+=(chromium)
command -v tmux > /dev/null || missing+=(tmux)
command -v pg_ctl > /dev/null || compgen -G '/usr/lib/postgresql/*/bin/pg_ctl' > /dev/null || missing+=(postgresql)
[[ -x /usr/sbin/pgbouncer ]] || command -v pgbouncer > /dev/null || missing+=(pgbouncer)
command -v systemd-analyze > /dev/null || missing+=(systemd)
if ((${#missing[@]} == 0)); then
    exit 0
fi

timeout 300 $sudo apt-get update -qq > /dev/null 2>&1 || true
for package in "${missing[@]}"; do
    # A service that cannot start in a container must not keep its programs from being installed.
    timeout 600 $sudo apt-get install -y -qq --no-install-recommends "$package" > /dev/null 2>&1 || echo "install-peers: $package was not installed; its tests are skipped"
done
exit 0
