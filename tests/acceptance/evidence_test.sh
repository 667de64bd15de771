#!/bin/bash
# Evidence of many events: what an explanation and a bill rest on, checked without the server, and every way to
# spoil such a file found (docs/evidence.md, "Many events").
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"


start_server "$work/data"
export KONTOR_SERVER=$server KONTOR_TENANT=small
"$here/billing_history.py" 10 2 | "$kontor" import history /dev/stdin >"$work/out" || die "the import failed"
"$kontor" bill open --run r --cutoff 2020-05-01T00:00:00+02:00 -o json >/dev/null || die "the run cannot be opened"
"$kontor" checkpoint keys -o plain 2>/dev/null | sed -n 1p | cut -f1 >"$work/key"
[[ $(<"$work/key") == *+*+* ]] || die "this is no key: $(<"$work/key")"

bill=$work/bill.jsonl why=$work/why.jsonl
expect 0 'events proven against a signed tree' bill show --run r --proofs "$bill" --key "$work/key" -o csv
expect 0 '"billingLines":"[1-9]' prove --check "$bill" --key "$work/key" -o json
hash=$("$kontor" bill show --run r -o json | grep -Eo '"linesHash":"[0-9a-f]+"' | head -1)
expect 0 "$hash" prove --check "$bill" --key "$work/key" -o json
expect 0 'events proven' explain-number BillingStatement run=r --number run.lines --proofs "$why" --key "$work/key" -o json
expect 0 '"explanations":"1"' prove --check "$why" --key "$work/key" -o json
expect 2 'key' bill show --run r --proofs "$bill.none"
stop_server || fail "the server did not stop cleanly"

# spoil FILE PROGRAM: writes a spoilt copy; PROGRAM changes the list `lines`.
spoil() {
  python3 - "$1" "$work/spoilt" "$2" <<'PY'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
kind = lambda name: [i for i, line in enumerate(lines) if line["format"] == name]
event, bill, why = kind("kontor evidence 1"), kind("kontor billing line 1"), kind("kontor explanation 1")
exec(sys.argv[3])
open(sys.argv[2], "w").writelines(json.dumps(line) + "\n" for line in lines)
PY
}
found() { expect "$1" "$2" prove --check "$work/spoilt" --key "$work/key"; }
spoil "$bill" 'pass'; found 0 'billingLines'
spoil "$bill" 'lines.pop()'; found 8 'cut off'
spoil "$bill" 'lines.append(lines[-1])'; found 8 'behind its end'
spoil "$bill" 'del lines[event[0]]; lines[-1]["events"] = str(int(lines[-1]["events"]) - 1)'; found 8 'no evidence'
spoil "$bill" 'del lines[event[0]]'; found 8 'events'
spoil "$bill" 'del lines[bill[0]]'; found 8 'hash'
spoil "$bill" 'lines[bill[0]]["line"]["amount"] = "1"'; found 8 'hash'
spoil "$bill" 'lines[bill[0]]["line"]["positions"] = []'; found 8 'hash'
spoil "$bill" 'lines[bill[0]], lines[bill[1]] = lines[bill[1]], lines[bill[0]]'; found 8 'hash'
spoil "$bill" 'lines[-1]["openedPosition"] = "1"'; found 8 'opened'
spoil "$bill" 'lines[event[0]]["position"] = "1" if lines[event[0]]["position"] != "1" else "2"'; found 8 '8016|8015'
spoil "$bill" 'lines[event[0]]["path"] = lines[event[1]]["path"]'; found 8 '8016'
spoil "$bill" 'lines[0]["checkpoint"] = lines[0]["checkpoint"].replace("\n", "\n ", 1)'; found 8 '8017|8015|8016'
spoil "$why" 'lines[why[0]]["value"] = "7"'; found 8 'steps come to'
spoil "$why" 'lines[why[0]]["steps"][0]["position"] = "1"'; found 8 'no evidence|8016'
printf '%s' 'nothing' >"$work/spoilt"; found 8 '8017|evidence'

finish
note "an explanation and a bill are proven, and what spoils them is found"
