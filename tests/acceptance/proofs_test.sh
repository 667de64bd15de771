#!/bin/bash
# Evidence through the real programs (docs/evidence.md, docs/witness.md): an auditor with a key and a folder, a
# witness, and a data directory that is replaced by an older copy.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
witness=$(dirname "$kontor")/kontor-witness
[[ -x $witness ]] || die "no program at $witness: build it first (./check does)"

as=(--as backend:b-1)
folder=$work/checkpoints
campus() { "$kontor" submit OpenCampus campus="c-$1" kind=flat "${as[@]}" "${@:2}" >/dev/null || die "no campus c-$1"; }
# expect STATUS WHAT COMMAND...: runs it; its output is in $work/out and $work/err.
expect() {
  local wanted=$1 what=$2
  shift 2
  "$@" >"$work/out" 2>"$work/err"
  local status=$?
  ((status == wanted)) || die "$what: exit code $status instead of $wanted: $(cat "$work/out" "$work/err")"
}
says() { grep -q -- "$1" "$work/out" "$work/err" || die "it should say \"$1\": $(cat "$work/out" "$work/err")"; }

start_server "$work/data"
export KONTOR_SERVER=$server
"$kontor" submit CreateTenant --as operator:o-1 >/dev/null || die "no tenant"

# The key, as an auditor is told it when all begins.
key=$("$kontor" checkpoint keys -o plain 2>/dev/null | sed -n 1p | cut -f1)
[[ $key == *+*+* ]] || die "this is no key: $key"
printf '%s\n' "$key" >"$work/ledger.pub"
export KONTOR_KEY=$work/ledger.pub
expect 0 "the pinned key" "$kontor" checkpoint keys --key "$key" -o csv
says ',pinned$'

# Receipts that bind, one by one and from a file.
campus 1 --key "$key" --receipts "$work/receipts"
campus 2 --key "$key" --receipts "$work/receipts"
for i in 3 4 5 6; do printf '{"type":"OpenCampus","campus":"c-%s","kind":"flat"}\n' "$i"; done >"$work/commands"
expect 0 "a file of commands" "$kontor" submit --file "$work/commands" "${as[@]}" --key "$key" --receipts "$work/receipts"
(($(wc -l <"$work/receipts") == 6)) || die "six receipts should have been kept"
expect 2 "a key that is none" "$kontor" submit OpenCampus campus=c-x kind=flat "${as[@]}" --key x+y+z --receipts "$work/receipts"

# Checkpoints: kept, compared, and everything that was read held against them.
expect 0 "the first checkpoint" "$kontor" checkpoint save --folder "$folder" -o table
says 'size    7  of kontor'
says 'the first of this tree'
campus 7 --key "$key" --receipts "$work/receipts"
expect 0 "the second checkpoint" "$kontor" checkpoint save --folder "$folder" -o table
says '1 before it, the last of size 7'
expect 0 "the store's" "$kontor" checkpoint save --folder "$folder" --store-tree
expect 0 "what is kept" "$kontor" checkpoint ls --folder "$folder" -o csv
(($(grep -c ',kept$' "$work/out") == 3)) || die "three should be kept: $(cat "$work/out")"
expect 0 "all of it" "$kontor" checkpoint check --folder "$folder" --receipts "$work/receipts" -o table
says 'events       8 read'
says 'receipts     7 kept'
expect 0 "a note" "$kontor" checkpoint show -o table
says '^— kontor'

# An event, proven without a server; a changed byte is found.
expect 0 "an event" "$kontor" prove 4 --folder "$folder" -o table
says 'included    in the tree of 8 events'
"$kontor" prove 4 -o json >"$work/evidence" || die "no evidence"
"$kontor" prove 3 --store-tree -o json >"$work/evidence-store" || die "no evidence of the store's tree"
for file in evidence evidence-store; do
  expect 0 "$file" env KONTOR_SERVER=127.0.0.1:1 "$kontor" prove --check "$work/$file" -o table
  says 'signed      by kontor'
done
sed 's/"position":"4"/"position":"5"/' "$work/evidence" >"$work/forged"
expect 8 "forged evidence" "$kontor" prove --check "$work/forged"
says '8016 PROOF_WRONG'
expect 4 "what is not there" "$kontor" prove 99
expect 2 "no position" "$kontor" prove

# The witness cosigns.
"$witness" new-key witness.example.org/w1 --key-file "$work/w1.key" >"$work/w1.pub" || die "the witness has no key"
follow=("$witness" follow --key "$key" --state "$work/state" --key-file "$work/w1.key" --once)
expect 0 "the witness" "${follow[@]}" --tenant main
says 'size 8 (before: 0)'
expect 0 "the witness of the store" "${follow[@]}" --store
expect 0 "nothing new" "${follow[@]}" --tenant main
note=$(echo "$work"/state/notes/*_tenant_main/00000000000000000008.note)
grep -q '^— witness.example.org/w1 ' "$note" || die "the note is not cosigned"
{ printf 'old 8\n\n'; cat "$note"; } >"$work/request"
expect 0 "the same again" "$witness" add --key "$key" --state "$work/state" --key-file "$work/w1.key" <"$work/request"
says '^— witness.example.org/w1 '
{ printf 'old 3\n\n'; cat "$note"; } >"$work/request"
expect 8 "from a size that was not the last" "$witness" add --key "$key" --state "$work/state" --key-file "$work/w1.key" <"$work/request"
says 'refused 409'
[[ $(<"$work/out") == 8 ]] || die "the size should be on standard output: $(cat "$work/out")"

# An older copy takes the place of the data directory.
stop_server || die "the server did not stop with 0"
cp -a "$work/data" "$work/older"
start_server "$work/data"
for i in 8 9 10; do campus "$i" --key "$key" --receipts "$work/receipts"; done
expect 0 "the third checkpoint" "$kontor" checkpoint save --folder "$folder"
expect 0 "the witness goes on" "${follow[@]}" --tenant main
says 'size 11 (before: 8)'
kill_server
mv "$work/data" "$work/newer"
cp -a "$work/older" "$work/data"
start_server "$work/data"
expect 8 "a server that was rolled back" "$kontor" checkpoint save --folder "$folder"
says 8007
says 11
says '\b8\b'
expect 8 "a command to it" "$kontor" submit OpenCampus campus=c-11 kind=flat "${as[@]}" --key "$key" --receipts "$work/receipts"
says 8007
expect 8 "the witness of what was rolled back" "${follow[@]}" --tenant main
says 'NOT COSIGNED'

# It goes on, until its size tells nothing any more.
for i in 20 21 22 23 24; do campus "$i"; done
expect 8 "another history" "$kontor" checkpoint save --folder "$folder"
says '8014 TWO_HISTORIES'
says 'the tree of 11 events is not the beginning of that of 13 events'
expect 8 "what is kept now" "$kontor" checkpoint ls --folder "$folder" -o csv
(($(grep -c ',conflict$' "$work/out") == 1)) || die "one conflict should be kept: $(cat "$work/out")"
expect 8 "the witness of another history" "${follow[@]}" --tenant main
says 'size seen 11, size shown 13'

# The right one is back.
stop_server || die "the server did not stop with 0"
mv "$work/data" "$work/rolled-back"
mv "$work/newer" "$work/data"
start_server "$work/data"
expect 0 "the right history" "$kontor" checkpoint check --folder "$folder" --receipts "$work/receipts" -o table
says 'receipts     10 kept'
expect 0 "the witness of the right history" "${follow[@]}" --tenant main
stop_server || die "the server did not stop with 0"
