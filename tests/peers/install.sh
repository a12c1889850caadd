#!/usr/bin/env bash
# Brings the packages that the peer tests use. Where that fails the tests are skipped ("not run: ..."); this never does.
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 0
if ! command -v npm >/dev/null; then
    echo 'not run: npm is not here, the peer tests are skipped'
    exit 0
fi
if [[ -f node_modules/.package-lock.json && node_modules/.package-lock.json -nt package.json ]]; then
    exit 0
fi
timeout "${PEERS_TIMEOUT:-240}" npm install --no-audit --no-fund --no-package-lock --ignore-scripts --omit=dev --omit=optional --loglevel=error </dev/null \
    || { echo 'not run: npm could not install the packages, the peer tests are skipped'; rm -rf node_modules; }
exit 0
