#!/bin/bash
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
KONTOR=$kontor "$here/oulad_kill.sh" "$here/fixtures/oulad" 3 "$RANDOM$RANDOM" 1
