#!/usr/bin/env bash
# Unpacks what the machines of test/vm start from: firmware, loaders, kernel and a static shell. Nothing is installed, and no root is needed;
# a second run finds everything and takes a moment. The folder is ignored by git.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=.cache/vm/packages
[ ! -e "$folder/complete" ] || exit 0
printf 'fetching firmware, loaders and a kernel for test/vm\n'
rm -rf "$folder"
mkdir -p "$folder/deb" "$folder/root"

# A machine that never asked its package mirror knows of nothing.
if ! apt-cache show ovmf >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ]; then apt-get update -qq; else sudo -n apt-get update -qq; fi
fi

# A name for the newest kernel of the distribution, and the package that it stands for.
kernel_package() {
  local name
  for name in linux-image-cloud-amd64 linux-image-virtual; do
    if apt-cache show "$name" >/dev/null 2>&1; then
      apt-cache depends "$name" | awk '/Depends: linux-image-[0-9]/ { print $2; exit }'
      return
    fi
  done
}

packages="ovmf busybox-static systemd-boot-efi shim-signed grub-efi-amd64-signed $(kernel_package)"
# shellcheck disable=SC2086
(cd "$folder/deb" && apt-get download -qq -o APT::Sandbox::User=root $packages)
for package in "$folder"/deb/*.deb; do dpkg-deb --extract "$package" "$folder/root"; done
rm -rf "$folder/deb" "$folder"/root/{usr/,}lib/modules "$folder/root/usr/share/doc"
touch "$folder/complete"
