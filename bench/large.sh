#!/bin/bash
# One large store: how long it takes to fill, what it weighs, how soon it answers after a start, what questions cost, and
# what commits cost for minutes at half the speed it can take.
#   bench/large.sh [EVENTS]         builds the preset PRESET (release) first; data lies below TMPDIR
#   MIX=credits TENANTS=1 ENTITIES=100000 RATE=20000 MINUTES=10 RUNS=5
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
events=${1:-1000000} mix=${MIX:-credits} tenants=${TENANTS:-1} entities=${ENTITIES:-100000}
rate=${RATE:-20000} minutes=${MINUTES:-10} runs=${RUNS:-5}
build_for_bench kontor kontor_questions
begin_work large
conditions
data=$work/data

field() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
now_ms() { echo $(($(date +%s%N) / 1000000)); }
memory_mb() { awk -v name="$1:" '$1 == name { printf "%d", $2 / 1000 }' "/proc/$server_pid/status"; }
size_of() { du -sb "$1" | cut -f1; }
stored() { "$kontor" status --server "$server" -o json | field events; }
load() { "$kontor" bench --server "$server" --mix "$mix" --tenants "$tenants" --entities "$entities" --server-pid "$server_pid" --data-dir "$work" "$@"; }

start_kontor "$data"
begin=$(now_ms) filling=$begin part=0
while held=$(stored) && ((held < events)); do
  load --tenant "large-$((++part))" --clients 4 --depth 4 --batch 1000 --warm-up 0 --seconds 20 -o json >"$work/one" || { cat "$work/one" "$work/server.log" >&2; exit 1; }
  [[ ! -t 2 ]] || echo "  $(stored) events, $(memory_mb VmRSS) MB" >&2
done
echo "filled   $held events in $((($(now_ms) - begin) / 1000)) s, memory $(memory_mb VmRSS) MB, at most $(memory_mb VmHWM) MB"
begin=$(now_ms)
stop_server
echo "stopped  in $(($(now_ms) - begin)) ms, the snapshot written"
for part in log views snapshots; do echo "size     $part: $(size_of "$data/$part") bytes, $(($(size_of "$data/$part") / held)) an event"; done

for ((run = 0; run < runs; run++)); do
  begin=$(now_ms)
  start_kontor "$data"
  listening=$(now_ms)
  "$kontor" submit CreateTenant --tenant "first-$run-$begin" --server "$server" --as operator:o-1 -o json >"$work/one" || { cat "$work/one" >&2; exit 1; }
  echo "start    listening after $((listening - begin)) ms, first receipt after $(($(now_ms) - begin)) ms, memory $(memory_mb VmRSS) MB"
  ((run + 1 == runs)) || stop_server
done

if [[ $mix == credits && $tenants == 1 ]]; then
  echo "ask      the first tenant, one question at a time"
  "$bin/bench/kontor_questions" --server "$server" --tenant large-1 --users "$entities" --loaded-seconds "$((($(now_ms) - filling) / 1000))" |
    sed 's/^/         /'
fi

if ((minutes > 0)); then
  echo "load     $rate commands/s by the clock for $minutes min, into the same store"
  load --clients 64 --rate "$rate" --warm-up 5 --seconds "$((60 * minutes))" -o table
fi
stop_server
