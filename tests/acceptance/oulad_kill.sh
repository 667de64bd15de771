#!/bin/bash
# The import of oulad.sh, with kill -9 of the server at N random moments while the client retries: the state must be
# that of an undisturbed import.
#   oulad_kill.sh DIR N [SEED [LINES_IN_A_BATCH]]
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[[ $# -ge 2 && $# -le 4 ]] || die "usage: oulad_kill.sh DIR N [SEED [LINES_IN_A_BATCH]]"
input=$1 kills=$2 seed=${3:-$RANDOM$RANDOM} batch=${4:-25}
tenant=oulad
note "seed $seed"
RANDOM=$((seed % 32768))

"$here/oulad_history.py" "$input" >"$work/history.jsonl" 2>/dev/null || die "the history could not be written"
# Small batches, so that there are many moments between two answers.
import() {
  "$kontor" import history "$work/history.jsonl" --server "$server" --tenant "$tenant" --retry-for 300 --batch "$batch" \
    --report "$work/refused"
}

# How far an import is, in events of its tenant; 0 while the server is away.
position() {
  local told
  told=$("$kontor" status --server "$server" --tenant "$tenant" -o json 2>/dev/null | sed 's/.*"position":"\([0-9]*\)".*/\1/')
  echo "${told:-0}"
}

start_server "$work/undisturbed"
import >"$work/import.log" 2>&1 || { cat "$work/import.log" >&2; die "the undisturbed import failed"; }
expected=$(state_of "$tenant") || die "no status"
stop_server || die "the server did not stop cleanly"
last=${expected#* }

# Moments are places in the log, so that they fall into the import however fast the machine is.
for ((i = 0; i < kills; i++)); do echo $(((RANDOM * 32768 + RANDOM) % (last * 9 / 10))); done | sort -n >"$work/moments"

start_server "$work/disturbed"
import >"$work/import.log" 2>&1 &
importer=$!
killed=0 during=0
while read -r moment; do
  until (($(position) >= moment)) || ! kill -0 "$importer" 2>/dev/null; do :; done
  ! kill -0 "$importer" 2>/dev/null || during=$((during + 1))
  kill_server
  killed=$((killed + 1))
  start_server "$work/disturbed"
done <"$work/moments"
wait "$importer" || { cat "$work/import.log" >&2; die "the disturbed import failed"; }
got=$(state_of "$tenant") || die "no status"

# The same file once more: nothing may change.
import >"$work/again.log" 2>&1
again=$(state_of "$tenant") || die "no status"
stop_server || die "the server did not stop cleanly"

note "killed $killed times, $during of them during the import"
note "undisturbed  $expected"
note "disturbed    $got"
note "once more    $again"
[[ $got == "$expected" ]] || die "the states differ"
[[ $again == "$expected" ]] || die "importing the file again changed something"
"$kontor" verify --data-dir "$work/disturbed" >&2 || die "verify refuses what the kills left behind"
