#!/usr/bin/env bash
# What must pass before a change lands: set-up, `make check`, the rest of `make test`, the demo.
set -euo pipefail
cd "$(dirname "$0")/.."
export CI=true

stage() {
  local name=$1 begin=$SECONDS
  shift
  printf '== %s\n' "$name"
  "$@"
  printf '== %s: %ss\n' "$name" $((SECONDS - begin))
}

stage set-up make setup
stage check make check
stage test make test CHECKED=1
stage demo make demo
