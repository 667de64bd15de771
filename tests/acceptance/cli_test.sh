#!/bin/bash
# The command line against a running server: what it prints where, and its exit codes (docs/operations.md).
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# quiet_out: the command before wrote nothing to standard output.
quiet_out() { [[ ! -s $work/out ]] || { note "standard output should be empty:"; cat "$work/out" >&2; failures=$((failures + 1)); }; }

# Without a server.
expect 2 'did you mean "serve"' srve
expect 2 'subcommand' # none at all
quiet_out
expect 2 'flag|option|argument' status --no-such-flag
expect 0 '^kontor [0-9]' --version
expect 0 'NO_CAMPUS_SEATS_LEFT' explain 3008
expect 0 '"code":3008' explain NO_CAMPUS_SEATS_LEFT -o json
expect 0 'seatType' explain InviteToCourse
expect 4 'did you mean "NO_CAMPUS_SEATS_LEFT"' explain NO_CAMPUS_SEAT_LEFT
expect 6 'no|refused|reach' status --server 127.0.0.1:1
quiet_out

# Configuration.
printf '[limits]\nframe_byte = "1MiB"\n' >"$work/wrong.toml"
printf '[limits]\nframe_bytes = "512KiB"\n' >"$work/right.toml"
expect 78 'wrong.toml:2:14: unknown key limits.frame_byte; did you mean "limits.frame_bytes"' config check "$work/wrong.toml"
expect 0 'right' config check "$work/right.toml"
expect 0 'limits.frame_bytes.512KiB.*right.toml:2:15' config show --config "$work/right.toml" -o plain
expect 78 '9002 CONFIG_VALUE' serve --log-level loud --data-dir "$work/never"
expect 1 '9006 LISTEN' serve --listen 0.0.0.0:0 --data-dir "$work/never"
[[ ! -e $work/never ]] || fail "a server that cannot listen made a data directory"

start_server "$work/data"
export KONTOR_SERVER=$server
operator=(--as operator:o-1) backend=(--as backend:b-1) desk=(--as contractDesk:d-1) manager=(--as courseManager:m-1)

expect 0 'ready' ready
expect 9 "in use by process $server_pid" serve --data-dir "$work/data" --listen 127.0.0.1:0
expect 4 '1003 UNKNOWN_TENANT' submit OpenCampus campus=c-1 kind=flat "${backend[@]}" -o table
expect 0 'committed' submit CreateTenant "${operator[@]}" --id 00000000-0000-7000-8000-000000000001 -o table
expect 0 'already committed' submit CreateTenant "${operator[@]}" --id 00000000-0000-7000-8000-000000000001 -o table
# What is said counts more than what the environment says.
KONTOR_TENANT=nobody KONTOR_SERVER=127.0.0.1:1 expect 0 'TenantCreated' events --tenant main --server "$server"
expect 5 '1005 COMMAND_ID_REUSED' submit CreateTenant timeline=history "${operator[@]}" --id 00000000-0000-7000-8000-000000000001 -o table
expect 3 '1001 FORBIDDEN_ROLE' submit OpenCampus campus=c-1 kind=flat "${manager[@]}" -o table
expect 0 'committed' submit OpenCampus campus=c-1 kind=flat "${backend[@]}" -o table
expect 2 'did you mean "OpenCampus"' submit OpenCampsu campus=c-1 "${backend[@]}"
expect 2 'did you mean "campus"' submit OpenCampus campsu=c-1 kind=flat "${backend[@]}"
expect 2 'kind must be one of flat, package' submit OpenCampus campus=c-1 kind=flatt "${backend[@]}"
expect 2 'kind is missing' submit OpenCampus campus=c-1 "${backend[@]}"
expect 5 '1004 VERSION_CONFLICT' submit BookFlat campus=c-1 period=p size=1 from=2020-01-01T00:00:00+01:00 \
  to=2099-01-01T00:00:00+01:00 "${desk[@]}" --expect-version 9 -o table
expect 2 'unitPrice must be a whole number' submit BookFlat campus=c-1 period=p size=1 from=2020-01-01T00:00:00+01:00 \
  to=2099-01-01T00:00:00+01:00 'prices=[{"fromSize":1,"unitPrice":1.5}]' "${desk[@]}"
book=(submit BookFlat campus=c-1 period=p size=1 from=2020-01-01T00:00:00+01:00 to=2099-01-01T00:00:00+01:00
  'prices=[{"fromSize":1,"unitPrice":1500}]' "${desk[@]}")
expect 0 'FlatBooked' "${book[@]}" --dry-run -o table
expect 0 'committed' "${book[@]}" -o table
expect 0 'committed' submit CreateCourse campus=c-1 course=k-1 start=2020-02-01T00:00:00+01:00 end=2098-01-01T00:00:00+01:00 \
  --as campusManager:m-1 -o table
expect 0 'CampusSeatGranted' submit InviteToCourse course=k-1 person=p-1 "${manager[@]}" -o table
expect 3 '3008 NO_CAMPUS_SEATS_LEFT' submit InviteToCourse course=k-1 person=p-2 "${manager[@]}" -o table
quiet_out

# Questions.
expect 0 '"type":"RemainingSeats"' query RemainingSeats course=k-1 --wait-position 7
expect 0 '"occupiedCampusSeats":"0"' query UsageStatistics campus=c-1 --as-of 2 -o json
expect 4 '1007 NOT_FOUND' query RemainingSeats course=none -o table
expect 2 'did you mean "RemainingSeats"' query RemainingSeat course=k-1
expect 2 'did you mean "course"' query RemainingSeats curse=k-1
expect 3 '1011 EFFECTIVE_TIME_IN_FUTURE' query UsageStatistics campus=c-1 --as-of 2099-01-01T00:00:00Z -o table
expect 0 '^position,' events --limit 2 -o csv
expect 0 '"position":"3"' events --from 3 --limit 1

# Files of commands.
for i in 1 2 3; do
  printf '{"type":"CreateCourse","actor":{"role":"campusManager","id":"m-1"},"campus":"c-1","course":"f-%s","start":"2020-02-01T00:00:00+01:00","end":"2098-01-01T00:00:00+01:00"}\n' "$i"
done >"$work/commands.jsonl"
expect 0 'committed' submit --file "$work/commands.jsonl" -o ndjson
[[ $(grep -c '"result":"committed"' "$work/out") == 3 ]] || fail "three results expected"
printf '{"type":"CreateCourse","nonsense":1}\n' >"$work/wrong.jsonl"
expect 2 'nonsense|is missing|not a known' submit --file "$work/wrong.jsonl"

stop_server || fail "the server did not stop with 0"
expect 6 '' ready
finish
