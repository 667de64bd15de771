#!/bin/bash
# `kontor bench` against a real server: every mix, single commands and batches, by answers and by the clock. It ends
# with 0, meets no refusal that its mix does not mean, and says sane things; wrong arguments are named.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

mkdir -p "$work/disk"
start_server "$work/data"
export KONTOR_SERVER=$server
quick=(--warm-up 0.2 --entities 20)
seconds=1

# check CONDITION: a Python expression over the columns of the last run, `r`.
check() {
  python3 - "$work/out" "$1" <<'PYTHON' || fail "not so after $ran: $1
$(cat "$work/out")"
import json, sys
r = json.load(open(sys.argv[1]))
sys.exit(0 if eval(sys.argv[2]) else 1)
PYTHON
}
# bench ARGS...: a run whose columns `check` looks at.
bench() {
  ran="bench $*"
  expect 0 '"commands":' bench "${quick[@]}" --seconds "$seconds" -o json "$@"
  check 'r["commands"] > 0 and r["unmeant"] == 0 and r["duplicates"] == 0'
  check '0 < r["p50_us"] <= r["p95_us"] <= r["p99_us"] <= r["p999_us"] <= r["max_us"] < 60e6'
  check '900 < r["elapsed_ms"] < 30000'
}

for mix in all credits seats access invitations; do
  bench --mix "$mix" --clients 3 --depth 4
  check "r['mix'] == '$mix' and r['mode'] == 'single'"
done
bench --mix all --clients 2 --depth 2 --batch 50
check '"4003:" in r["codes"] and "2007:" in r["codes"] and "3006:" in r["codes"]'
bench --mix all --clients 2 --depth 2 --batch 50 --mode all-or-nothing
check 'r["codes"] == "" and r["undecided"] == 0 and r["mode"] == "all-or-nothing"'
bench --mix credits --clients 2 --tenants 5
bench --mix credits --clients 4 --rate 200
check '100 < r["commands_per_second"] < 220'
# By the clock nobody who would have had to wait is left out: a server that stands still for a third of the time has made
# a third of all wait, while a closed loop would have seen a few slow answers.
(while sleep 0.8 && kill -STOP "$server_pid"; do sleep 0.4; kill -CONT "$server_pid"; done) &
stalling=$!
seconds=2 bench --mix credits --clients 2 --rate 200
kill "$stalling"
wait "$stalling" 2>/dev/null
kill -CONT "$server_pid"
check 'r["p95_us"] > 100e3 and r["max_us"] > 300e3'
bench --mix invitations --pace 0.05 --tenant paced
check 'r["commands"] <= 25'
bench --ask campus --tenant paced --clients 2
check 'r["mix"] == "questions"'

# What the server costs, and the disk.
bench --mix credits --clients 4 --depth 8 --server-pid "$server_pid" --data-dir "$work/disk"
check 'r["server_user_ns"] > 0 and r["memory_max_bytes"] > 1e6 and r["sync_p50_us"] > 0 and r["sync_after_p99_us"] > 0'
check 'r["views_samples"] > 0 and r["views_behind_max_us"] > 0'
[[ -z $(ls -A "$work/disk") ]] || fail "the probe of the disk left a file behind"

expect 0 'result .* commands/s +p50 .* p99.9 .* max ' bench "${quick[@]}" --seconds 1 --mix credits -o table
expect 0 '20 entities with 1,500 memberships' bench "${quick[@]}" --seconds 0.5 --memberships 1500 -o table
expect 0 '^mix,tenants,entities,memberships,clients' bench "${quick[@]}" --seconds 1 --mix credits -o csv
[[ $(wc -l <"$work/out") == 2 ]] || fail "a table of one run has two lines"

# Every event of all this holds, views included.
stop_server
expect 0 '' verify --data-dir "$work/data"
start_server "$work/data"

# Refusals that are not meant are told, with their number, and the end is not 0.
expect 3 '1002 TENANT|TENANT_EXISTS|ALREADY|opened' bench "${quick[@]}" --seconds 1 --mix credits --tenant paced
expect 2 'mix' bench --mix nothing
expect 2 'clients' bench --clients 0
expect 2 'mode' bench --batch 10 --mode some
expect 2 'exclude each other' bench --rate 10 --pace 1
expect 2 'a client for each tenant' bench --rate 10 --tenants 2
expect 2 'credits have no memberships' bench --mix credits --memberships 5
expect 2 'is no directory' bench --data-dir "$work/nowhere"
expect 2 'no process' bench --server-pid 999999999
expect 2 'needs the --tenant' bench --ask campus
expect 2 'is not an address' bench --server nowhere
expect 6 'no server at' bench --server 127.0.0.1:1 --seconds 1
finish
