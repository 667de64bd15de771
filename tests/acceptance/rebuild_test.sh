#!/bin/bash
# Views built anew beside the live ones, through the real program (docs/views.md, "Built anew"): nobody who asks is
# refused while they are exchanged, a killed server finds the old ones or the new ones, and damage is told and cured.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
unset KONTOR_SERVER

equal() { [[ "$1" == "$2" ]] || die "$3: got \"$1\", expected \"$2\""; }
# field NAME: of the JSON on standard input; "-" when it is left out.
field() { python3 -c 'import json, sys; print(json.load(sys.stdin).get(sys.argv[1], "-"))' "$1"; }
state() { "$kontor" projections ls -o json | field state; }
generations() { (cd "$work/data/views" && echo *); }
ask() { "$kontor" query UsageStatistics campus=c-1 -o json "$@"; }
verified() { "$kontor" verify --data-dir "$work/data" -o json >"$work/verified" || die "the store does not verify"; }

"$here/billing_history.py" 300 20 >"$work/history.jsonl" || die "no history"
start_server "$work/data"
export KONTOR_SERVER=$server KONTOR_TENANT=bill
"$kontor" import history "$work/history.jsonl" --timeout 300 >/dev/null 2>"$work/err" || die "no import: $(<"$work/err")"
events=$(state_of bill | cut -d' ' -f2)
ask --wait-position "$events" >/dev/null || die "no answer"

# Where nothing is being built.
equal "$(state)" none "the state at first"
"$kontor" projections adopt >/dev/null 2>&1
equal $? 7 "adopting what is not there"
"$kontor" projections discard >/dev/null 2>&1
equal $? 7 "discarding what is not there"
"$kontor" projections rebuild --no-wait --adopt >/dev/null 2>&1
equal $? 2 "adopting without waiting"
equal "$(generations)" 1 "the first generation"

# Built, compared, discarded; built, compared, adopted in two commands; and in one.
before=$(ask --as-of "$events")
"$kontor" projections rebuild -o json >"$work/level" || die "no rebuild"
equal "$(field state <"$work/level")" level "built"
equal "$(field entriesDiffering <"$work/level")" 0 "differences"
(($(field entriesCompared <"$work/level") > 1000)) || die "nothing was compared: $(<"$work/level")"
equal "$(field group <"$work/level")" "$(field ofGroup <"$work/level")" "level with the log"
"$kontor" projections rebuild >/dev/null 2>&1
equal $? 7 "a second one beside the first"
"$kontor" projections discard >/dev/null || die "not discarded"
equal "$(state)" none "after discarding"
"$kontor" projections rebuild >/dev/null && "$kontor" projections adopt >/dev/null || die "not adopted"
equal "$(state)" adopted "after adopting"
"$kontor" projections rebuild --adopt -o table >"$work/table" || die "not rebuilt and adopted"
grep -Eq '^rebuild +adopted +live since .* entries compared with the live ones at group [0-9 ]+, all equal$' "$work/table" ||
  die "the table does not look as it should: $(<"$work/table")"
equal "$(ask --as-of "$events")" "$before" "the answer from other views"

# Four people ask all the time and commands are written while views are exchanged five times: nobody is refused.
for asker in 1 2 3 4; do
  (
    count=0
    until [[ -e $work/enough ]]; do
      ask >>"$work/answers.$asker" 2>>"$work/refused" || echo "asker $asker: exit $?" >>"$work/refused"
      ((++count))
    done
    echo "$count" >"$work/count.$asker"
  ) &
done
(
  number=0
  until [[ -e $work/enough ]]; do
    "$kontor" submit OpenCampus campus="more-$((number++))" kind=flat --as backend:b-1 >/dev/null 2>>"$work/refused" ||
      echo "the writer: exit $?" >>"$work/refused"
  done
) &
for round in 1 2 3 4 5; do
  "$kontor" projections rebuild --adopt -o json >"$work/out" || die "round $round: $(<"$work/out")"
  equal "$(field state <"$work/out")" adopted "round $round"
done
touch "$work/enough"
for job in $(jobs -p); do [[ $job == "$server_pid" ]] || wait "$job"; done
[[ ! -s $work/refused ]] || die "somebody was refused: $(head -3 "$work/refused")"
note "$(cat "$work"/count.* | paste -sd+ | bc 2>/dev/null || cat "$work"/count.*) answers while views were exchanged"
grep -c 'views that were built anew are live' "$work/server.log" | grep -qx 7 || die "the log should tell of 7 exchanges"

# The next start finds the new ones, and nothing of the old ones is left.
stop_server || die "the server did not stop with 0"
verified
equal "$(field views <"$work/verified")" equal "the views that were adopted"
start_server "$work/data"
set -- $(generations)
equal "$#" 2 "what is left of the views: $*"
equal "$(state)" none "after a start"

# Killed at some moment of it, again and again: what is there is whole, and nothing else is left.
for round in 1 2 3 4 5 6; do
  "$kontor" projections rebuild --adopt >/dev/null 2>&1 &
  asking=$!
  sleep "0.0$((round * 15))"
  kill_server
  wait "$asking" 2>/dev/null
  verified
  [[ $(field views <"$work/verified") == equal || $(field views <"$work/verified") == behind ]] ||
    die "round $round: the views are $(field views <"$work/verified")"
  start_server "$work/data"
  set -- $(generations)
  equal "$#" 2 "round $round: what is left of the views: $*"
  ask >/dev/null || die "round $round: no answer"
done

# A damaged block of the live views: told, and cured without a restart.
stop_server || die "the server did not stop with 0"
python3 - "$work/data/views" <<'PYTHON' || die "nothing to damage"
import pathlib, sys
tables = sorted(pathlib.Path(sys.argv[1]).glob("*/*.sst"), key=lambda path: path.stat().st_size)
with open(tables[-1], "r+b") as table:
    for part in (3, 4, 5):
        table.seek(tables[-1].stat().st_size * part // 10)
        table.write(b"damaged")
PYTHON
start_server "$work/data"
"$kontor" projections rebuild -o json >"$work/out" 2>"$work/err"
if [[ $? == 8 ]]; then
  grep -q 'cannot be read' "$work/err" || die "the damage is not named: $(<"$work/err")"
  equal "$(state)" level "with a difference nothing is adopted"
  "$kontor" projections discard >/dev/null || die "not discarded"
  "$kontor" projections rebuild --adopt-anyway >/dev/null || die "not adopted anyway"
  note "the damage was told by a rebuild, and cured by adopting"
else
  # The start has met the damage already, and derived them again.
  note "the damage was met by the start"
  grep -q 'damaged' "$work/server.log" || die "the damage was not found: $(<"$work/out") $(<"$work/err")"
fi
ask >/dev/null || die "no answer after the cure"
stop_server || die "the server did not stop with 0"
verified
equal "$(field views <"$work/verified")" equal "the views after the cure"
