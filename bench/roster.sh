#!/bin/bash
# Imports a roster of made-up rows into a server of its own while two connections send a small command every few
# milliseconds, one to the same tenant and one to another. Prints how long it took, what memory the server needed,
# what the small commands waited, and what the same file again does.
#   bench/roster.sh [ROWS] [fill|all-or-nothing]     PRESET names the build (release), which is built first;
#                                                    data lies below TMPDIR
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../.ci/setup.sh"
rows=${1:-100000} mode=${2:-all-or-nothing} preset=${PRESET:-release}
build "$preset" kontor >/dev/null
kontor=$PWD/build/$preset/kontor

work=$(mktemp -d "${TMPDIR:-/tmp}/kontor-roster.XXXXXX")
trap 'kill $probes $server 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT
probes=
"$kontor" serve --dev --data-dir "$work/data" --listen 127.0.0.1:0 --port-file "$work/port" 2>"$work/log" >&2 &
server=$!
until [[ -s $work/port ]]; do sleep 0.1; done
export KONTOR_SERVER=127.0.0.1:$(<"$work/port") KONTOR_TENANT=roster

memory() { awk -v name="$1:" '$1 == name { printf "%d MB", $2 / 1000 }' "/proc/$server/status"; }
# probe TENANT: opens the tenant, with every right its plan can have, and sends a command every 5 ms until it is told to stop.
probe() {
  "$kontor" bench --mix invitations --tenant "$1" --entities 1 --pace 0.005 --warm-up 0 --seconds 3600 -o table >"$work/$1.probe" &
  probes+=" $!"
}
probe roster
probe other
sleep 0.5
submit() { "$kontor" submit "$@" -o json >>"$work/setup" || { cat "$work/setup"; exit 1; }; }
submit ConfigureGroupFeature crmProvider=klick crmState=connected --as platformAuthor:a-1
submit RegisterGroupProduct product=p unitPrice=1000 'tags=["t"]' --as platformAuthor:a-1
submit RegisterPerson person=b-1 email=buyer@example.org name=Bea --as backend:shop
for ((bought = 0, order = 1; bought < rows; bought += 100000, order++)); do
  if ((order == 1)); then
    submit PlaceAccessOrder order=o-1 product=p mode=group quantity=100000 title=Team --as buyer:b-1
    submit CompleteAccessOrder order=o-1 paymentRef=pay-1 --as backend:shop
  else
    submit ExpandGroup group=o-1 quantity=100000 paymentRef="pay-$order" --as buyer:b-1
  fi
done
awk -v rows="$rows" 'BEGIN { print "email,name"
  for (i = 1; i <= rows; i++) printf "participant.%d@example.org,Given%d Family%d\n", i, i % 977, i }' >"$work/team.csv"

# Resident memory of the server, ten times a second.
while sleep 0.1; do memory VmRSS; echo; done 2>/dev/null >"$work/rss" &
probes+=" $!"
# Processor time of the server so far, in milliseconds: what it costs whatever else the machine does.
processor() { awk -v tick="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print int(($12 + $13) * 1000 / tick) }' "/proc/$server/stat"; }
before=$(memory VmRSS)
import() { "$kontor" import roster "$work/team.csv" --group o-1 --as admin:a-1 --mode "$mode" --timeout 600; }
sleep 1.5
cpu=$(processor)
start=$(date +%s%N)
import >"$work/first" || { cat "$work/first" "$work/log"; exit 1; }
took=$((($(date +%s%N) - start) / 1000000))
cpu=$(($(processor) - cpu))
sleep 1
peak=$(memory VmHWM) after=$(memory VmRSS)
kill -TERM $probes
wait $probes 2>/dev/null || true
probes=
events() { "$kontor" status -o json | python3 -c 'import json, sys; print(json.load(sys.stdin)["position"])'; }
held=$(events)
start=$(date +%s%N)
import >"$work/second"
again=$((($(date +%s%N) - start) / 1000000))

echo "machine  $(nproc) cores, $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1), $(awk '/MemTotal/ {printf "%d GiB", $2 / 1048576}' /proc/meminfo)"
echo "disk     $(df --output=fstype "$work" | tail -1); load $(cut -d' ' -f1 /proc/loadavg)"
echo "build    kontor $("$kontor" version | head -1), commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown), $preset"
echo "work     $rows rows, $mode; $held events in the tenant afterwards"
head -1 "$work/first"
echo "import   $((took / 1000)).$((took % 1000 / 100)) s, $((rows * 1000 / took)) rows/s, report included; the server's processor time $((cpu / 1000)).$((cpu % 1000 / 100)) s"
echo "memory   $before before, $peak at the peak, $after afterwards"
echo "same tenant  $(sed -n 's/^result   //p' "$work/roster.probe")"
echo "another      $(sed -n 's/^result   //p' "$work/other.probe")"
echo "again    $((again / 1000)).$((again % 1000 / 100)) s: $(tail -1 "$work/second" | sed 's/.*· //'); $(($(events) - held)) events more"
[[ -z ${KEEP_RSS:-} ]] || cp "$work/rss" "$KEEP_RSS"
