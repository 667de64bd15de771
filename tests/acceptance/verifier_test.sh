#!/bin/bash
# The second verifier: its own tests, and whether kontor-verify agrees with it on good bundles and on ones that were changed in every way
# (docs/verifier.md). KONTOR_MUTANTS=1000000 compares a million.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
programs=$(dirname "${KONTOR:-$here/../../build/dev/kontor}")/tests
work=$(mktemp -d "${TMPDIR:-/tmp}/kontor-acceptance.XXXXXX")
trap 'rm -rf "$work"' EXIT

(cd "$here/verifier" && python3 -B -m unittest -q) || exit 1
"$programs/verify_samples" "$work" || exit 1
"$here/verifier/compare_kept.py" "$programs/../kontor-verify" || exit 1
"$here/verifier/compare.py" "$programs/verify_batch" --bundles "$work" --mutants "${KONTOR_MUTANTS:-10000}"
