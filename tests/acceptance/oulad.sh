#!/bin/bash
# Real registrations, all the way: DIR/courses.csv and DIR/studentRegistration.csv become a history, the history is
# imported over the socket into a server of its own, and what the courses come to is compared with a count that reads
# the CSV files alone.
#   oulad.sh DIR [--keep DATA_DIR]
# Prints one line a presentation and a sum. Fails when the two counts differ.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[[ $# == 1 || ($# == 3 && $2 == --keep) ]] || die "usage: oulad.sh DIR [--keep DATA_DIR]"
input=$1
data=${3:-$work/data}
tenant=oulad
for file in courses.csv studentRegistration.csv; do
  [[ -r $input/$file ]] || die "$input/$file is missing"
done

"$here/oulad_history.py" "$input" >"$work/history.jsonl" || die "the history could not be written"
start_server "$data"
"$kontor" import history "$work/history.jsonl" --server "$server" --tenant "$tenant" --report "$work/refused" >&2 ||
  die "the import failed"
"$here/oulad_settlements.py" "$input" "$kontor" "$server" "$tenant" >"$work/told" || die "the settlements failed"
stop_server || die "the server did not stop cleanly"
"$here/oulad_expected.py" "$input" >"$work/counted" || die "the count failed"

cat "$work/told"
if ! diff "$work/counted" "$work/told" >&2; then
  die "kontor (>) and the count from the files alone (<) differ"
fi
