#!/bin/bash
# kontor explain-number against a running server, and kontor diff on what it leaves behind (docs/auditing.md).
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

say() { "$kontor" submit "$@" >/dev/null || die "kontor submit $* failed"; }

start_server "$work/data"
export KONTOR_SERVER=$server
say CreateTenant --as operator:o-1
say OpenCampus campus=c-1 kind=flat --as backend:b-1
say BookFlat campus=c-1 period=p size=3 from=2020-01-01T00:00:00+01:00 to=2099-01-01T00:00:00+01:00 \
  'prices=[{"fromSize":1,"unitPrice":1500}]' --as contractDesk:d-1
say CreateCourse campus=c-1 course=k-1 start=2020-02-01T00:00:00+01:00 end=2098-01-01T00:00:00+01:00 --as campusManager:m-1
for person in p-1 p-2; do say InviteToCourse course=k-1 person=$person --as courseManager:m-1; done

# What can be explained, and what it comes from.
expect 0 '^occupiedCampusSeats +2$' explain-number UsageStatistics campus=c-1 -o table
expect 0 'courses\[course=k-1\]\.members +2$' explain-number UsageDetail campus=c-1 -o table
expect 0 'CampusSeatGranted +\+1 +1' explain-number UsageStatistics campus=c-1 --number occupiedCampusSeats -o table
expect 0 'CampusSeatGranted +\+1 +2' explain-number UsageStatistics campus=c-1 --number occupiedCampusSeats -o table
expect 3 'there are: .*occupiedCampusSeats' explain-number UsageStatistics campus=c-1 --number occupied
expect 3 'campus is no number' explain-number UsageStatistics campus=c-1 --number campus
expect 4 'NOT_FOUND' explain-number UsageStatistics campus=none --number contingent
expect 2 'did you mean "campus"' explain-number UsageStatistics campsu=c-1 --number contingent

# For programs: it adds up, and every step is what a question as of its position is answered.
"$kontor" explain-number UsageDetail campus=c-1 --number 'courses[course=k-1].members' -o json >"$work/why.json" ||
  fail "the members are not explained"
python3 - "$work/why.json" "$kontor" <<'PY' || fail "the explanation does not hold"
import json, subprocess, sys
why = json.load(open(sys.argv[1]))
count = lambda text: 0 if text == "absent" else int(text)
total = count(why["first"]) + int(why["byTime"]) + sum(count(s["after"]) - count(s["before"]) for s in why["steps"])
assert total == count(why["value"]) == 2, why
assert [s["event"]["type"] for s in why["steps"]].count("CourseMemberInvited") == 2, why
for step in why["steps"]:
    assert step["event"]["position"] == step["position"]
    answer = json.loads(subprocess.run([sys.argv[2], "query", "UsageDetail", "campus=c-1", "--as-of", step["position"],
                                        "-o", "json"], capture_output=True, check=True).stdout)
    members = [int(c["members"]) for c in answer["courses"] if c["course"] == "k-1"]
    assert members == [count(step["after"])], (step, members)
PY

# As of an earlier position there are fewer steps.
first=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["steps"][-2]["position"])' "$work/why.json")
expect 0 '"value":"1"' explain-number UsageDetail campus=c-1 --number 'courses[course=k-1].members' --as-of "$first" -o json
last=$("$kontor" status -o json | python3 -c 'import json,sys; print(json.load(sys.stdin)["position"])')
stop_server || fail "the server did not stop cleanly"

# What the last events changed, field by field.
expect 0 'occupiedCampusSeats +[01] +2$' diff --data-dir "$work/data" --from "$first" --to "$last" -o table
expect 0 '"changed":"0"' diff --data-dir "$work/data" --from "$last" -o json
expect 0 'CourseCard k-1' diff --data-dir "$work/data" --from 0 --kind CourseCard -o table
expect 2 'no row called' diff --data-dir "$work/data" --from 0 --kind Nothing
expect 2 'something to compare' diff --data-dir "$work/data"
expect 2 'must not come after' diff --data-dir "$work/data" --from 5 --to 4
expect 4 '1007 NOT_FOUND' diff --data-dir "$work/data" --from 0 --tenant nobody
replayed=$("$kontor" replay --data-dir "$work/data" --to "$first" -o json | grep -o '"stateDigest":"[0-9a-f]*"')
expect 0 "$replayed" diff --data-dir "$work/data" --from "$first" -o json

# A copy is equal, a copy that went on is longer, and another history parts at once.
cp -r "$work/data" "$work/copy"
expect 0 '"equal":true' diff --data-dir "$work/data" --with "$work/copy" -o json
expect 0 '"differing":"0"' diff --data-dir "$work/data" --views "$work/copy/views" -o json
start_server "$work/copy"
say InviteToCourse course=k-1 person=p-3 --as courseManager:m-1
stop_server || fail "the server did not stop cleanly"
expect 8 '"is":"prefix"' diff --data-dir "$work/data" --with "$work/copy" -o json
expect 8 'CampusSeatGranted|CourseMemberInvited' diff --data-dir "$work/data" --with "$work/copy" -o table
start_server "$work/data"
say InviteToCourse course=k-1 person=p-4 --as courseManager:m-1
stop_server || fail "the server did not stop cleanly"
expect 8 '"is":"differs"' diff --data-dir "$work/data" --with "$work/copy" -o json
expect 8 "\"equalTo\":\"$last\"" diff --data-dir "$work/data" --with "$work/copy" -o json
expect 8 '"firstPosition":"[0-9]+"' diff --data-dir "$work/data" --views "$work/copy/views" -o json

finish
note "numbers are explained, and differences named"
