#!/bin/bash
# Every scenario file comes true; a lie in one is told with its line, and a mistake with what was meant.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
export KONTOR_SCENARIO=${KONTOR_SCENARIO:-$(dirname "$kontor")/tests/scenario}
export TMPDIR=$work

"$here/scenario" "$here"/scenarios/*.scenario || die "not every scenario came true"

# tells CODE PATTERN: the scenario on standard input ends with this code, and this is said about it.
tells() {
  local status
  cat >"$work/x.scenario"
  "$here/scenario" "$work/x.scenario" >"$work/out" 2>&1
  status=$?
  if ((status != $1)) || ! grep -Eq -- "$2" <<<"$(tr '\n' ' ' <"$work/out")"; then
    cat "$work/out" >&2
    die "exit $status, expected $1 and: $2"
  fi
}
tells 1 'x.scenario:5: in "A lie".*expected +event CampusOpened kind=package.*got +.*kind=flat' <<'TEXT'
scenario A lie
  Given at 2027-01-01
    And operator:o-1 CreateTenant
   When backend OpenCampus campus=c-1 kind=flat
   Then event CampusOpened kind=package
TEXT
tells 2 'x.scenario:3: there is no command CreateTenat; did you mean "CreateTenant"' <<'TEXT'
scenario A mistake
  Given at 2027-01-01
    And operator:o-1 CreateTenat
TEXT
tells 1 'x.scenario:3: .*expected +accepted *got +refused UNKNOWN_TENANT' <<'TEXT'
scenario A refusal that nobody expects
  Given at 2027-01-01
    And backend OpenCampus campus=c-1 kind=flat
TEXT
