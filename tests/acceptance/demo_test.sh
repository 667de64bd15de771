#!/bin/bash
# What ./run shows a newcomer: commands, a refusal, questions now and in the past; and nothing twice.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

start_server "$work/data"
demo() { KONTOR=$kontor KONTOR_SERVER=$server "$here/../../.ci/demo.sh"; }

demo >"$work/first" || die "the demo failed"
for expected in 'committed  position' 'refused \[3008 NO_CAMPUS_SEATS_LEFT\]' 'occupiedCampusSeats +2$' 'occupiedCampusSeats +0$' 'carla +1'; do
  grep -Eq "$expected" "$work/first" || { cat "$work/first"; die "the demo does not show: $expected"; }
done
before=$(state_of demo)
demo >"$work/second" || die "the second demo failed"
grep -q "there already" "$work/second" || die "the second demo did something"
[[ $(state_of demo) == "$before" ]] || die "the second demo changed something"
stop_server || die "the server did not stop cleanly"
