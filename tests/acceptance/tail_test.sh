#!/bin/bash
# Following events through the real program (docs/subscriptions.md): a tail that resumes, a consumer group whose
# member is killed, and a server that is killed: what was acknowledged does not come again.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

start_server "$work/data"
export KONTOR_SERVER=$server
as=(--as backend:b-1)

# positions FILE: of the events in it, in a line.
positions() { python3 -c '
import json, sys
print(" ".join(json.loads(line)["position"] for line in open(sys.argv[1])))' "$1"; }
equal() { [[ "$1" == "$2" ]] || die "$3: got \"$1\", expected \"$2\""; }
campus() { "$kontor" submit OpenCampus campus="c-$1" kind=flat "${as[@]}" >/dev/null || die "no campus c-$1"; }
# until_lines COUNT FILE
until_lines() {
  local waited=0
  until [[ -e $2 ]] && (($(wc -l <"$2") >= $1)); do
    ((waited++ < 300)) || die "$2 does not have $1 lines after 30 s"
    sleep 0.1
  done
}

"$kontor" submit CreateTenant --as operator:o-1 >/dev/null || die "no tenant"
for i in 1 2 3 4; do campus "$i"; done # positions 2 to 5

# What is there, by kind and by stream.
"$kontor" tail --from 1 --no-follow -o ndjson >"$work/all" 2>"$work/hint" || die "tail failed"
equal "$(positions "$work/all")" "1 2 3 4 5" "everything"
grep -q -- 'continue with: kontor tail --from 6' "$work/hint" || die "no hint: $(cat "$work/hint")"
"$kontor" tail --from 1 --no-follow --type 'Campus*' --stream campus/c-2 -o ndjson >"$work/one" 2>/dev/null
equal "$(positions "$work/one")" "3" "one campus"
"$kontor" tail --from 2 --limit 1 -o table 2>/dev/null | grep -Eq '^2 +[0-9-]+ [0-9:.]+ +campus/c-1 +rev +1 +CampusOpened' ||
  die "the table does not look as it should"

# A live tail, over a server that is killed: nothing is missing, nothing comes twice.
"$kontor" tail --from 4 -o ndjson >"$work/live" 2>"$work/live.hint" &
tail_pid=$!
until_lines 2 "$work/live"
campus 5
until_lines 3 "$work/live"
kill_server
start_server "$work/data"
campus 6
until_lines 4 "$work/live"
kill -INT "$tail_pid"
wait "$tail_pid"
equal "$?" 130 "exit code of an interrupted tail"
equal "$(positions "$work/live")" "4 5 6 7" "the live tail"
grep -q -- 'stopped after position 7; continue with: kontor tail --from 8' "$work/live.hint" ||
  die "no hint: $(cat "$work/live.hint")"

# A consumer group: one member is killed with work in its hands, the other gets that again.
"$kontor" tail --group mailer --from 1 --no-ack --limit 3 --window 3 -o ndjson >"$work/first" 2>/dev/null &
wait $!
equal "$(positions "$work/first")" "1 2 3" "what the first member saw"
"$kontor" tail --group mailer --no-ack --window 3 -o ndjson >"$work/killed" 2>/dev/null &
member=$!
until_lines 3 "$work/killed"
kill -9 "$member"
"$kontor" tail --group mailer --limit 5 -o ndjson >"$work/second" 2>/dev/null || die "the second member failed"
equal "$(positions "$work/second" | tr ' ' '\n' | sort -n | tr '\n' ' ')" "1 2 3 4 5 " "what the second member saw"
grep -c '"deliveries":2' "$work/second" | grep -qx 3 || die "three events should have been marked as delivered again"

# Acknowledged is acknowledged: over a killed server, and with the views gone.
kill_server
rm -rf "$work/data/views"
start_server "$work/data"
"$kontor" tail --group mailer --limit 2 -o ndjson >"$work/third" 2>/dev/null
equal "$(positions "$work/third")" "6 7" "what was left after the server was killed"
"$kontor" groups list -o plain | grep -Eq '^mailer	7	' || die "the group should be at 7: $("$kontor" groups list -o plain)"
stop_server || die "the server did not stop with 0"
start_server "$work/data"
"$kontor" tail --group mailer --no-follow -o ndjson >"$work/none" 2>/dev/null
equal "$(positions "$work/none")" "" "after everything was acknowledged"

# What a member cannot deal with is put aside after the last delivery, and comes again when somebody says so.
"$kontor" tail --group poison --from 2 --stream campus/c-1 --deliveries-max 1 --ack-seconds 1 --no-ack --window 1 \
  -o ndjson >"$work/poison" 2>/dev/null &
member=$!
until_lines 1 "$work/poison"
waited=0
until "$kontor" groups parked poison -o plain | grep -q 'campus/c-1'; do
  ((waited++ < 100)) || die "the event was never parked"
  sleep 0.1
done
kill -INT "$member"
wait "$member"
"$kontor" groups retry poison 3 >"$work/out" 2>&1
equal "$?" 4 "retry of what is not parked"
"$kontor" groups retry poison --all | grep -q '"position":"2"' || die "position 2 should be retried"
"$kontor" tail --group poison --no-follow -o ndjson >"$work/again" 2>/dev/null
equal "$(positions "$work/again")" "2" "the retried event"
"$kontor" groups remove poison >/dev/null 2>&1
equal "$?" 2 "removing without --yes"
"$kontor" groups remove poison --yes 2>/dev/null || die "the group could not be removed"
"$kontor" groups list | grep -q poison && die "the group is still there"
stop_server || die "the server did not stop with 0"
