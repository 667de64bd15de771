#!/bin/bash
# A word of its own in every personal field of every command, through the real server: accepted, refused, tried dry, cut
# off, uploaded and never imported. Nobody finds one of them in any byte the server leaves behind, before an erasure or after
# it; counts, bills, hashes and proofs stay what they were (docs/personal-data.md). Words in fields that are stored as they
# come are found by the same search, so that it is known to find.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
byte_search=${KONTOR_BYTE_SEARCH:-$(dirname "$kontor")/tests/byte_search}
[[ -x $byte_search ]] || die "no program at $byte_search: build it first (./check does), or set KONTOR_BYTE_SEARCH"

data=$work/data
# Snapshots at every stop and in between, so that the search finds some.
export KONTOR_LOG_LEVEL=debug KONTOR_TENANT=acme KONTOR_SNAPSHOT_AT_STOP=1 KONTOR_SNAPSHOT_EVERY=20

# canary KIND LABEL: sets word, which occurs nowhere else. KIND: personal, or clear for what is stored as it comes.
mapfile -t words < <(python3 -c '
import secrets, string
for _ in range(200): print("".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(24)))')
canaries=0
canary() {
  word=${words[canaries++]}
  printf '%s %s\n' "$2" "$word" >>"$work/$1"
}

done_() { expect 0 committed submit "$@" -o table; }
field() { python3 -c 'import json, sys; print(json.load(sys.stdin).get(sys.argv[1], ""))' "$1"; }

start_server "$data"
export KONTOR_SERVER=$server
operator=(--as operator:o-1) backend=(--as backend:b-1) author=(--as platformAuthor:a-1) admin=(--as admin:a-1)

# --- every personal field, accepted ---------------------------------------------------------------------------------------
done_ CreateTenant "${operator[@]}"
done_ ChangeTenantPlan suite=expertSuitePlus credits=on "${operator[@]}"
canary clear ConfigureGroupFeature.crmProvider
done_ ConfigureGroupFeature crmProvider="$word" crmState=connected "${author[@]}"
canary clear RegisterGroupProduct.tags
done_ RegisterGroupProduct product=p unitPrice=1000 tags="[\"$word\"]" "${author[@]}"
canary personal RegisterPerson.email; email=$word
canary personal RegisterPerson.name
done_ RegisterPerson person=b-1 email="$email@example.org" name="$word" "${backend[@]}"
canary personal ChangePersonEmail.email
done_ ChangePersonEmail person=b-1 email="$word@example.org" "${backend[@]}"
canary clear PlaceAccessOrder.title
done_ PlaceAccessOrder order=o-1 product=p mode=group quantity=11 title="$word" --as buyer:b-1
canary clear CompleteAccessOrder.paymentRef
done_ CompleteAccessOrder order=o-1 paymentRef="$word" "${backend[@]}"
canary personal EnrolParticipant.email; email=$word
canary personal EnrolParticipant.name; enrolled=$email
done_ EnrolParticipant group=o-1 email="$email@example.org" name="$word" "${admin[@]}"
first=$("$kontor" query GroupRoster group=o-1 -o json)  # who stays: person ids are random, and so is their order
rows=
for line in 1 2 3; do
  canary personal "ImportRoster.rows[$line].email"; email=$word
  canary personal "ImportRoster.rows[$line].name"
  rows+="${rows:+,}{\"line\":$line,\"email\":\"$email@example.org\",\"name\":\"$word\"}"
done
done_ ImportRoster group=o-1 fileHash="$(printf 'ab%.0s' {1..32})" rows="[$rows]" "${admin[@]}"
# Uploaded rows; one twice, one that is no address, and more than there are seats.
{
  echo email,name
  for line in {1..9}; do
    canary personal "uploaded row $line: email"; email=$word
    canary personal "uploaded row $line: name"
    echo "$email@example.org,$word"
  done
  echo "$email@example.org,again"
  canary personal 'uploaded row, no address'
  echo "$word@@example.org,$word"
} >"$work/team.csv"
expect 0 'would enrol' import roster "$work/team.csv" --group o-1 --as admin:a-1 --mode fill --dry-run --result "$work/dry.csv" -o table
expect 0 'enrolled' import roster "$work/team.csv" --group o-1 --as admin:a-1 --mode fill --result "$work/result.csv" -o table
expect 0 'imported before' import roster "$work/team.csv" --group o-1 --as admin:a-1 --mode fill --result "$work/result.csv" -o table
canary clear RemoveParticipant.reason
removed=$("$kontor" query GroupRoster group=o-1 -o json | python3 -c '
import json, sys
print(next(one["person"] for one in json.load(sys.stdin)["participants"] if one["person"] not in sys.argv[1]))' "$first")
done_ RemoveParticipant group=o-1 person="$removed" reason="$word" "${admin[@]}"
canary clear AckTagChange.error
expect 0 committed submit AckTagChange person="$removed" tag="$(awk '/tags/{print $2}' "$work/clear")" change=grant outcome=failed error="$word" --as backend:i-1 -o table

# Something to bill: it has to stay to the cent.
canary clear SaveDraft.contentId
done_ ConfigureCredits creditFeature=on orderMode=manual "${operator[@]}"
canary clear DefinePackage.name
done_ DefinePackage package=ten name="$word" points=10 price=5000 "${operator[@]}"
done_ RegisterUser user=b-1 userType=firm "${backend[@]}"
done_ ActivateCreditAccount user=b-1 "${operator[@]}"
done_ PlaceCreditOrder order=c-1 user=b-1 package=ten "${backend[@]}"
done_ SetOrderStatus order=c-1 status=credited --as creditManager:m-1
canary clear PostManualTransaction.reason
done_ PostManualTransaction user=b-1 points=3 reason="$word" "${operator[@]}"
done_ SaveDraft contentId="$(awk '/contentId/{print $2}' "$work/clear")" user=b-1 --as author:b-1
canary clear Command.correlation
done_ Publish contentId=x-1 contentType=article user=b-1 --as author:b-1 --correlation "$word"

# --- refused, and tried dry -----------------------------------------------------------------------------------------------
canary personal 'refused: role'
expect 3 1001 submit RegisterPerson email="$word@example.org" name="$word" --as billing:b-2 -o table
canary personal 'refused: no address'
expect 3 2011 submit RegisterPerson email="$word@@example.org" name="$word" "${backend[@]}" -o table
canary personal 'refused: another form of address'
expect 3 2011 submit RegisterPerson email="\"$word\"@[127.0.0.1]" name="$word" "${backend[@]}" -o table
canary personal 'refused: name too long'
expect 2 1006 submit RegisterPerson email=long@example.org name="$word$(printf 'n%.0s' {1..2000})" "${backend[@]}" -o table
canary personal 'refused: address too long'
expect 2 1006 submit RegisterPerson email="$word$(printf 'n%.0s' {1..2000})@example.org" "${backend[@]}" -o table
canary personal 'refused: control character'
expect 2 1006 submit RegisterPerson email=bell@example.org name="$word"$'\a' "${backend[@]}" -o table
canary personal 'refused: known person'
expect 3 '1018|2009' submit RegisterPerson person=b-1 email="$word@example.org" name="$word" "${backend[@]}" -o table
canary personal 'refused: version'
expect 5 1004 submit ChangePersonEmail person=b-1 email="$word@example.org" --expect-version 99 "${backend[@]}" -o table
canary personal 'refused: unknown person'
expect 4 1007 submit ChangePersonEmail person=nobody email="$word@example.org" "${backend[@]}" -o table
canary personal 'refused: unknown group'
expect 4 1007 submit EnrolParticipant group=none email="$word@example.org" name="$word" "${admin[@]}" -o table
# The last seat, and none.
canary personal 'the last seat'
done_ EnrolParticipant group=o-1 email="$word@example.org" name="$word" "${admin[@]}"
canary personal 'refused: no seat left'
expect 3 20 submit EnrolParticipant group=o-1 email="$word@example.org" name="$word" "${admin[@]}" -o table
expect 3 '2009' submit EnrolParticipant group=o-1 email="${enrolled^^}@EXAMPLE.org" "${admin[@]}" -o table
canary personal 'refused: roster row'
expect 3 '20' submit ImportRoster group=o-1 fileHash="$(printf 'cd%.0s' {1..32})" \
  rows="[{\"line\":1,\"email\":\"$word@@example.org\",\"name\":\"$word\"}]" "${admin[@]}" -o table
canary personal 'dry: RegisterPerson'
expect 0 'would|committed' submit RegisterPerson email="$word@example.org" name="$word" --dry-run "${backend[@]}" -o table
canary personal 'dry: ChangePersonEmail'
expect 0 'would|committed' submit ChangePersonEmail person=b-1 email="$word@example.org" --dry-run "${backend[@]}" -o table
canary personal 'many: accepted'; first=$word
canary personal 'many: refused'
printf '{"type":"RegisterPerson","actor":{"role":"backend","id":"b"},"person":"m-%s","email":"%s@example.org","name":"%s"}\n' \
  1 "$first" "$first" 1 "$word" "$word" >"$work/many.jsonl"
"$kontor" submit --file "$work/many.jsonl" >"$work/said" 2>&1

# --- history --------------------------------------------------------------------------------------------------------------
line() { printf '{"at":"2024-01-0%sT00:00:00Z","type":"%s","actor":{"role":"%s","id":"h-1"},%s}\n' "$@"; }
{
  canary personal 'history: RegisterPerson.email'; email=$word
  canary personal 'history: RegisterPerson.name'
  line 1 RegisterPerson backend "\"person\":\"h-1\",\"email\":\"$email@example.org\",\"name\":\"$word\""
  canary personal 'history: ChangePersonEmail.email'
  line 2 ChangePersonEmail backend "\"person\":\"h-1\",\"email\":\"$word@example.org\""
  canary personal 'history: refused'
  line 3 RegisterPerson backend "\"person\":\"h-1\",\"email\":\"$word@example.org\",\"name\":\"$word\""
  canary clear 'history: OpenCampus.campus'
  line 4 OpenCampus backend "\"campus\":\"$word\",\"kind\":\"flat\""
} >"$work/history.jsonl"
KONTOR_TENANT=old expect 0 '' import history "$work/history.jsonl" --report "$work/history.report" -o json

# --- what never becomes a command -----------------------------------------------------------------------------------------
for kind in unfinished-upload wrong-upload cut wrong-pointer many-segments too-large not-utf8 other-protocol; do
  canary personal "frame: $kind"; email=$word
  canary personal "frame: $kind, client name"
  timeout 60 "$here/erasure_frames.py" "$server" acme "$kind" "$email" "$word" >"$work/said" 2>&1 ||
    grep -Eq 'reset|Broken' "$work/said" || fail "$kind: $(cat "$work/said")"
done

# --- who listens ----------------------------------------------------------------------------------------------------------
mkdir "$work/seen"
see() { # what anybody is told who may not see names: subscribers, groups, lists, replies
  "$kontor" tail --from 1 --no-follow -o ndjson >"$work/seen/tail.$1" || fail "tail: $?"
  "$kontor" tail --from 1 --no-follow --group mailer -o ndjson >"$work/seen/group.$1" || fail "tail --group: $?"
  "$kontor" tail --from 1 --no-follow --group idle --no-ack --limit 3 -o ndjson >"$work/seen/idle.$1" || fail "tail --no-ack: $?"
  "$kontor" groups list -o json >"$work/seen/groups.$1"
  "$kontor" events --limit 10000 -o json >"$work/seen/events.$1"
  "$kontor" query GroupRoster group=o-1 -o json >"$work/seen/roster.$1"
  "$kontor" effects list -o json >"$work/seen/effects.$1" 2>&1
  "$kontor" status -o json >"$work/seen/status.$1"
}
see before
[[ $("$kontor" query PersonDetail person=b-1 role=backend -o json) == *"$(awk '/ChangePersonEmail.email/{print $2; exit}' "$work/personal")"* ]] ||
  fail "a name is not shown to whom it may be shown"

# --- the search -----------------------------------------------------------------------------------------------------------
# find_nothing WHEN PATH...: no personal word anywhere; every clear word somewhere.
find_nothing() {
  local when=$1 label
  shift
  "$byte_search" "$work/personal" "$@" >"$work/found" 2>&1 || fail "$when: $(cat "$work/found")"
  note "$when: $(tail -1 "$work/found")"
  "$byte_search" "$work/clear" "$@" >"$work/found" 2>&1
  while read -r label; do
    grep -Fq -- "${label% *}" "$work/found" || fail "$when: the search does not find ${label% *}"
  done <"$work/clear"
}
kill_server  # as a crash leaves it: the newest events only in write-ahead logs
cp -r "$data" "$work/crashed"
find_nothing "after a crash" "$work/crashed" "$work/server.log" "$work/seen"
start_server "$data"
stop_server || fail "the server did not stop cleanly"
find_nothing "before the erasure" "$data" "$work/server.log" "$work/seen"
# A search that knew one spelling would find one spelling: the same words in all of them, each in a file.
mkdir "$work/control"
python3 - "$work/personal" "$work/control" <<'PYTHON'
import base64, pathlib, sys, urllib.parse
words = [line.split()[-1] for line in open(sys.argv[1])]
spellings = {
    "capitals": lambda w: w.upper().encode(),
    "utf-16-le": lambda w: w.encode("utf-16-le"),
    "utf-16-be": lambda w: w.encode("utf-16-be"),
    "hexadecimal": lambda w: w.encode().hex().upper().encode(),
    "base64": lambda w: base64.b64encode(w.encode()),
    "base64-behind-one": lambda w: base64.b64encode(b"x" + w.encode()),
    "base64-behind-two": lambda w: base64.urlsafe_b64encode(b"xy" + w.encode()),
    "json": lambda w: "".join(f"\\u{ord(c):04X}" for c in w).encode(),
    "url": lambda w: "".join(f"%{ord(c):02X}" for c in w).encode(),
    "backwards": lambda w: w[::-1].encode(),
    "first-half": lambda w: w[:len(w) // 2].encode(),
    "second-half": lambda w: w[len(w) // 2:].encode(),
}
for name, spell in spellings.items():
    pathlib.Path(sys.argv[2], name).write_bytes(b"\n".join(spell(word) for word in words))
PYTHON
for spelling in "$work"/control/*; do
  "$byte_search" "$work/personal" "$spelling" >"$work/found"
  (($(grep -c ' stands in ' "$work/found") >= $(wc -l <"$work/personal"))) ||
    fail "not every word is found as ${spelling##*/}: $(tail -1 "$work/found")"
done

# Backups: the log without its keys; and the keys, which are kept for a short time only.
backup() { # backup NAME: everything but the keys
  cp -r "$data" "$work/$1" && rm -r "$work/$1/keys"
}
backup backup-before
cp -r "$data/keys" "$work/old-keys"
# without FIELD...: an answer without what changes with time
without() { python3 -c '
import json, sys
def strip(value):
    if isinstance(value, list): return [strip(one) for one in value]
    if not isinstance(value, dict): return value
    return {name: strip(one) for name, one in value.items() if name not in sys.argv[1:]}
print(json.dumps(strip(json.load(sys.stdin))))' "$@"; }
replayed() { "$kontor" replay --data-dir "$data" --tenant acme --to "$end" -o json | without groups milliseconds; }
count() { # count WHEN: what is owed, how many there are
  "$kontor" bill show --run r-1 -o json >"$work/bill.$1"
  "$kontor" query GroupOverview group=o-1 -o json | without position effectiveAt >"$work/overview.$1"
  "$kontor" query CreditOverview user=b-1 -o json | without position effectiveAt ageSeconds >"$work/credits.$1"
}
start_server "$data"
# What is owed for must not change by an erasure, nor how many there are.
cutoff=$(date -u +%Y-%m-%dT%H:%M:%SZ)
expect 0 lines bill open --run r-1 --cutoff "$cutoff" -o table
count before
end=$("$kontor" status -o json | field position)
stop_server || fail "the server did not stop cleanly"
replayed >"$work/replay.before"
expect 0 remembered verify --data-dir "$data" --remember "$work/leaf-hashes" -o table

# --- erasure of everybody ---------------------------------------------------------------------------------------------------
start_server "$data"
persons=0
for tenant in acme old; do
  for person in $(KONTOR_TENANT=$tenant "$kontor" events --type PersonRegistered --limit 10000 -o json |
    grep -o '"person": *"[^"]*"' | cut -d'"' -f4); do
    canary clear "ErasePerson.reason"
    KONTOR_TENANT=$tenant done_ ErasePerson person="$person" reason="$word" "${operator[@]}"
    persons=$((persons + 1))
  done
done
((persons >= 15)) || fail "only $persons persons to erase"
see after
(($(grep -o 'erased #[0-9]*' "$work/seen/roster.after" | sort -u | wc -l) >= 10)) || fail "the roster: $(cat "$work/seen/roster.after")"
count after
for same in bill overview credits; do
  cmp -s "$work/$same.before" "$work/$same.after" || fail "$same is another one after the erasure: $(diff "$work/$same".{before,after})"
done
# A new person, whose key no old copy of the key store can have.
canary personal 'after: RegisterPerson.email'; email=$word
canary personal 'after: RegisterPerson.name'; name=$word
done_ RegisterPerson person=new-1 email="$email@example.org" name="$name" "${backend[@]}"
stop_server || fail "the server did not stop cleanly"
compgen -G "$data/snapshots/*.snapshot" >/dev/null || fail "there is no snapshot to search"
find_nothing "after the erasure" "$data" "$work/backup-before" "$work/server.log" "$work/seen"

# Nothing of the past has changed: the beginning of the log is the same bytes with the same root and the same state.
replayed >"$work/replay.after"
cmp -s "$work/replay.before" "$work/replay.after" || fail "the past has another state: $(diff "$work/replay".{before,after})"
expect 0 'all as remembered' verify --data-dir "$data" --leaf-hashes "$work/leaf-hashes" -o table

# Memory to tables, all tables to the lowest level, logs rotated away; then again.
"$byte_search" --compact "$data" || fail "cannot compact"
find_nothing "after compaction" "$data" "$work/backup-before" "$work/server.log" "$work/seen"
expect 0 'all as remembered' verify --data-dir "$data" --leaf-hashes "$work/leaf-hashes" -o table
backup backup-after
find_nothing "both backups" "$work/backup-before" "$work/backup-after"
mkdir "$work/exports"

# Whatever is taken away; the tables in it are derived from the same sealed events.
for format in jsonl csv sqlite gobd bundle; do
  expect 0 exported export --format $format --data-dir "$data" --tenant acme --out "$work/exports/$format" -o table
done
expect 0 exported export --format bundle --scope store --data-dir "$data" --out "$work/exports/store" -o table
find_nothing "exports" "$work/exports"

# --- what old keys open -----------------------------------------------------------------------------------------------------
start_server "$data"
[[ $("$kontor" query PersonDetail person=new-1 role=backend -o json) == *"$name"* ]] || fail "a living person cannot be read"
stop_server || fail "the server did not stop cleanly"
mv "$data/keys" "$work/new-keys" && cp -r "$work/old-keys" "$data/keys"
start_server "$data"
expect 8 KEYS_MISSING query PersonDetail person=new-1 role=backend -o table
[[ $("$kontor" query PersonDetail person=b-1 role=backend -o json) == *'erased #'* ]] || fail "an old key store brings an erased person back"
stop_server
find_nothing "after old keys came back" "$data" "$work/server.log"

finish
note "erasure: $persons persons, $(wc -l <"$work/personal") personal words, $(wc -l <"$work/clear") clear ones; all as it should be"
