#!/bin/bash
# The signing key and what it is good for, through the real program (docs/proofs.md): made once, never replaced in
# silence, changed with a statement; and a log that was put back to an older state is noticed by what was signed.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

data=$work/data
key=$data/keys/checkpoint.key
as=(--as backend:b-1)
campus() { "$kontor" submit OpenCampus campus="c-$1" kind=flat "${as[@]}" >/dev/null || die "no campus c-$1"; }
# does_not_start NAME: and says so.
does_not_start() {
  timeout 60 "$kontor" serve --dev --data-dir "$data" --listen 127.0.0.1:0 >"$work/said" 2>&1 && die "the server started despite $1"
  grep -q "$1" "$work/said" || die "not $1: $(cat "$work/said")"
}
shown() { "$kontor" key show --data-dir "$data"; }

# The first start makes the key, and says what to pin.
start_server "$data"
export KONTOR_SERVER=$server
[[ $(stat -c %a "$key") == 400 ]] || die "the signing key has mode $(stat -c %a "$key")"
"$kontor" submit CreateTenant --as operator:o-1 >/dev/null || die "no tenant"
campus 1
"$kontor" key show --data-dir "$data" >"$work/said" 2>&1 && die "a key is shown beside a running server"
stop_server || die "the server did not stop cleanly"
pinned=$(shown) || die "no key is shown"
[[ $pinned == kontor.local/*+*+* ]] || die "the key looks like $pinned"
grep -qF "$pinned" "$work/server.log" || die "the first start did not say what to pin"
[[ $(grep -c '' "$key") == 4 && $(head -1 "$key") == "kontor-key 1" ]] || die "the file of the key is not of four lines"
seed=$(sed -n 3p "$key")
grep -qF "$seed" "$work/server.log" && die "the seed stands in the server's log"

# Older state of the log, for later.
cp -r "$data/log" "$work/older-log"

# It is never replaced.
mv "$key" "$work/key"
does_not_start SIGNING_KEY
[[ ! -e $key ]] || die "a lost key was replaced"
KONTOR_CHECKPOINT_REQUIRED=false start_server "$data"
grep -q 'no new checkpoints are signed' "$work/server.log" || die "the server does not say that it signs nothing"
campus 2
stop_server || die "the server did not stop cleanly"
cp "$work/key" "$key" && chmod 440 "$key"
does_not_start SIGNING_KEY
chmod 400 "$key"
KONTOR_CHECKPOINT_NAME=another.example.org does_not_start SIGNING_KEY

# Another place for it.
mv "$key" "$work/elsewhere.key"
KONTOR_CHECKPOINT_KEY_FILE=$work/elsewhere.key start_server "$data"
campus 3
stop_server || die "the server did not stop cleanly"
[[ ! -e $key ]] || die "a second key was made"
mv "$work/elsewhere.key" "$key"

# A change of keys: a statement that both have signed.
"$kontor" key rotate --data-dir "$data" >"$work/said" || die "no change of keys"
new=$(sed -n 's/^to *//p' "$work/said")
[[ $(shown | head -1) == "$new" && $new != "$pinned" ]] || die "the new key is not the one in force"
[[ $(shown | grep -c "^— ${pinned%%+*} ") == 2 ]] || die "the statement does not carry two signatures: $(shown)"
shown | grep -qF "$pinned" || die "the statement does not name the old key"
[[ $(stat -c %a "$key" "$key.retiring") == $'400\n400' ]] || die "keys have other modes than 0400"
start_server "$data"
campus 4
stop_server || die "the server did not stop cleanly"

# The log is put back to an older state: what was signed at the last stop does not fit it.
mv "$data/log" "$work/newer-log" && cp -r "$work/older-log" "$data/log"
does_not_start TWO_HISTORIES
grep -q 'the log has' "$work/said" || die "the numbers are not named: $(cat "$work/said")"
KONTOR_CHECKPOINT_REQUIRED=false start_server "$data"
grep -q 'CRITICAL 8014' "$work/server.log" || die "the server does not say that it signs nothing for that tree"
stop_server || die "the server did not stop cleanly"
rm -rf "$data/log" && mv "$work/newer-log" "$data/log"
start_server "$data"
campus 5
stop_server || die "the server did not stop cleanly"
note "checkpoints: all as it should be"
