#!/bin/bash
# `kontor serve` and the bare pipeline in turns, each time on a fresh directory: medians, and how much of what the
# machine can do is left when everything is decided, hashed, viewed and durable.
#   bench/throughput.sh [CSV]       builds the preset PRESET (release) first; data lies below TMPDIR; the raw runs go to CSV
#   RUNS=5 SECONDS_EACH=5 WARM_UP=1 MIX=all ENTITIES=1000 TENANTS=1      RECORD=WHY adds the medians to bench/record.csv
#   SHAPES="1x1 64x1 64x64 4x4x1000 4x4x1000a"     clients x in flight x batch; a: all or nothing
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
csv=${1:-}
source bench/shapes.sh
read -ra shapes <<<"${SHAPES:-1x1 64x1 64x64 4x4x1000 4x4x1000a}"
build_for_bench kontor kontor_bare
begin_work throughput
commit=$(git rev-parse --short HEAD)

conditions
describe_work
for shape in "${shapes[@]}"; do
  for ((run = 0; run < runs; run++)); do
    measure kontor "$shape"
    measure bare "$shape"
  done
done
bench/medians.py "$work/runs" --of kontor --to bare
[[ -z $csv ]] || cp "$work/runs" "$csv"
bench/record.py "$work/runs" --commit "$commit" --preset "$preset" ${RECORD:+--why "$RECORD"}
