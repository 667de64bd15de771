# Sourced by the scripts here: what to build, one server at a time on a free port, and the conditions.

source "$(dirname "${BASH_SOURCE[0]}")/../.ci/setup.sh"
preset=${PRESET:-release}
bin=$PWD/build/$preset
kontor=${KONTOR:-$bin/kontor}
server_pid=
server=

# build_for_bench TARGET...: unless KONTOR names a program that is there already.
build_for_bench() { [[ -n ${KONTOR-} ]] || build "$preset" "$@" >/dev/null; }

# begin_work NAME: sets work, a folder that goes away with the script, as does the server.
begin_work() {
  work=$(mktemp -d "${TMPDIR:-/tmp}/kontor-$1.XXXXXX")
  trap end_work EXIT
}
end_work() {
  [[ -z $server_pid ]] || kill "$server_pid" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}

# wait_for_port FILE: sets server to the address once the file is there.
wait_for_port() {
  until [[ -s $1 ]]; do
    kill -0 "$server_pid" 2>/dev/null || { cat "$work/server.log" >&2; echo "the server did not start" >&2; exit 1; }
    sleep 0.05
  done
  server=127.0.0.1:$(<"$1")
}
# start_kontor DATA_DIR [FLAGS...]; PROGRAM names another kontor than the built one. Sets server_pid and server.
start_kontor() {
  local data=$1
  shift
  rm -f "$work/port"
  "${PROGRAM:-$kontor}" serve --dev --data-dir "$data" --listen 127.0.0.1:0 --port-file "$work/port" "$@" >"$work/server.log" 2>&1 &
  server_pid=$!
  wait_for_port "$work/port"
}
# start_bare DATA_DIR: the bare pipeline instead.
start_bare() {
  rm -f "$work/port"
  "$bin/bench/kontor_bare" --data-dir "$1" --port-file "$work/port" >"$work/server.log" 2>&1 &
  server_pid=$!
  wait_for_port "$work/port"
}
stop_server() {
  kill -TERM "$server_pid"
  wait "$server_pid" || true
  server_pid=
}

# What a figure is worth nothing without.
conditions() {
  echo "machine  $(nproc) cores, $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1), $(awk '/MemTotal/ {printf "%d GiB", $2 / 1048576}' /proc/meminfo); load $(cut -d' ' -f1 /proc/loadavg); Linux $(uname -r)"
  echo "disk     $(df --output=fstype "$work" | tail -1) at $work"
  local at="commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown)$(git diff --quiet HEAD 2>/dev/null || echo ' and changes'), $preset"
  [[ -z ${KONTOR-} ]] || at="at $kontor"
  echo "build    kontor $("$kontor" --version | cut -d' ' -f2), $at"
}
