#!/bin/bash
# Every form of export through the real program, from a data directory and from a running server: signed, checked, read again
# by Python, xmllint and sqlite3, changed and refused; and a store made anew from JSON lines with the same tree and state.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

data=$work/data
forms=(jsonl csv sqlite gobd bundle)
canary=Quetzalcoatl-canary

start_server "$data"
export KONTOR_SERVER=$server KONTOR_TENANT=acme
"$here/billing_history.py" 20 5 | "$kontor" import history /dev/stdin >"$work/said" || die "the import failed"
expect 0 committed submit EnrolParticipant group=o-1 email="$canary@example.org" name="$canary" --as groupLeader:b-1 -o table
expect 0 committed submit PostManualTransaction user=u-1 points=3 'reason==1+cmd|calc' --as operator:o-1 -o table
expect 0 lines bill open --run 2020-05 --cutoff 2020-05-01T00:00:00+02:00 -o table
expect 0 closed bill close --run 2020-05 --invoice-ref R-1 -o table
live=$(state_of acme)

# From the running server. It does not sign for others.
for form in jsonl csv bundle; do
  expect 2 'nobody signs' export --format "$form" --out "$work/none" -o table
  expect 0 "signed    by nobody" export --format "$form" --out "$work/server-$form" --unsigned -o table
done
stop_server || fail "the server did not stop well"

# From the directory, which stays as it is. The key is pinned out of band: from its file.
key=$("$here/note_key.py" "$data/keys/checkpoint.key" ledger.test/00112233445566778899aabbccddeeff) || die "no key"
(cd "$data" && find . -type f -exec sha256sum {} + | sort) >"$work/before"
for form in "${forms[@]}"; do
  expect 0 'signed    by .*/[0-9a-f]{32}' export --format "$form" --data-dir "$data" --out "$work/$form" -o table
done
expect 0 'exported' export --format bundle --scope store --data-dir "$data" --out "$work/store" -o table
(cd "$data" && find . -type f -exec sha256sum {} + | sort) >"$work/after"
cmp -s "$work/before" "$work/after" || fail "an export changed the data directory"
cmp -s "$work/jsonl/events.jsonl" "$work/server-jsonl/events.jsonl" || fail "server and directory give other lines"
for table in "$work"/csv/*.csv; do
  cmp -s "$table" "$work/server-csv/${table##*/}" || fail "server and directory give another ${table##*/}"
done

for form in jsonl bundle store; do
  expect 0 'hash to the manifest' export verify "$work/$form" --key "$key" -o table
done
expect 0 'hash to the manifest' export verify "$work/server-bundle" --unsigned -o table
for form in csv sqlite gobd; do
  expect 0 'hash them with --bundle' export verify "$work/$form" --key "$key" -o table
  expect 0 'hash to the manifest' export verify "$work/$form" --key "$key" --bundle "$work/bundle/events.bundle" -o table
done
expect 0 'by nobody' export verify "$work/server-csv" --unsigned -o table
expect 2 '8015 NOT_SIGNED' export verify "$work/server-csv" --key "$key" -o table
expect 2 'whose signature' export verify "$work/csv" -o table
expect 2 'not of the form' export verify "$work/csv" --key nonsense -o table

verifier=$(dirname "$kontor")/kontor-verify
if [[ -x $verifier ]]; then
  for bundle in bundle store server-bundle; do
    "$verifier" "$work/$bundle/events.bundle" --key "$key" --complete >"$work/said" 2>&1 ||
      fail "kontor-verify does not prove the $bundle: $(cat "$work/said")"
  done
fi

"$here/export_check.py" "$work/jsonl" "$work/csv" "$work/sqlite" "$work/gobd" >"$work/said" || fail "Python reads something else"
cat "$work/said"
if command -v xmllint >/dev/null; then
  xmllint --noout --nonet --dtdvalid "$work/gobd/gdpdu-01-09-2004.dtd" "$work/gobd/index.xml" || fail "index.xml is not valid"
  xmllint --noout --nonet --valid "$work/gobd/index.xml" || fail "index.xml does not find its grammar"
fi
if grep -rail -e "$canary" "${forms[@]/#/$work/}" "$work/store" >"$work/found"; then
  fail "a name is in the clear in: $(cat "$work/found")"
fi
grep -q "'=1+cmd" "$work/csv/credit_transactions.csv" || fail "a formula was not defused"

# A changed byte, a missing file, one too many; nothing is overwritten.
expect 9 'is there already' export --format csv --data-dir "$data" --out "$work/csv" -o table
cp -r "$work/csv" "$work/changed"
sed -i '2s/0/1/' "$work/changed/billing_lines.csv"
expect 2 '8017 BUNDLE_UNUSABLE' export verify "$work/changed" --key "$key" -o table
cp "$work/csv/billing_lines.csv" "$work/changed/"
expect 0 'all as the manifest' export verify "$work/changed" --key "$key" -o table
touch "$work/changed/more.csv"
expect 2 'more.csv is not in the manifest' export verify "$work/changed" --key "$key" -o table
rm "$work/changed/more.csv" "$work/changed/seats.csv"
expect 2 'seats.csv is missing' export verify "$work/changed" --key "$key" -o table

# A part of it.
expect 0 'exported' export --format csv --data-dir "$data" --out "$work/part" --period 2020-02-01..2020-03-01 -o table
(($(wc -l <"$work/part/events.csv") < $(wc -l <"$work/csv/events.csv"))) || fail "a period leaves nothing out"
expect 2 'a period selects rows' export --format jsonl --data-dir "$data" --out "$work/x" --period 2020-02-01..2020-03-01 -o table
expect 2 'are not there' export --format jsonl --data-dir "$data" --out "$work/x" --to 999999 -o table
expect 4 'has no events' export --format jsonl --data-dir "$data" --out "$work/x" --tenant nobody -o table
[[ ! -e $work/x && ! -e $work/x.partial ]] || fail "a refused export left something behind"

# A store anew: the same tree, the same state, another id; and every change named by its line (B121).
expect 0 'state +sha256' import events "$work/jsonl/events.jsonl" --data-dir "$work/anew" --key "$key" -o table
digest=$(awk '$1 == "state" { print $3 }' "$work/out")
[[ $live == "$digest "* ]] || fail "another state after the import: $live, $digest"
expect 0 'verified' verify --data-dir "$work/anew" -o table
expect 0 "$digest" replay --data-dir "$work/anew" -o table
expect 0 'exported' export --format jsonl --data-dir "$work/anew" --out "$work/again" --unsigned -o table
cmp -s "$work/jsonl/events.jsonl" "$work/again/events.jsonl" || fail "the imported store gives other lines"
lines=$work/lines.jsonl
import_refuses() { # import_refuses CODE PATTERN
  expect "$1" "$2" import events "$lines" --data-dir "$work/refused" -o table
  [[ ! -e $work/refused && ! -e $work/refused.partial ]] || fail "a refused import left something behind"
}
good=$work/jsonl/events.jsonl
sed '7s/effectiveAt/effectiveat/' "$good" >"$lines"; import_refuses 2 'line 7:'
sed '9d' "$good" >"$lines"; import_refuses 8 'line 9:'
sed '9p' "$good" >"$lines"; import_refuses 8 'line 10:'
sed '11{h;d};12{G}' "$good" >"$lines"; import_refuses 8 'line 11:'
mkdir "$work/cut" && cp "$work/jsonl/manifest.txt" "$work/cut/" && sed '$d' "$good" >"$work/cut/events.jsonl"
lines=$work/cut/events.jsonl
import_refuses 8 '8006 ROOT_MISMATCH'
expect 9 'there already' import events "$good" --data-dir "$work/anew" -o table

# A server of the imported store goes on where the source was.
server=
start_server "$work/anew"
[[ $(KONTOR_SERVER=$server state_of acme) == "$live" ]] || fail "a server of the imported store has another state"
stop_server || fail "the server did not stop well"
finish
