#!/bin/bash
# Measures durable commands over real sockets in four shapes and in batches, on a server of its own, with every
# condition that is known to matter.
#   bench/load.sh [SECONDS] [MIX]     builds the preset PRESET (release) first; data lies below TMPDIR
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
seconds=${1:-5} mix=${2:-all}
build_for_bench kontor
begin_work load
start_kontor "$work/data"

for shape in "1 1" "1 64" "64 1" "64 64" "4 4 1000 each" "4 4 1000 all-or-nothing"; do
  read -r clients depth batch mode <<<"$shape"
  "$kontor" bench --server "$server" --mix "$mix" --clients "$clients" --depth "$depth" --batch "${batch:-0}" \
    --mode "${mode:-each}" --seconds "$seconds" --server-pid "$server_pid" --data-dir "$work" -o table
  echo
done
stop_server
echo "store    $(du -sb "$work/data" | cut -f1) bytes in all"
