#!/bin/bash
# The server is killed again and again while it writes snapshots under load. Whatever lies there then, every start finds the
# state that an undisturbed import leads to.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

"$here/billing_history.py" 1000 100 >"$work/history.jsonl" || die "no history"
import() { "$kontor" import history "$work/history.jsonl" --server "$server" --tenant "$@" --report "$work/refused"; }

start_server "$work/data"
import whole >/dev/null || die "the import failed"
whole=$(state_of whole)
stop_server || die "the server did not stop cleanly"

# Kills the server at the sight of a draft: while a snapshot is being written. Says whether there was one.
kill_at_draft() {
  python3 - "$work/data/snapshots" "$server_pid" <<'P'
import os, signal, sys, time
end = time.monotonic() + 60
while time.monotonic() < end:
    try:
        seen = any(name.endswith(".draft") for name in os.listdir(sys.argv[1]))
    except FileNotFoundError:
        seen = False
    if seen:
        os.kill(int(sys.argv[2]), signal.SIGKILL)
        sys.exit(0)
    if not os.path.exists(f"/proc/{sys.argv[2]}/stat") or open(f"/proc/{sys.argv[2]}/stat").read().split()[2] == "Z":
        sys.exit(1)
sys.exit(1)
P
}

# While it runs, one after every group; and at a stop.
drafts=0 quick=0
for round in {1..8}; do
  : >"$work/server.log"
  if ((round % 2)); then export KONTOR_SNAPSHOT_EVERY=1; else export KONTOR_SNAPSHOT_EVERY=0; fi
  export KONTOR_SNAPSHOT_AT_STOP=1
  start_server "$work/data"
  grep -q 'behind a snapshot' "$work/server.log" && quick=$((quick + 1))
  if ((round % 2)); then
    import "torn$round" --batch 5 >/dev/null 2>&1 &
    importer=$!
    kill_at_draft && drafts=$((drafts + 1))
    kill -9 $importer 2>/dev/null
    wait $importer 2>/dev/null
  else
    import "torn$round" --batch 100 >/dev/null || die "the import failed"
    kill -TERM "$server_pid"
    kill_at_draft && drafts=$((drafts + 1))
  fi
  kill_server
  # One of them whole, so that the next start has something to go on from.
  ((round == 2)) && { expect 0 'events in' snapshot create --data-dir "$work/data"; }
done
note "$quick of 8 starts from a snapshot, $drafts of 8 kills while one was written"
((drafts > 2)) || die "hardly any kill came while a snapshot was being written"
((quick > 3)) || die "hardly any start was from a snapshot"

start_server "$work/data"
for tenant in torn{1..8}; do
  import $tenant >"$work/summary" || die "the import of $tenant failed"
  [[ $(state_of $tenant) == "$whole" ]] || die "$tenant: $(state_of $tenant), not $whole"
done
[[ $(state_of whole) == "$whole" ]] || die "whole has changed"
stop_server || die "the server did not stop cleanly"
expect 0 '' verify --data-dir "$work/data"
finish
