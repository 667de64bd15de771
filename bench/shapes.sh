# Sourced by the scripts here that measure shapes of load in turns: clients x in flight x batch, an `a` behind it for
# all or nothing. Needs bench/lib.sh, and a function start_WHO for each that takes part.

runs=${RUNS:-5} seconds=${SECONDS_EACH:-5} warm_up=${WARM_UP:-1} mix=${MIX:-all} entities=${ENTITIES:-1000} tenants=${TENANTS:-1}

describe_work() {
  echo "work     mix $mix, $tenants tenants, $entities entities; $runs runs of $seconds s after $warm_up s, in turns; fresh directories"
}

# measure WHO SHAPE: one run on a server of its own; a line of CSV into $work/runs.
measure() {
  local who=$1 clients depth batch mode=each data=$work/data.$1
  IFS=x read -r clients depth batch <<<"$2"
  [[ ${batch:-} != *a ]] || { mode=all-or-nothing batch=${batch%a}; }
  rm -rf "$data"
  sync
  "start_$who" "$data"
  "$kontor" bench --server "$server" --mix "$mix" --entities "$entities" --tenants "$tenants" --clients "$clients" --depth "$depth" \
    --batch "${batch:-0}" --mode "$mode" --seconds "$seconds" --warm-up "$warm_up" --server-pid "$server_pid" --data-dir "$work" \
    -o csv >"$work/one" || { cat "$work/one" "$work/server.log" >&2; exit 1; }
  stop_server
  [[ -s $work/runs ]] || echo "who,shape,$(head -1 "$work/one")" >"$work/runs"
  echo "$who,$2,$(tail -1 "$work/one")" >>"$work/runs"
  [[ ! -t 2 ]] || echo "  $2 $who: $(cut -d, -f11 "$work/one" | tail -1) commands/s" >&2
}
