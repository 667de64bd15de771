#!/bin/bash
# A small ledger through the command line of a running server: KONTOR and KONTOR_SERVER say which. Each command is shown
# before its output, as a person would type it.
set -uo pipefail

export KONTOR_TENANT=demo
berlin() { TZ=Europe/Berlin date -d "$1" +%Y-%m-%dT%H:%M:%S%:z; }

# kontor, on a terminal's behalf: the command as it would be typed, then what it says.
type_and_show() {
  printf '\n$ kontor'
  local word
  for word in "$@"; do
    if [[ $word == *[\ \[\{\"]* ]]; then printf " '%s'" "$word"; else printf ' %s' "$word"; fi
  done
  printf '\n'
  "$KONTOR" "$@" -o table 2>&1 | sed 's/^/  /'
}
quietly() { "$KONTOR" "$@" -o table >/dev/null || exit 1; }

if [[ $("$KONTOR" status -o json 2>/dev/null) == *'"timeline":"live"'* ]]; then
  echo "the demo's ledger is there already"
  exit 0
fi
this_year=$(berlin "$(date +%Y)-01-01 00:00") next_year=$(berlin "$(($(date +%Y) + 1))-01-01 00:00")
today=$(berlin "today 00:00") later=$(berlin "$(date -d "+100 days" +%Y-%m-%d) 00:00")

quietly submit CreateTenant --as operator:you
quietly submit OpenCampus --as backend:platform campus=leuven kind=flat
echo "A campus with a flat of two campus seats, and a course that runs from today on:"
type_and_show submit BookFlat --as contractDesk:c-1 campus=leuven period=this-year size=2 \
  from="$this_year" to="$next_year" 'prices=[{"fromSize":1,"unitPrice":1500},{"fromSize":50,"unitPrice":1200}]'
quietly submit EnableBothSeatTypes --as support:s-1 campus=leuven state=on
type_and_show submit CreateCourse --as campusManager:m-1 campus=leuven course=statistics-101 \
  start="$today" end="$later" seatTypes=campusAndCourse
echo
echo "Two people get the campus seats; for the third there is none, but a course seat:"
type_and_show submit InviteToCourse --as courseManager:m-2 course=statistics-101 person=anna seatType=campus
quietly submit InviteToCourse --as courseManager:m-2 course=statistics-101 person=ben seatType=campus
type_and_show submit InviteToCourse --as courseManager:m-2 course=statistics-101 person=carla seatType=campus
type_and_show submit InviteToCourse --as courseManager:m-2 course=statistics-101 person=carla seatType=course
echo
echo "How full the campus is, since when the course seat runs, and how full the campus was before Anna came:"
position=$("$KONTOR" status -o json | sed 's/.*"position":"\([0-9]*\)".*/\1/')
type_and_show query UsageStatistics campus=leuven --wait-position "$position"
type_and_show query CourseSeatPeriods course=statistics-101
type_and_show query UsageStatistics campus=leuven --as-of 7
