#!/usr/bin/env bash
# Installs what the project needs. `setup.sh node`: the npm packages; `setup.sh all`: the tools of tests and demo too;
# `setup.sh postgres`: the npm packages and PostgreSQL, for the bench that asks for it.
# On a machine where everything is there it changes nothing and takes a moment.
set -euo pipefail
cd "$(dirname "$0")/.."

die() { printf '%s\n' "$*" >&2; exit 1; }

# What a package brings, where it is looked for, and its Debian name.
build_tools=(python3:python3 make:make g++:g++)
test_tools=(cryptsetup:cryptsetup-bin tpm2_getcap:tpm2-tools swtpm:swtpm openssl:openssl
  qemu-system-x86_64:qemu-system-x86 swtpm_ioctl:swtpm-tools swtpm_setup:swtpm-tools
  sbsign:sbsigntool mcopy:mtools sfdisk:fdisk objcopy:binutils
  tssstartup:tss2 clevis-encrypt-tpm2:clevis-tpm2 clevis-luks-bind:clevis-luks systemd-cryptenroll:systemd
  tpm2-abrmd:tpm2-abrmd dbus-daemon:dbus-daemon dbus-send:dbus-bin tpm2_ptool:libtpm2-pkcs11-tools pkcs11-tool:opensc
  libvirtd:libvirt-daemon virsh:libvirt-clients)
# What brings no program: the same with a path.
test_files=('/usr/lib/*/ossl-modules/tpm2.so:tpm2-openssl' '/usr/lib/*/libtss2-tcti-tabrmd.so.0:libtss2-tcti-tabrmd0'
  '/usr/lib/*/pkcs11/libtpm2_pkcs11.so:libtpm2-pkcs11-1'
  '/usr/lib/python3/dist-packages/tpm2_pytss/__init__.py:python3-tpm2-pytss')

missing_packages() {
  local row
  for row in "$@"; do
    PATH="$PATH:/usr/sbin:/sbin" command -v "${row%%:*}" >/dev/null || printf '%s ' "${row#*:}"
  done
}

missing_files() {
  local row
  for row in "$@"; do
    compgen -G "${row%%:*}" >/dev/null || printf '%s ' "${row#*:}"
  done
}

apt_install() {
  local packages=$1 as_root=()
  [ -n "$packages" ] || return 0
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null && sudo -n true 2>/dev/null && as_root=(sudo) ||
      die "Missing system packages; install them and run again: apt-get install $packages"
  fi
  command -v apt-get >/dev/null || die "Missing system packages, and there is no apt-get here: $packages"
  printf 'installing %s\n' "$packages"
  "${as_root[@]}" apt-get update -qq
  # Releases since the 64-bit time_t transition have another name for it.
  if apt-cache show libtss2-tcti-swtpm0t64 >/dev/null 2>&1; then
    packages=${packages/libtss2-tcti-swtpm0/libtss2-tcti-swtpm0t64}
  fi
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends $packages >/dev/null
}

tcti_is_missing() { [[ $(PATH="$PATH:/usr/sbin:/sbin" ldconfig -p) != *libtss2-tcti-swtpm* ]]; }

command -v node >/dev/null || die "Node.js >= 20.19 is needed: https://nodejs.org"
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
  die "Node.js >= 20.19 is needed, this is $(node --version)"

wanted=$(missing_packages "${build_tools[@]}")
if [ "${1:-all}" = all ]; then
  wanted+=$(missing_packages "${test_tools[@]}")$(missing_files "${test_files[@]}")
  if tcti_is_missing; then wanted+='libtss2-tcti-swtpm0 '; fi
fi
if [ "${1:-all}" = postgres ]; then wanted+=$(missing_files '/usr/lib/postgresql/*/bin/initdb:postgresql'); fi
apt_install "$wanted"

if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
  echo 'installing npm packages (a minute or two)'
  npm ci --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi

if [ "${1:-all}" = all ]; then scripts/fetch-guest-packages.sh; fi
