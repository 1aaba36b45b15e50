#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# test_configure.sh - configure names all that is missing at once, as pkg-config
# knows it and by Debian's package; what is left out is not asked for
set -u
top=$(cd "${top_srcdir:-.}" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

fail() {
	echo "test_configure: $*"
	exit 1
}

# A configured source folder cannot be configured from elsewhere.
mkdir -p "$folder/src/lib/eval"
cp -r "$top/configure" "$top/build-aux" "$top/Makefile.in" "$top/config.h.in" \
	"$folder/src/" || fail "no configure here"
: >"$folder/src/lib/eval/message.h"

# A pkg-config that knows nothing.
said() {
	(cd "$folder" && ./src/configure PKG_CONFIG=/bin/false "$@" 2>&1)
}

words=$(said) && fail "it goes on without libraries"
for package in libtalloc-dev libssl-dev libmilter-dev libsystemd-dev zlib1g-dev; do
	echo "$words" | grep -q "(Debian: $package" || fail "$package is not named"
done
echo "$words" | grep -qF 'libcrypto >= 3 (Debian' || fail "no name of pkg-config's"
echo "$words" | grep -q 'Debian: libcmocka-dev' && fail "cmocka is not needed"
words=$(said --without-systemd)
echo "$words" | grep -q libsystemd-dev && fail "systemd is asked for all the same"
exit 0
