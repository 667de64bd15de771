# Sourced by the acceptance scripts: one server at a time, started on a free port, with a folder of its own.

set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
kontor=${KONTOR:-$here/../../build/dev/kontor}
work=$(mktemp -d "${TMPDIR:-/tmp}/kontor-acceptance.XXXXXX")
server_pid=
server=

note() { printf '%s\n' "$*" >&2; }
die() { note "$*"; exit 1; }
# What goes wrong without ending a script at once is counted; the script ends with `finish`.
failures=0
fail() { note "$*"; failures=$((failures + 1)); }
finish() { ((failures == 0)) || die "$failures expectations failed"; }

clean_up() {
  [[ -z $server_pid ]] || kill -9 "$server_pid" 2>/dev/null
  wait 2>/dev/null
  rm -rf "$work"
}
trap clean_up EXIT

[[ -x $kontor ]] || die "no program at $kontor: build it first (./check does), or set KONTOR"

# expect CODE PATTERN ARGS...: kontor ends with this code, and says something of this form in $work/out or $work/err.
expect() {
  local code=$1 pattern=$2 status
  shift 2
  "$kontor" "$@" >"$work/out" 2>"$work/err" </dev/null
  status=$?
  ((status == code)) && grep -Eqs -- "$pattern" "$work/out" "$work/err" ||
    fail "kontor $*: exit $status, expected $code and: $pattern
$(cat "$work/out" "$work/err")"
}

# start_server DATA_DIR: sets server_pid and server ("127.0.0.1:PORT"); the same port again after the first time,
# so that a client that retries finds it.
start_server() {
  rm -f "$work/port"
  "$kontor" serve --dev --data-dir "$1" --listen "${server:-127.0.0.1:0}" --port-file "$work/port" \
    >>"$work/server.log" 2>&1 &
  server_pid=$!
  local waited=0
  until [[ -s $work/port ]]; do
    kill -0 "$server_pid" 2>/dev/null || { cat "$work/server.log" >&2; die "the server did not start"; }
    ((waited++ < 3000)) || die "the server is not ready after 300 s"
    sleep 0.1
  done
  server=127.0.0.1:$(<"$work/port")
}

# Asks the server to stop and waits until it has.
stop_server() {
  kill -TERM "$server_pid" && wait "$server_pid"
  local status=$?
  server_pid=
  return $status
}

kill_server() {
  kill -9 "$server_pid" 2>/dev/null
  wait "$server_pid" 2>/dev/null
  server_pid=
}

# The digest of a tenant's state, and where its log ends.
state_of() { "$kontor" status --server "$server" --tenant "$1" -o json | python3 -c '
import json, sys
status = json.load(sys.stdin)
print(status["stateDigest"], status.get("position", "0"))'; }
