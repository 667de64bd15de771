#!/bin/bash
# Names and e-mails through the real server: found by every spelling, shown to whom they may be shown, gone after an
# erasure, and never in any byte that the server writes (docs/personal-data.md).
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

data=$work/data
start_server "$data"
export KONTOR_SERVER=$server KONTOR_TENANT=acme
operator=(--as operator:o-1) backend=(--as backend:b-1)

detail() { "$kontor" query PersonDetail person="$1" role=backend -o json 2>&1; }

# Words that occur nowhere else; the second in a form that the normal form changes.
canaries=(zanzibar-canary Quetzalcoatl-canary xylophonist-canary)
expect 0 committed submit CreateTenant "${operator[@]}" -o table
expect 0 committed submit RegisterPerson person=p-1 email=zanzibar-canary@example.org name=Quetzalcoatl-canary "${backend[@]}" -o table
expect 0 committed submit RegisterPerson person=p-2 email=second@example.org name=Second "${backend[@]}" -o table
expect 3 '2009 ALREADY_MEMBER' submit RegisterPerson email=ZANZIBAR-CANARY@Example.ORG "${backend[@]}" -o table
expect 3 '2011 EMAIL_INVALID' submit RegisterPerson email=zanzibar-canary@@example.org "${backend[@]}" -o table
expect 0 'committed|would' submit RegisterPerson email=xylophonist-canary@example.org name=xylophonist-canary --dry-run "${backend[@]}" -o table
expect 0 committed submit ChangePersonEmail person=p-1 email=xylophonist-canary@example.org "${backend[@]}" -o table
expect 3 '1001 FORBIDDEN_ROLE' query PersonDetail person=p-1 role=billing -o table
[[ $(detail p-1) == *xylophonist-canary@example.org*Quetzalcoatl-canary* || $(detail p-1) == *Quetzalcoatl-canary*xylophonist-canary@example.org* ]] ||
  fail "the name is not shown: $(detail p-1)"

# search WHERE: no canary in any file, in either case, nor as UTF-16.
search() {
  local canary
  for canary in "${canaries[@]}"; do
    if grep -rail -- "$canary" "$data" "$work/server.log" >"$work/found"; then
      fail "$1: $canary stands in: $(cat "$work/found")"
    fi
  done
}
search "while the server runs"
[[ $(stat -c %a "$data/keys") == 700 ]] || fail "others may look into the key store"

stop_server || fail "the server did not stop cleanly"
search "after the server has stopped"
start_server "$data"
[[ $(detail p-1) == *xylophonist* ]] || fail "a restarted server cannot read the name"

# An erasure. A copy of the wrapped keys made before is of no use afterwards.
cp -r "$data/keys" "$work/old-keys"
expect 3 '1001 FORBIDDEN_ROLE' submit ErasePerson person=p-1 reason=asked "${backend[@]}" -o table
expect 0 committed submit ErasePerson person=p-1 reason=asked "${operator[@]}" -o table
[[ $(detail p-1) == *'erased #1'* && $(detail p-1) != *canary* ]] || fail "an erased person is shown: $(detail p-1)"
[[ $(detail p-2) == *second@example.org* ]] || fail "another person is not shown any more: $(detail p-2)"
expect 3 '1009 SUBJECT_ERASED' submit ChangePersonEmail person=p-1 email=x@example.org "${backend[@]}" -o table
for old in "$work"/old-keys/*.kek; do
  [[ ! -e $data/keys/${old##*/} ]] || fail "the key of before the erasure is still there: ${old##*/}"
done
stop_server || fail "the server did not stop cleanly"
search "after the erasure"

# The log needs no key: it is verified and read without the key store.
# The signing key lies there, too: this life signs nothing.
mv "$data/keys" "$work/keys-put-away"
"$kontor" verify --data-dir "$data" >"$work/verified" 2>&1 || fail "verify without keys: $(cat "$work/verified")"
timeout 60 "$kontor" serve --dev --data-dir "$data" --listen 127.0.0.1:0 >"$work/said" 2>&1 && fail "a server signs without its key"
grep -q 'SIGNING_KEY' "$work/said" || fail "not SIGNING_KEY: $(cat "$work/said")"
KONTOR_CHECKPOINT_REQUIRED=false start_server "$data"
grep -q 'no new checkpoints are signed' "$work/server.log" || fail "the server does not say that it signs nothing"
grep -q 'key store is missing' "$work/server.log" || fail "the server does not say that the key store is missing"
"$kontor" query PersonDetail person=p-2 role=backend >"$work/said" 2>&1 && fail "a name is shown without its key"
grep -q 'KEYS_MISSING' "$work/said" || fail "not KEYS_MISSING: $(cat "$work/said")"
"$kontor" submit RegisterPerson email=third@example.org "${backend[@]}" >"$work/said" 2>&1 && fail "a person is registered without keys"
grep -q 'KEYS_MISSING' "$work/said" || fail "not KEYS_MISSING: $(cat "$work/said")"
expect 0 committed submit OpenCampus campus=c-1 kind=flat "${backend[@]}" -o table
[[ ! -e $data/keys/ROOT ]] || fail "a lost key store was replaced"
stop_server || fail "the server did not stop cleanly"

# It comes back; so does everything but the erased person.
rm -rf "$data/keys" && mv "$work/keys-put-away" "$data/keys"
start_server "$data"
[[ $(detail p-2) == *second@example.org* ]] || fail "the restored key store opens nothing: $(detail p-2)"
stop_server
# The key store of before the erasure, restored by mistake: the erased person stays erased.
rm -rf "$data/keys" && mv "$work/old-keys" "$data/keys"
start_server "$data"
grep -q 'destroyed the keys of 1 persons' "$work/server.log" || fail "an erased person's key came back with an old copy"
[[ $(detail p-1) == *'erased #1'* ]] || fail "an erased person is shown: $(detail p-1)"
[[ $(detail p-2) == *second@example.org* ]] || fail "p-2 is not shown: $(detail p-2)"
stop_server

# Keys of another log.
start_server "$work/other"
stop_server
rm -rf "$work/other/keys" && cp -r "$data/keys" "$work/other/keys"
"$kontor" serve --dev --data-dir "$work/other" --listen 127.0.0.1:0 >"$work/said" 2>&1 && fail "keys of another log were taken"
grep -q 'STORE_ID_MISMATCH' "$work/said" || fail "not STORE_ID_MISMATCH: $(cat "$work/said")"

finish
note "personal data: all as it should be"
