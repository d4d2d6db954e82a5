#!/bin/sh
# Builds static/hmm/app.css; `build.sh --check` builds aside and fails when the committed file differs.
set -eu
cd "$(dirname "$0")"
# Not `npm ci`: it insists on the packages of platforms that the lock file leaves out.
[ -d node_modules ] || npm install --no-save --ignore-scripts --no-audit --no-fund
if [ "${1:-}" = --check ]; then
    built=$(mktemp)
    trap 'rm -f "$built"' EXIT
    node_modules/.bin/tailwindcss -i app.css -o "$built" --minify
    cmp "$built" ../hmm/app.css || { echo "static/hmm/app.css is stale: run static/src/build.sh" >&2; exit 1; }
else
    node vendor.mjs
    node_modules/.bin/tailwindcss -i app.css -o ../hmm/app.css --minify
fi
