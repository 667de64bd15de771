#!/bin/bash
# One flipped byte anywhere in the store is refused, named, or changes nothing.
#   flips.sh DATA_DIR N [SEED]
# DATA_DIR is a stopped server's; it is only read. Each of the N flips hits a copy of its own.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[[ $# == 2 || $# == 3 ]] || die "usage: flips.sh DATA_DIR N [SEED]"
data=$1 flips=$2 seed=${3:-$RANDOM$RANDOM}
note "seed $seed"

# What a store holds. Views may be behind the log, as after any crash; what they hold was compared with the log.
content() { "$kontor" verify --data-dir "$1" -o json; }
digests() { python3 -c '
import json, sys
told = json.load(sys.stdin)
told["views"] = "as derived" if told["views"] in ("equal", "behind") else told["views"]
print({name: told[name] for name in ("groups", "events", "root", "tenants", "views")})'; }

content "$data" >"$work/whole" || die "the store does not verify before anything is flipped"
whole=$(digests <"$work/whole")

# One flip: a file weighted by its size, a place in it, another value of the byte. Prints what it did.
flip() { python3 - "$1" "$2" <<'PYTHON'
import pathlib, random, sys
folder, seed = pathlib.Path(sys.argv[1]), sys.argv[2]
draw = random.Random(seed)
files = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size > 0)
path = draw.choices(files, [path.stat().st_size for path in files])[0]
place = draw.randrange(path.stat().st_size)
with open(path, "r+b") as file:
    file.seek(place)
    was = file.read(1)[0]
    file.seek(place)
    file.write(bytes([was ^ draw.randrange(1, 256)]))
print(f"{path.relative_to(folder)} byte {place}")
PYTHON
}

refused=0 harmless=0 wrong=0
for ((i = 1; i <= flips; i++)); do
  rm -rf "$work/copy"
  cp -r "$data" "$work/copy"
  where=$(flip "$work/copy" "$seed-$i")
  content "$work/copy" >"$work/told" 2>"$work/errors"
  status=$?
  if ((status == 8)) && grep -Eq '\b[0-9]{4}\b' "$work/told" "$work/errors"; then
    refused=$((refused + 1))
  elif ((status == 0)) && [[ $(digests <"$work/told") == "$whole" ]]; then
    harmless=$((harmless + 1))
  else
    wrong=$((wrong + 1))
    note "flip $i: $where: exit $status, neither refused with a code nor identical"
    head -5 "$work/told" "$work/errors" >&2
  fi
  ((i % 20)) || note "$i of $flips: $refused refused or named, $harmless harmless, $wrong wrong"
done
note "$flips flips: $refused refused or named, $harmless harmless, $wrong wrong"
((wrong == 0))
