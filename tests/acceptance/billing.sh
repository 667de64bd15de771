#!/bin/bash
# A billing run over a tenant of made-up history: SEATS course seats, and ORDERS orders each of accesses and credits. Says how
# long each step takes, and compares the statement, byte for byte, with that of a server whose views were deleted and with
# the state that `kontor replay` derives.
# Usage: billing.sh SEATS ORDERS
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
seats=${1:-100} orders=${2:-0}
TIMEFORMAT=%R

took() { # took WHAT COMMAND...: runs it and prints seconds.
  local what=$1 seconds
  shift
  { seconds=$({ time "$@" >"$work/out" 2>"$work/err"; } 2>&1); } || { cat "$work/out" "$work/err" >&2; die "$what failed"; }
  printf '%-34s %9s s\n' "$what" "$seconds"
}
statement() { # statement NAME: CSV and JSON of the run, as files.
  "$kontor" bill show --run 2020-05 --timeout 600 -o csv >"$work/$1.csv" || die "no statement"
  "$kontor" bill show --run 2020-05 --timeout 600 -o json >"$work/$1.json" || die "no statement"
}

"$here/billing_history.py" "$seats" "$orders" >"$work/history.jsonl" || die "no history"
printf '%-34s %9s\n' "lines of history" "$(wc -l <"$work/history.jsonl")"
start_server "$work/data"
export KONTOR_SERVER=$server KONTOR_TENANT=bill
took "import" "$kontor" import history "$work/history.jsonl" --timeout 3600
events=$(state_of bill | cut -d' ' -f2)
printf '%-34s %9s\n' "events" "$events"
level() { until "$kontor" query BillingRuns --wait-position "$events" --timeout 600 -o json; do sleep 0.1; done; }
took "views level with the log" level
took "open the run" "$kontor" bill open --run 2020-05 --cutoff 2020-05-01T00:00:00+02:00 --timeout 600 -o json
took "show it as CSV" "$kontor" bill show --run 2020-05 --timeout 600 -o csv
"$here/billing_recount.py" "$work/out" || die "the statement does not add up"
took "close it" "$kontor" bill close --run 2020-05 --invoice-ref R-1 --timeout 600 -o json
statement first
"$here/billing_recount.py" "$work/first.csv" || die "the statement does not add up"
printf '%-34s %9s\n' "lines" "$(grep -c '^line,' "$work/first.csv")"
live=$(state_of bill)
stop_server || die "the server did not stop well"

took "replay" "$kontor" replay --data-dir "$work/data" -o json
replayed=$(python3 -c '
import json, sys
tenant = json.load(open(sys.argv[1]))["tenants"][0]
print(tenant["stateDigest"], tenant["position"])' "$work/out")
[[ $live == "$replayed" ]] || die "the replayed state differs: $live, $replayed"

cp -r "$work/data" "$work/copy"
rm -rf "$work/copy/views"
# Not by `took`: the server's process must be known here, to be stopped at the end.
{ time start_server "$work/copy"; } 2>"$work/seconds"
printf '%-34s %9s s\n' "start with views derived again" "$(tail -1 "$work/seconds")"
statement again
cmp "$work/first.csv" "$work/again.csv" || die "the CSV differs after the views were derived again"
cmp "$work/first.json" "$work/again.json" || die "the JSON differs after the views were derived again"
echo "the statements are the same, byte for byte"
