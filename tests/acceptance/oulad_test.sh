#!/bin/bash
# The whole way with the registrations made by hand, whose numbers were counted by hand too.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

"$here/oulad_expected.py" "$here/fixtures/oulad" | diff "$here/fixtures/oulad/expected.txt" - ||
  die "the count from the files and the count by hand differ"
KONTOR=$kontor "$here/oulad.sh" "$here/fixtures/oulad" | diff "$here/fixtures/oulad/expected.txt" - ||
  die "kontor and the count by hand differ"
