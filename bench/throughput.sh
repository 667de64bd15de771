#!/bin/bash
# `kontor serve` and the bare pipeline in turns, each time on a fresh directory: medians, and how much of what the
# machine can do is left when everything is decided, hashed, viewed and durable.
#   bench/throughput.sh [CSV]       builds the preset PRESET (release) first; data lies below TMPDIR; the raw runs go to CSV
#   RUNS=5 SECONDS_EACH=5 WARM_UP=1 MIX=all ENTITIES=1000 TENANTS=1
#   SHAPES="1x1 64x1 64x64 4x4x1000 4x4x1000a"     clients x in flight x batch; a: all or nothing
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
csv=${1:-}
runs=${RUNS:-5} seconds=${SECONDS_EACH:-5} warm_up=${WARM_UP:-1} mix=${MIX:-all} entities=${ENTITIES:-1000} tenants=${TENANTS:-1}
read -ra shapes <<<"${SHAPES:-1x1 64x1 64x64 4x4x1000 4x4x1000a}"
[[ -n ${KONTOR-} ]] || build_for_bench kontor kontor_bare
begin_work throughput

# measure WHO SHAPE: one run on a server of its own; a line of CSV into $work/runs.
measure() {
  local who=$1 clients depth batch mode=each data=$work/data.$1
  IFS=x read -r clients depth batch <<<"$2"
  [[ ${batch:-} != *a ]] || { mode=all-or-nothing batch=${batch%a}; }
  rm -rf "$data"
  sync
  "start_$who" "$data"
  "$kontor" bench --server "$server" --mix "$mix" --entities "$entities" --tenants "$tenants" --clients "$clients" --depth "$depth" \
    --batch "${batch:-0}" --mode "$mode" --seconds "$seconds" --warm-up "$warm_up" --server-pid "$server_pid" --data-dir "$work" \
    -o csv >"$work/one" || { cat "$work/one" "$work/server.log" >&2; exit 1; }
  stop_server
  [[ -s $work/runs ]] || echo "who,shape,$(head -1 "$work/one")" >"$work/runs"
  echo "$who,$2,$(tail -1 "$work/one")" >>"$work/runs"
}

conditions
echo "work     mix $mix, $tenants tenants, $entities entities; $runs runs of $seconds s after $warm_up s, in turns; fresh directories"
for shape in "${shapes[@]}"; do
  for ((run = 0; run < runs; run++)); do
    measure kontor "$shape"
    measure bare "$shape"
  done
done
bench/medians.py "$work/runs" --of kontor --to bare
[[ -z $csv ]] || cp "$work/runs" "$csv"
