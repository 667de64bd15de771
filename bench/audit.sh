#!/bin/bash
# What an audit costs: replay, verify, the offline verifier, the rebuild of the views beside the live ones and each export, in
# events a second, with the machine's own limits beside them; and what questions about the past cost beside those about
# the present. On a tenant of made-up history, with a closed billing run.
#   bench/audit.sh [MILLIONS]    events, about; builds the preset PRESET (release) first; data lies below TMPDIR. KEEP=DIR
#                                keeps the store there and uses it again; ONLY=questions stops after the questions
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../.ci/setup.sh"
millions=${1:-1} preset=${PRESET:-release}
build "$preset" kontor kontor-verify kontor_questions kontor_micro >/dev/null
bin=$PWD/build/$preset kontor=$PWD/build/$preset/kontor
seats=$((millions * 105000)) orders=$((millions * 24000))

work=$(mktemp -d "${TMPDIR:-/tmp}/kontor-audit.XXXXXX")
data=${KEEP:-$work/data} server=
trap '[[ -z $server ]] || kill $server 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT
export KONTOR_TENANT=bill

serve() {
  rm -f "$work/port"
  "$kontor" serve --dev --data-dir "$data" --listen 127.0.0.1:0 --port-file "$work/port" >"$work/log" 2>&1 &
  server=$!
  until [[ -s $work/port ]]; do
    kill -0 $server || { cat "$work/log"; exit 1; }
    sleep 0.1
  done
  export KONTOR_SERVER=127.0.0.1:$(<"$work/port")
}
stop() { kill -TERM $server; wait $server || true; server=; }

# took WHAT COMMAND...: prints seconds and events a second.
took() {
  local what=$1 begin end
  shift
  sync
  begin=$(date +%s%N)
  "$@" >"$work/out" 2>"$work/err" || { cat "$work/out" "$work/err"; exit 1; }
  end=$(date +%s%N)
  awk -v what="$what" -v ns=$((end - begin)) -v events="$events" \
    'BEGIN { printf "%-46s %8.2f s %12.0f events/s\n", what, ns / 1e9, events / (ns / 1e9) }'
}

echo "machine  $(nproc) cores, $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1), $(awk '/MemTotal/ {printf "%d GiB", $2 / 1048576}' /proc/meminfo); load $(cut -d' ' -f1 /proc/loadavg)"
echo "build    kontor $("$kontor" version | head -1), commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown), $preset"
serve
position() { "$kontor" status -o json | python3 -c 'import json, sys; print(json.load(sys.stdin).get("position", "0"))'; }
# A question waits for the views no longer than the server's patience.
level() { until "$kontor" query BillingRuns --wait-position "$(position)" --timeout 600 -o json >"$work/out" 2>&1; do sleep 0.2; done; }
if [[ $(position) == 0 ]]; then
  tests/acceptance/billing_history.py "$seats" "$orders" >"$work/history.jsonl"
  "$kontor" import history "$work/history.jsonl" --timeout 7200 >"$work/out" 2>"$work/err" || { cat "$work/err"; exit 1; }
  level
  # What they show at their end waits for the views; of a very large run that takes longer than the server's patience.
  "$kontor" bill open --run 2020-05 --cutoff 2020-05-01T00:00:00+02:00 --timeout 7200 -o json >"$work/out" || level
  "$kontor" bill close --run 2020-05 --invoice-ref R-1 --timeout 7200 -o json >"$work/out" || level
  "$kontor" query BillingStatement run=2020-05 -o json | grep -q '"state":"closed"' || { cat "$work/out"; exit 1; }
fi
level
events=$(position)
echo "store    $events events, $(du -sm "$data/log" | cut -f1) MB log, $(du -sm "$data" | cut -f1) MB in all"

echo "limits"
openssl speed -evp sha256 -bytes 300 -seconds 2 2>/dev/null | awk '/^sha256|^SHA256/ {gsub("k", "", $2); printf "%-46s %34.0f events/s\n", "  SHA-256 of 300 bytes, one core", $2 * 1000 / 300}'
"$bin/bench/kontor_micro" --benchmark_filter='ScanLog|ProveLog|Leaf|FoldLog|LoadSnapshot' --benchmark_min_time=1 2>/dev/null | grep -E '^[A-Za-z_]+' | sed 's/^/  /' || true

echo "questions, one at a time"
"$bin/bench/kontor_questions" --server "$KONTOR_SERVER" --things "$orders" --courses "$((seats / 1000))" --rounds 1000
[[ ${ONLY-} != questions ]] || { stop; exit 0; }

echo "with a server"
took "  views built anew beside the live ones" "$kontor" projections rebuild --adopt --timeout 7200
stop

echo "from the directory of a stopped server"
key=$("$kontor" key show --data-dir "$data" | head -1)
took "  kontor replay" "$kontor" replay --data-dir "$data" -o json
took "  kontor verify, all views derived and compared" "$kontor" verify --data-dir "$data" -o json
for format in bundle jsonl csv sqlite gobd; do
  took "  kontor export --format $format" "$kontor" export --format $format --data-dir "$data" --out "$work/$format" -o json
  [[ $format == bundle ]] || rm -rf "${work:?}/$format"
done
took "  kontor-verify of the bundle" "$bin/kontor-verify" "$work/bundle/events.bundle" --key "$key"
took "  sha256sum of the bundle: the machine's limit" sha256sum "$work/bundle/events.bundle"
took "  cat of the bundle: the disk's, cached" cat "$work/bundle/events.bundle"
