#!/bin/bash
# The same work on kontor and on what a team would use instead, in turns in one run: medians, and how far ahead kontor
# is. Every peer is started for the run, in a folder below TMPDIR, with its data synced before it answers, and stopped.
#   bench/peers/compare.sh [CSV]     builds the preset PRESET (release) first; the raw runs go to CSV
#   RUNS=5 SECONDS_EACH=5 WARM_UP=1 ENTITIES=1000 WORKS="debit seat" PEERS="kontor postgresql redis sqlite"
#   TRANSPORT=unix          or tcp, by which PostgreSQL and Redis are spoken to; kontor always is over TCP
#   SHAPES="1x1x1 64x1x1 64x64x1 1x1x1000 64x1x1000"     clients x in flight x batch
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
csv=${1:-}
transport=${TRANSPORT:-unix}
[[ $transport == unix || $transport == tcp ]] || { echo "TRANSPORT is unix or tcp" >&2; exit 2; }
runs=${RUNS:-5} seconds=${SECONDS_EACH:-5} warm_up=${WARM_UP:-1} entities=${ENTITIES:-1000}
read -ra works <<<"${WORKS:-debit seat}"
read -ra peers <<<"${PEERS:-kontor postgresql redis sqlite}"
read -ra shapes <<<"${SHAPES:-1x1x1 64x1x1 64x64x1 1x1x1000 64x1x1000}"

missing=()
for package in postgresql libpq-dev redis-server libhiredis-dev libsqlite3-dev; do
  [[ $(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null) == ii* ]] || missing+=("$package")
done
((${#missing[@]} == 0)) || { echo "missing packages: ${missing[*]} (see bench/peers/README.md)" >&2; exit 1; }
if [[ -z ${KONTOR-} ]]; then
  cmake --preset "$preset" >/dev/null # finds the packages, if they came after the first time
  build_for_bench kontor kontor_peers
fi
postgres_bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -1)

begin_work peers
chmod 711 "$work" # PostgreSQL does not run as root, and its user must reach its folder
as_postgres=()
((EUID != 0)) || as_postgres=(setpriv --reuid=postgres --regid=postgres --init-groups)
peer_pid=

# One that nobody listens on now; a peer that finds it taken by then says so.
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

start_postgresql() {
  local dir=$work/postgresql
  rm -rf "$dir"
  mkdir "$dir"
  ((EUID != 0)) || chown postgres "$dir"
  "${as_postgres[@]}" "$postgres_bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C >"$work/peer.log" 2>&1
  cat >>"$dir/data/postgresql.conf" <<'CONF'
fsync = on
synchronous_commit = on
full_page_writes = on
shared_buffers = 1GB
wal_buffers = 64MB
max_wal_size = 8GB
checkpoint_timeout = 15min
max_connections = 200
jit = off
CONF
  local host=$dir listen=''
  [[ $transport == unix ]] || host=127.0.0.1 listen=127.0.0.1
  local port
  port=$(free_port)
  printf "listen_addresses = '%s'\nport = %d\n" "$listen" "$port" >>"$dir/data/postgresql.conf"
  (cd "$dir" && exec "${as_postgres[@]}" "$postgres_bin/postgres" -D "$dir/data" -k "$dir" >>"$work/peer.log" 2>&1) &
  peer_pid=$!
  until "$postgres_bin/pg_isready" -q -h "$host" -p "$port" -U postgres; do
    kill -0 "$peer_pid" 2>/dev/null || { cat "$work/peer.log" >&2; exit 1; }
    sleep 0.1
  done
  psql -q -X -h "$host" -p "$port" -U postgres -d postgres -v ON_ERROR_STOP=1 -f bench/peers/schema.sql \
    -c "INSERT INTO entities (id, available) SELECT i, CASE i WHEN 0 THEN 0 ELSE 1000000000 END FROM generate_series(0, $entities) i" \
    -c 'VACUUM ANALYZE' -c CHECKPOINT
  target="host=$host port=$port user=postgres dbname=postgres"
}
start_redis() {
  local dir=$work/redis
  rm -rf "$dir"
  mkdir "$dir"
  local port=0
  [[ $transport == unix ]] || port=$(free_port)
  redis-server --bind 127.0.0.1 --port "$port" --unixsocket "$dir/socket" --dir "$dir" --appendonly yes --appendfsync always --save '' \
    --auto-aof-rewrite-percentage 0 --daemonize no >"$work/peer.log" 2>&1 &
  peer_pid=$!
  until [[ $(redis-cli -s "$dir/socket" ping 2>/dev/null) == PONG ]]; do
    kill -0 "$peer_pid" 2>/dev/null || { cat "$work/peer.log" >&2; exit 1; }
    sleep 0.1
  done
  target=$dir/socket
  [[ $transport == unix ]] || target=127.0.0.1:$port
}
start_sqlite() {
  rm -rf "$work/sqlite"
  mkdir "$work/sqlite"
  target=$work/sqlite/data
}
stop_peer() {
  [[ -z $peer_pid ]] || { kill -INT "$peer_pid" 2>/dev/null; wait "$peer_pid" 2>/dev/null || true; }
  peer_pid=
}
trap 'stop_peer; end_work' EXIT

# The line of CSV that all have in common.
columns=commands_per_second,p50_us,p99_us,p999_us,max_us
cut_columns() {
  python3 -c 'import csv, sys
row = next(csv.DictReader(open(sys.argv[1])))
print(",".join(row[name] for name in sys.argv[2].split(",")))' "$1" "$columns"
}

# measure PEER WORK SHAPE: one run, everything fresh.
measure() {
  local peer=$1 work_kind=$2 clients depth batch mix=credits
  IFS=x read -r clients depth batch <<<"$3"
  # In flight on one connection: a pipeline, which only these two have for commands that stand alone.
  ((depth == 1)) || [[ $peer == kontor || $peer == redis ]] || return 0
  sync
  if [[ $peer == kontor ]]; then
    [[ $work_kind == debit ]] || mix=invitations
    rm -rf "$work/data"
    start_kontor "$work/data"
    "$kontor" bench --server "$server" --mix "$mix" --entities "$entities" --clients "$clients" --depth "$depth" \
      --batch "$((batch == 1 ? 0 : batch))" --seconds "$seconds" --warm-up "$warm_up" -o csv >"$work/one" || { cat "$work/one" >&2; exit 1; }
    stop_server
  else
    "start_$peer"
    "$bin/bench/kontor_peers" --peer "$peer" --target "$target" --work "$work_kind" --entities "$entities" --clients "$clients" \
      --depth "$depth" --batch "$batch" --seconds "$seconds" --warm-up "$warm_up" >"$work/one" || { cat "$work/one" "$work/peer.log" >&2; exit 1; }
    stop_peer
  fi
  echo "$peer,$work_kind,$3,$(cut_columns "$work/one")" >>"$work/runs"
  [[ ! -t 2 ]] || echo "  $work_kind $3 $peer: $(tail -1 "$work/runs" | cut -d, -f4) commands/s" >&2
}

echo "who,work,shape,$columns" >"$work/runs"
conditions
echo "peers    $("$postgres_bin/postgres" --version), $(redis-server --version | cut -d' ' -f3), SQLite $(sqlite3 --version 2>/dev/null | cut -d' ' -f1)"
echo "work     $entities entities, one command in sixteen refused; $runs runs of $seconds s after $warm_up s, in turns; peers over $transport, kontor over TCP"
for work_kind in "${works[@]}"; do
  for shape in "${shapes[@]}"; do
    for ((run = 0; run < runs; run++)); do
      for peer in "${peers[@]}"; do measure "$peer" "$work_kind" "$shape"; done
    done
  done
done
bench/peers/table.py "$work/runs"
[[ -z $csv ]] || cp "$work/runs" "$csv"
