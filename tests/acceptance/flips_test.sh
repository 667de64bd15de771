#!/bin/bash
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
KONTOR=$kontor "$here/oulad.sh" "$here/fixtures/oulad" --keep "$work/kept" >/dev/null || die "nothing to flip bytes in"
KONTOR=$kontor "$here/flips.sh" "$work/kept" 20
