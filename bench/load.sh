#!/bin/bash
# Measures durable commands per second over real sockets, on a server of its own, and prints the conditions.
#   bench/load.sh [SECONDS]      builds the release preset first; data lies below TMPDIR
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../.ci/setup.sh"
seconds=${1:-5}
build release kontor kontor_load >/dev/null

work=$(mktemp -d "${TMPDIR:-/tmp}/kontor-load.XXXXXX")
trap 'kill $server 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT
build/release/kontor serve --dev --data-dir "$work/data" --listen 127.0.0.1:0 --port-file "$work/port" 2>"$work/log" >&2 &
server=$!
until [[ -s $work/port ]]; do sleep 0.1; done
address=127.0.0.1:$(<"$work/port")

# 200 appends of 4 KiB, each followed by fdatasync.
sync_us=$(python3 - "$work/sync" <<'PYTHON'
import os, statistics, sys, time
file = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY)
times = []
for _ in range(200):
    os.write(file, bytes(4096))
    start = time.perf_counter()
    os.fdatasync(file)
    times.append((time.perf_counter() - start) * 1e6)
print(f"p50 {statistics.median(times):.0f} us, p99 {sorted(times)[197]:.0f} us")
PYTHON
)
echo "machine  $(nproc) cores, $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1), $(awk '/MemTotal/ {printf "%d GiB", $2 / 1048576}' /proc/meminfo)"
echo "disk     $(df --output=fstype "$work" | tail -1), fdatasync of 4 KiB $sync_us; load $(cut -d' ' -f1 /proc/loadavg)"
echo "build    kontor $(build/release/kontor version | head -1), commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown), release"
echo "work     InviteToCourse with a course seat, durable before the receipt; client on the same machine; $seconds s each"
for shape in "1 1" "1 64" "64 1" "64 64"; do
  read -r connections depth <<<"$shape"
  build/release/bench/kontor_load --server "$address" --connections "$connections" --depth "$depth" --seconds "$seconds"
done
events=$(build/release/kontor status --server "$address" --tenant load -o json | python3 -c 'import json, sys; print(json.load(sys.stdin)["events"])')
kill -TERM $server; wait $server || true
echo "store    $events events, $(du -sb "$work/data" | cut -f1) bytes in all"
