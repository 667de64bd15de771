#!/bin/bash
# A store that is rolled back, forked, cut or exchanged with the server's own means: nothing in it is wrong, and still it is not
# the store of yesterday. Whoever has remembered its leaf hashes is told where it differs (docs/auditing.md).
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
export KONTOR_TENANT=acme

# grow DIR NAME...: campuses, one command each
grow() {
  local dir=$1 name
  shift
  start_server "$dir"
  "$kontor" submit CreateTenant --as operator:o-1 --id 00000000-0000-7000-8000-00000000000a --server "$server" >"$work/said" 2>&1
  for name in "$@"; do
    "$kontor" submit OpenCampus campus="$name" kind=flat --server "$server" >"$work/said" 2>&1 || die "$(cat "$work/said")"
  done
  stop_server || die "the server did not stop cleanly"
}
store=$work/store
grow "$store" c-1 c-2 c-3
cp -r "$store" "$work/yesterday"
grow "$store" c-4 c-5 c-6
expect 0 '7 leaf hashes remembered' verify --data-dir "$store" --remember "$work/leaves" -o table
expect 0 '7 events, all as remembered' verify --data-dir "$store" --leaf-hashes "$work/leaves" -o table
grow "$store" c-7
expect 0 '7 events, all as remembered' verify --data-dir "$store" --leaf-hashes "$work/leaves" --remember "$work/newer" -o table
expect 0 '"leafHashes":"8".*"remembered":"8"|"remembered":"8"' verify --data-dir "$store" --leaf-hashes "$work/newer" \
  --remember "$work/newer" -o json
expect 0 '8 events, all as remembered' verify --data-dir "$store" --leaf-hashes "$work/newer" -o table

# Rolled back: whole, with a right HEAD, and shorter.
expect 0 'verified' verify --data-dir "$work/yesterday" -o table
expect 8 '8014 TWO_HISTORIES' verify --data-dir "$work/yesterday" --leaf-hashes "$work/leaves" -o table
expect 8 '7 were remembered in .* those from 5 on are missing' verify --data-dir "$work/yesterday" --leaf-hashes "$work/leaves" -o table
# Forked: somebody else's yesterday went on, and is longer now.
grow "$work/yesterday" c-4 c-5 c-6 c-7 c-8
expect 0 'verified' verify --data-dir "$work/yesterday" -o table
expect 8 'tenant acme position 5: not the event that was remembered as number 5' verify --data-dir "$work/yesterday" \
  --leaf-hashes "$work/leaves" -o table
[[ ! -e $work/never ]] || die "there is a file nobody wrote"
expect 8 8014 verify --data-dir "$work/yesterday" --leaf-hashes "$work/leaves" --remember "$work/never" -o table
[[ ! -e $work/never ]] || fail "a store that is not what was promised was remembered"
# Another store with the same commands.
grow "$work/other" c-1 c-2 c-3 c-4 c-5 c-6
expect 8 '8011 STORE_ID_MISMATCH' verify --data-dir "$work/other" --leaf-hashes "$work/leaves" -o table

# What cannot be held against anything is said to be so.
head -c 100 "$work/leaves" >"$work/cut"
expect 2 '8017' verify --data-dir "$store" --leaf-hashes "$work/cut" -o table
expect 2 '8017' verify --data-dir "$store" --leaf-hashes "$work/nowhere" -o table
mkdir "$work/notes"
expect 2 'requires --key|--key' verify --data-dir "$store" --checkpoints "$work/notes" -o table
expect 2 '8017' verify --data-dir "$store" --checkpoints "$work/notes" --key nonsense -o table
finish
note "promised: all as it should be"
