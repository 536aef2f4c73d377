#!/usr/bin/env bash
# Everything that must hold before a commit. Two lanes side by side, then the tests; each stage prints its time.
set -euo pipefail
cd "$(dirname "$0")/.."
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

stage() {
  local name=$1 begin=$SECONDS
  shift
  if "$@" >"$logs/$name" 2>&1; then
    printf '  %-10s ok  %3ss\n' "$name" $((SECONDS - begin))
  else
    printf '  %-10s FAILED\n' "$name"
    cat "$logs/$name"
    return 1
  fi
}

lint_lane() { stage lint npm run --silent lint; }
facts_lane() {
  stage types npm run --silent types &&
    stage format npm run --silent format &&
    stage arrows npm run --silent arrows &&
    stage unused npm run --silent unused &&
    stage proto npm run --silent proto &&
    stage generated npm run --silent generate -- --check
}

begin=$SECONDS
lint_lane & lint=$!
facts_lane & facts=$!
failed=0
wait $lint || failed=1
wait $facts || failed=1
[ $failed = 0 ] || exit 1
npm run --silent test:coverage
printf '  check      ok  %3ss\n' $((SECONDS - begin))
