# Sourced by run and check: what a bare Debian 12 needs, and how the house is built.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

packages=(
  build-essential cmake ninja-build pkg-config
  capnproto libcapnp-dev librocksdb-dev libboost1.81-dev libboost-json1.81-dev
  libspdlog-dev libfmt-dev libgtest-dev libgmock-dev libbenchmark-dev libexpected-dev
  libssl-dev libcli11-dev libtomlplusplus-dev libhowardhinnant-date-dev tzdata
  libutf8proc-dev libidn2-dev libcsv-dev libsqlite3-dev libxml2-utils
  libgoogle-perftools-dev libxxhash-dev
)

say() { printf '%s\n' "$*"; }

# Installs those of the named packages that are missing. Does nothing, quickly, when there are none.
install_packages() {
  local missing=() package
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null) == ii* ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  local as_root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null || { say "need root or sudo to install: ${missing[*]}" >&2; return 1; }
    as_root=(sudo)
  fi
  say "installing ${#missing[@]} packages: ${missing[*]}"
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600)
  "${apt[@]}" update || return 1
  "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >/dev/null || return 1
}

# build PRESET TARGET...: configures once, then builds; ninja's own line shows how far it is.
build() {
  local preset=$1
  shift
  if [[ ! -f build/$preset/build.ninja ]]; then
    say "configuring build/$preset"
    cmake --preset "$preset" >/dev/null || return 1
  fi
  say "building build/$preset"
  ninja -C "build/$preset" "$@"
}
