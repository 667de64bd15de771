#!/bin/bash
# The server is killed at moments spread over the import of a roster: while rows travel, while it decides, while the
# group is written, and while the views follow. Whatever the moment, the restarted server has all of the import or
# nothing of it, says the same in its views, and the same command makes it whole exactly once.
#   roster_killed_test.sh [ROWS] [KILLS]
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
rows=${1:-8000} kills=${2:-6}  # of five events each: more than one piece of the views
export KONTOR_TENANT=acme

awk -v rows="$rows" 'BEGIN { print "email,name"
  for (i = 1; i <= rows; i++) printf "participant.%d@example.org,Given%d Family\n", i, i % 977 }' >"$work/team.csv"
import() {
  "$kontor" import roster "$work/team.csv" --group o-1 --as admin:a-1 --mode "$mode" --server "$server" \
    --result "$work/result.csv"
}
field() { python3 -c 'import json, sys; print(json.load(sys.stdin).get(sys.argv[1], 0))' "$1"; }
position() { "$kontor" status --server "$server" -o json | field position; }
active() { "$kontor" query GroupOverview group=o-1 --server "$server" -o json | field active; }

# A ledger in which the group waits for its people; every attempt begins with a copy of it.
start_server "$work/empty"
submit() { "$kontor" submit "$@" --server "$server" -o json >>"$work/setup" 2>&1 || die "$(cat "$work/setup")"; }
submit CreateTenant --as operator:o-1
submit ChangeTenantPlan suite=expertSuitePlus --as operator:o-1
submit ConfigureGroupFeature crmProvider=klick crmState=connected --as platformAuthor:a-1
submit RegisterGroupProduct product=p unitPrice=1000 'tags=["t"]' --as platformAuthor:a-1
submit RegisterPerson person=b-1 email=buyer@example.org name=Bea --as backend:shop
submit PlaceAccessOrder order=o-1 product=p mode=group quantity="$rows" title=Team --as buyer:b-1
submit CompleteAccessOrder order=o-1 paymentRef=pay-1 --as backend:shop
before=$(position)
stop_server || die "the server did not stop cleanly"

# How long it takes when nobody disturbs it, and what it comes to.
mode=all-or-nothing
cp -r "$work/empty" "$work/whole"
start_server "$work/whole"
began=$(date +%s%N)
import >"$work/said" || die "the undisturbed import failed: $(cat "$work/said")"
took=$((($(date +%s%N) - began) / 1000000))
after=$(position)
[[ $(active) == "$rows" ]] || die "$(active) of $rows people are in the group"
stop_server || die "the server did not stop cleanly"
note "undisturbed: $((after - before)) events in $took ms"

nothing=0 all=0
for ((attempt = 1; attempt <= kills; attempt++)); do
  ((attempt % 2)) && mode=all-or-nothing || mode=fill
  data=$work/data
  rm -rf "$data"
  cp -r "$work/empty" "$data"
  start_server "$data"
  import >"$work/said" 2>&1 &
  importer=$!
  moment=$((took * attempt * attempt / ((kills + 1) * (kills + 1))))  # most of them early: the views take longest
  sleep "$((moment / 1000)).$(printf %03d $((moment % 1000)))"
  kill_server
  wait $importer
  "$kontor" verify --data-dir "$data" >"$work/verified" 2>&1 || die "attempt $attempt: $(cat "$work/verified")"

  start_server "$data"
  held=$(position) people=$(active)
  if ((held == before && people == 0)); then
    nothing=$((nothing + 1))
  elif ((held == after && people == rows)); then
    all=$((all + 1))
  else
    die "attempt $attempt: $((held - before)) of $((after - before)) events, $people of $rows people"
  fi
  for said in enrolled 'imported before'; do
    import >"$work/said" 2>&1 || die "attempt $attempt, again: $(cat "$work/said")"
    grep -q "$said" "$work/said" || die "attempt $attempt, again: not $said: $(cat "$work/said")"
    [[ $(position) == "$after" && $(active) == "$rows" ]] ||
      die "attempt $attempt, again: $(($(position) - before)) of $((after - before)) events, $(active) people"
    [[ $(grep -c ',ENROLLED,' "$work/result.csv") == "$rows" ]] || die "attempt $attempt: the report misses rows"
  done
  stop_server || die "the server did not stop cleanly"
done
"$kontor" verify --data-dir "$data" >"$work/verified" 2>&1 || die "$(cat "$work/verified")"
note "killed $kills times: $nothing times nothing was there, $all times all"
