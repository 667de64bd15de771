#!/bin/bash
# A small tenant billed through the real program: every step twice, every form, every refusal; then the same bytes after a
# rebuild of the views and the same state from a replay (billing.sh).
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

KONTOR=$kontor "$here/billing.sh" 30 3 >"$work/steps" || { cat "$work/steps" >&2; die "billing.sh failed"; }
grep -q 'the same, byte for byte' "$work/steps" || die "billing.sh did not compare"

start_server "$work/data"
export KONTOR_SERVER=$server KONTOR_TENANT=small
"$here/billing_history.py" 10 2 | "$kontor" import history /dev/stdin >"$work/out" || die "the import failed"
may=2020-05-01T00:00:00+02:00
expect 2 'run is required' bill open --cutoff "$may"
expect 3 '5002 CUTOFF_IN_FUTURE' bill open --run early --cutoff 2199-01-01 -o table
expect 0 'lines' bill open --run r --cutoff "$may" -o table
cp "$work/out" "$work/first"
expect 0 'lines' bill open --run r --cutoff "$may" -o table
cmp -s "$work/out" "$work/first" || fail "opening twice gives two answers"
expect 3 '1018 ALREADY_EXISTS' bill open --run r --cutoff 2020-06-01 -o table
expect 0 'lines' bill open --run r -o table
cmp -s "$work/out" "$work/first" || fail "opening without a cut-off gives another answer"
expect 3 '1018 ALREADY_EXISTS' bill open --run r --scope seats -o table
expect 0 'lines' bill open --run r --cutoff "$may" --as somebody-else -o table
expect 0 '^record,id,' bill show --run r -o csv
"$here/billing_recount.py" "$work/out" || fail "the statement does not add up"
expect 0 'course-seat:k-0/1/1@' bill lines --run r -o csv
expect 0 '"linesHash"' bill show --run r -o json
expect 4 'no billing run none' bill show --run none -o table
expect 5 '1004 VERSION_CONFLICT' bill close --run r --lines-hash "$(printf '0%.0s' {1..64})" -o table
expect 0 'closed' bill close --run r --invoice-ref R-1 -o table
expect 0 'closed' bill close --run r --invoice-ref R-1 -o table
expect 3 '5001 RUN_ALREADY_CLOSED' bill close --run r --invoice-ref R-2 -o table
expect 3 '5001 RUN_ALREADY_CLOSED' bill abandon --run r --reason late -o table
expect 3 '5003 LINE_ALREADY_BILLED' submit SettleCourse course=k-0 run=1 invoiceRef=x --as billing:b -o table
expect 0 'lines +0' bill open --run next --cutoff "$may" -o table
expect 0 'abandoned' bill abandon --run next --reason 'nothing in it' -o table
expect 0 '^r +' bill show -o table
expect 3 '1010|1006' submit SealPeriod until=2020-01-01T00:00:00Z --as billing:b -o table
finish
