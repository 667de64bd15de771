#!/bin/bash
# A start from a snapshot finds what a start finds that reads everything: state, positions, answers to command ids. Damaged
# snapshots are passed over, damage of the log's old part stops the server, and a snapshot can be made without one.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

data=$work/data
export KONTOR_TENANT=whole
"$here/billing_history.py" 1000 100 >"$work/history.jsonl" || die "no history"
said() { grep -c -- "$1" "$work/server.log"; }
# Waits until the server has said so.
until_said() {
  local waited=0
  until grep -q -- "$1" "$work/server.log"; do
    ((waited++ < 600)) || die "the server never said: $1"
    sleep 0.1
  done
}
# The same facts however the server started: state and end, a repeated command, views.
facts() {
  state_of whole
  "$kontor" submit CreateTenant --id 00000000-0000-4000-8000-000000000001 --as operator:o-1 --server "$server" --tenant fixed -o json
  "$kontor" query Campuses --server "$server" -o json
}

export KONTOR_SNAPSHOT_AT_STOP=1
start_server "$data"
"$kontor" import history "$work/history.jsonl" --server "$server" --report "$work/refused" >/dev/null || die "the import failed"
facts >/dev/null
facts >"$work/before"
stop_server || die "the server did not stop cleanly"
ls "$data"/snapshots/*.snapshot >/dev/null || die "the stop left no snapshot"

start_server "$data"
grep -q 'replayed  0 events behind a snapshot of' "$work/server.log" || die "not started from the snapshot"
facts >"$work/after"
cmp "$work/before" "$work/after" || die "a start from a snapshot answers otherwise"
until_said 'were read and are whole'
# What comes behind the snapshot, and a kill: the tail is read.
expect 0 committed submit CreateTenant --as operator:o-1 --server "$server" --tenant later -o table
later=$(state_of later)
kill_server
: >"$work/server.log"
start_server "$data"
grep -q 'replayed  1 events behind a snapshot of' "$work/server.log" || die "the tail was not read alone: $(cat "$work/server.log")"
[[ $(state_of later) == "$later" ]] || die "the tail is not there"
facts >"$work/after"
cmp "$work/before" "$work/after" || die "after a kill a start from a snapshot answers otherwise"
kill_server

# The same by reading everything.
: >"$work/server.log"
"$kontor" serve --dev --full-scan --data-dir "$data" --listen "$server" --port-file "$work/full" >"$work/server.log" 2>&1 &
server_pid=$!
until [[ -s $work/full ]]; do kill -0 $server_pid || die "no full scan"; sleep 0.1; done
grep -q 'behind a snapshot' "$work/server.log" && die "--full-scan went on from a snapshot"
facts >"$work/after"
cmp "$work/before" "$work/after" || die "a full scan answers otherwise"
kill_server

# Without a server; from the log alone and from the newest snapshot it is the same file.
expect 0 'events in' snapshot create --data-dir "$data"
newest=$(ls "$data"/snapshots/*.snapshot | tail -1)
cp "$newest" "$work/kept"
expect 0 'events in' snapshot create --data-dir "$data" --full-scan
cmp "$newest" "$work/kept" || die "the same log gives two snapshots"

# One flipped byte: passed over, and nothing else happens.
python3 - "$newest" <<'P'
import sys
with open(sys.argv[1], "r+b") as file:
    file.seek(-5000, 2)
    byte = file.read(1)[0]
    file.seek(-5000, 2)
    file.write(bytes([byte ^ 1]))
P
: >"$work/server.log"
start_server "$data"
grep -q 'is passed over: piece' "$work/server.log" || die "a damaged snapshot was not named"
facts >"$work/after"
cmp "$work/before" "$work/after" || die "past a damaged snapshot a start answers otherwise"
stop_server || die "the server did not stop cleanly"
expect 0 '' verify --data-dir "$data"

# An old block of the log: the start does not see it, the reading behind it does, and so does a start without snapshot.
python3 - "$data" <<'P'
import glob, os, sys
tables = sorted(glob.glob(sys.argv[1] + "/log/log/*.sst"), key=os.path.getsize)
with open(tables[-1], "r+b") as file:
    file.seek(os.path.getsize(tables[-1]) * 2 // 3)  # the first block holds events behind the snapshot, too
    byte = file.read(1)[0]
    file.seek(-1, 1)
    file.write(bytes([byte ^ 0x10]))
P
"$kontor" serve --dev --data-dir "$data" --listen "$server" --port-file "$work/damaged" >"$work/server.log" 2>&1
status=$?
((status == 8)) || die "the damaged store ended the server with $status: $(cat "$work/server.log")"
grep -q 'is read now\|are read now' "$work/server.log" || die "not found by the reading behind the start: $(cat "$work/server.log")"
finish
