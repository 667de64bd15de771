#!/bin/bash
# How long each form of export takes over a data directory that nobody serves, and an import of its JSON lines; beside them what
# the machine does at best with the same bytes. Everything that is made is checked.
# Usage: export.sh DATA_DIR TENANT
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
data=${1:?DATA_DIR} tenant=${2:?TENANT}
export KONTOR_TENANT=$tenant
events=0

took() { # took WHAT COMMAND...: seconds; seconds of processors, and events in one of them; largest memory
  local what=$1 wall user system memory
  shift
  /usr/bin/time -f '%e %U %S %M' -o "$work/time" "$@" >"$work/out" 2>"$work/err" || { cat "$work/err" >&2; die "$what failed"; }
  read -r wall user system memory <"$work/time"
  printf '%-34s %8s s %8.2f s of processor %7.0f k events/s of it %6d MB\n' "$what" "$wall" "$(echo "$user + $system" | bc -l)" \
    "$(echo "$events / ($user + $system + 0.001) / 1000" | bc -l)" "$((memory / 1024))"
}

"$kontor" replay --data-dir "$data" --tenant "$tenant" -o json >"$work/out" || die "no such tenant"
events=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["tenants"][0]["position"])' <"$work/out")
state=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["tenants"][0]["stateDigest"])' <"$work/out")
printf '%-34s %8s\n' "events" "$events"
"$here/note_key.py" "$work/key" ledger.test/00112233445566778899aabbccddeeff >/dev/null || die "no key"
took "replay, for comparison" "$kontor" replay --data-dir "$data" --tenant "$tenant" -o json
for form in bundle jsonl csv sqlite gobd; do
  took "$form" "$kontor" export --format "$form" --data-dir "$data" --out "$work/$form" --sign-with "$work/key" -o json
  printf '%-34s %8s\n' "  its size" "$(du -sh "$work/$form" | cut -f1)"
done
for form in bundle jsonl; do
  took "verify the $form" "$kontor" export verify "$work/$form" --unsigned -o json
  grep -q '"events":"proven"' "$work/out" || die "the events of the $form are not proven"
done
took "import the JSON lines" "$kontor" import events "$work/jsonl/events.jsonl" --data-dir "$work/anew" -o json
grep -q "$state" "$work/out" || die "another state after the import"
"$here/export_check.py" "$work/jsonl" "$work/csv" "$work/sqlite" "$work/gobd" || die "Python reads something else"
cat "$work/jsonl/events.jsonl" "$work/bundle/events.bundle" >/dev/null
took "sha256sum of the bundle" sha256sum "$work/bundle/events.bundle"
took "sha256sum of the JSON lines" sha256sum "$work/jsonl/events.jsonl"
took "copy of the JSON lines, synced" dd if="$work/jsonl/events.jsonl" of="$work/copied" bs=1M conv=fsync
