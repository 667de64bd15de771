#!/bin/bash
# Views of a million events built anew while the server is idle, while questions are asked, and while commands are written
# as well. Prints events a second, and what questions waited with and without a rebuild beside them.
#   bench/rebuild.sh [SEATS] [ORDERS]     as in tests/acceptance/billing.sh; PRESET names the build (release)
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../.ci/setup.sh"
seats=${1:-110000} orders=${2:-25000} preset=${PRESET:-release}
kontor=${KONTOR:-$PWD/build/$preset/kontor}
[[ -n ${KONTOR-} ]] || build "$preset" kontor >/dev/null

work=$(mktemp -d "${TMPDIR:-/tmp}/kontor-rebuild.XXXXXX")
trap 'kill $server 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT
tests/acceptance/billing_history.py "$seats" "$orders" >"$work/history.jsonl"
"$kontor" serve --dev --data-dir "$work/data" --listen 127.0.0.1:0 --port-file "$work/port" 2>"$work/log" >&2 &
server=$!
until [[ -s $work/port ]]; do sleep 0.1; done
export KONTOR_SERVER=127.0.0.1:$(<"$work/port") KONTOR_TENANT=bill
"$kontor" import history "$work/history.jsonl" --timeout 3600 >/dev/null 2>&1
until "$kontor" query UsageStatistics campus=c-1 --as-of now -o json >/dev/null 2>&1; do sleep 0.5; done
echo "load average $(cut -d' ' -f1-3 /proc/loadavg), $(nproc) processors"

memory() { awk -v name="$1:" '$1 == name { printf "%d MB", $2 / 1000 }' "/proc/$server/status"; }
# rebuild WHAT: one rebuild, adopted, and what it says of itself.
rebuild() {
  "$kontor" projections rebuild --adopt --timeout 3600 -o json >"$work/report" || { cat "$work/report" "$work/log"; exit 1; }
  python3 - "$1" "$work/report" <<'PYTHON'
import datetime, json, sys
report = json.load(open(sys.argv[2]))
at = lambda name: datetime.datetime.fromisoformat(report[name][:26].rstrip("Z") + "+00:00")
seconds = (at("endedAt") - at("startedAt")).total_seconds()
events = int(report["events"])
print(f"{sys.argv[1]:42} {events} events, {report['entriesCompared']} entries compared, {seconds:.1f} s: {events / seconds:.0f} events/s")
PYTHON
}
ask() { "$kontor" bench --tenant bill --ask c-1 --clients 4 --pace 0.002 --seconds "$1" -o table | sed -n 's/^result   //p'; }

# ask_until_told: sets asking, the process to stop; its answers are in "asked".
ask_until_told() {
  "$kontor" bench --tenant bill --ask c-1 --clients 4 --pace 0.002 --seconds 3600 -o table >"$work/asked" &
  asking=$!
}

echo "memory $(memory VmRSS)"
rebuild "idle"
echo "memory $(memory VmRSS), at most $(memory VmHWM)"
echo "questions, four every 2 ms, nothing beside them:"
ask 8
echo "questions beside a rebuild:"
ask_until_told
rebuild "beside questions"
kill -TERM "$asking"
wait "$asking" || true
sed -n 's/^result   //p' "$work/asked"
echo "questions beside a rebuild and commands (one connection, one every 5 ms):"
"$kontor" bench --mix invitations --entities 1 --pace 0.005 --seconds 3600 -o table >"$work/commands" &
writing=$!
sleep 1
ask_until_told
rebuild "beside questions and commands"
kill -TERM "$asking" "$writing"
wait "$asking" "$writing" || true
sed -n 's/^result   //p' "$work/asked" "$work/commands"
