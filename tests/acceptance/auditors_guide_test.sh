#!/bin/bash
# The auditor's guide, word by word: every block of commands on the page is run in its order in one shell, in an empty
# folder. A line that begins with "!" has to fail.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
programs=$(cd "$(dirname "$kontor")" && pwd)
[[ -x $programs/kontor-verify ]] || die "no kontor-verify beside $kontor"
page=$here/../../docs/auditors-guide.md

{
  echo 'set -e; trap "kill %1; wait" EXIT'
  # "set -e" passes over what "!" turns round, so that is asked for by name.
  awk '/^```sh$/ {inside = 1; next} /^```$/ {inside = 0} inside' "$page" |
    sed 's/^! \(.*\)$/if \1; then echo "this should have failed: \1"; exit 1; fi/'
} >"$work/commands.sh"
(($(wc -l <"$work/commands.sh") > 25)) || die "the page has lost its commands"

cd "$work" || exit 1
PATH=$programs:$PATH KONTOR_SERVER_LISTEN=127.0.0.1:0 bash "$work/commands.sh" >"$work/output" 2>&1 || {
  cat "$work/output" >&2
  [[ ! -e practice.log ]] || tail -5 practice.log >&2
  die "the guide does not work as it is written"
}
for said in "PROVEN: tenant acme" "3 answers hold" "CONTRADICTION (claim)" "UNUSABLE" "balance 9"; do
  grep -qF -- "$said" "$work/output" || { cat "$work/output" >&2; die "the guide's commands do not say: $said"; }
done
