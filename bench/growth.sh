#!/bin/bash
# What a command costs as the work grows: accounts (or courses and groups) of a tenant, their memberships, and tenants.
# Each line is a server of its own on a fresh directory.
#   bench/growth.sh [CSV]           builds the preset PRESET (release) first; data lies below TMPDIR; the raw runs go to CSV
#   SIZES="1x1000 1x100000 1x1000000 1000x100 10000x10"     tenants x entities of each, or
#   SIZES="1x1000x1000 1x1000x100000" MIX=seats             tenants x entities x memberships of each
#   CLIENTS=64 DEPTH=64 MIX=credits RUNS=1 SECONDS_EACH=10 WARM_UP=2
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
csv=${1:-}
clients=${CLIENTS:-64} depth=${DEPTH:-64} mix=${MIX:-credits} runs=${RUNS:-1} seconds=${SECONDS_EACH:-10} warm_up=${WARM_UP:-2}
read -ra sizes <<<"${SIZES:-1x1000 1x100000 1x1000000 1000x100 10000x10}"
build_for_bench kontor
begin_work growth
ulimit -n "$(ulimit -Hn)"
conditions
echo "work     mix $mix, $clients clients x $depth; $runs runs of $seconds s after $warm_up s; a fresh server for each"

printf '%22s %12s %10s %10s %12s %16s %14s %10s\n' "tenants x each" commands/s "p99 us" "max us" "server us" "B of each" "opened in s" "views ms"
for size in "${sizes[@]}"; do
  IFS=x read -r tenants entities memberships <<<"$size"
  for ((run = 0; run < runs; run++)); do
    rm -rf "$work/data"
    printf '[limits]\nconnections = %d\n' $((tenants > 4000 ? tenants + 100 : 4096)) >"$work/kontor.toml"
    start_kontor "$work/data" --config "$work/kontor.toml"
    "$kontor" bench --server "$server" --mix "$mix" --tenants "$tenants" --entities "$entities" --memberships "${memberships:-0}" --clients "$clients" --depth "$depth" \
      --seconds "$seconds" --warm-up "$warm_up" --server-pid "$server_pid" --data-dir "$work" -o csv >"$work/one" ||
      { cat "$work/one" "$work/server.log" >&2; exit 1; }
    stop_server
    [[ -s $work/runs ]] || head -1 "$work/one" >"$work/runs"
    tail -1 "$work/one" >>"$work/runs"
    python3 - "$work/one" <<'PY'
import csv, sys
row = list(csv.DictReader(open(sys.argv[1], newline="", encoding="utf-8")))[-1]
number = {key: int(value) for key, value in row.items() if value.isdigit()}
things = number["tenants"] * (number["memberships"] or number["entities"])
work = [row["tenants"], row["entities"]] + [row["memberships"]] * (number["memberships"] > 0)
print("%22s %12d %10d %10d %12.1f %16d %14.1f %10.1f" % (
    " x ".join(work), number["commands_per_second"], number["p99_us"], number["max_us"],
    (number["server_user_ns"] + number["server_system_ns"]) / 1e3, number["opening_memory_bytes"] / things,
    number["opening_ms"] / 1e3, number["views_behind_max_us"] / 1e3))
PY
  done
done
[[ -z $csv ]] || cp "$work/runs" "$csv"
