#!/bin/bash
# The importing program itself is killed, and started again: the state is that of an undisturbed import, and what was
# imported before is not imported twice.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

"$here/oulad_history.py" "$here/fixtures/oulad" >"$work/history.jsonl" 2>/dev/null || die "no history"
import() { "$kontor" import history "$work/history.jsonl" --server "$server" --tenant "$@" --report "$work/refused"; }

start_server "$work/data"
import whole >"$work/summary" || die "the import failed"
for seconds in 0.02 0.03 0.04; do
  timeout -s KILL $seconds "$kontor" import history "$work/history.jsonl" --server "$server" --tenant torn --batch 1 \
    >/dev/null 2>&1
  note "killed after $seconds s, at $(state_of torn | cut -d' ' -f2) events"
done
import torn >"$work/summary" || die "the second start failed"
[[ $(state_of torn) == "$(state_of whole)" ]] || die "the states differ: $(state_of torn) and $(state_of whole)"
head -1 "$work/summary" >&2
stop_server || die "the server did not stop cleanly"
