#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# engines-asan.sh FILES FOLDER - the adaptors' tests under AddressSanitizer, with
# libopendkim, libspf2 and libopendmarc built from the distribution's source and
# instrumented as well
#
# Needs Debian's libtool and libbsd-dev besides what the build needs. FILES is a
# fresh copy of the release's files; FOLDER, which should lie outside
# of the tree, gets the sources, the libraries and a build of alignd. Skips, and
# says so, where apt-get cannot fetch sources. Where a mirror has a package's
# upstream source and not Debian's changes to it, upstream's is taken, and said.
set -eu
files=$1
folder=$2
mirror=${ALIGND_MIRROR:-http://deb.debian.org/debian}
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")

skip() {
	echo "SKIP: $*"
	exit 77
}

# The copy goes, however this ends.
here=$(pwd)
trap 'chmod -R u+w "$here/$files" 2>/dev/null; rm -rf "$here/$files"' EXIT

for tool in apt-get dpkg-source autoreconf libtoolize; do
	command -v $tool >/dev/null || skip "no $tool"
done
mkdir -p "$folder/apt/lists/partial" "$folder/apt/archives/partial" \
	"$folder/usr"
folder=$(cd "$folder" && pwd)
echo "deb-src $mirror $suite main" >"$folder/sources.list"

apt() {
	apt-get -q -o Dir::Etc::sourcelist="$folder/sources.list" \
		-o Dir::Etc::sourceparts=- -o Dir::State::lists="$folder/apt/lists" \
		-o Dir::Cache="$folder/apt" -o APT::Sandbox::User=root "$@"
}

# fetch PACKAGE: its source in FOLDER/PACKAGE
fetch() {
	[ ! -d "$folder/$1" ] || return 0
	rm -rf "$folder/get" && mkdir "$folder/get" && cd "$folder/get"
	apt source "$1" >apt.out 2>&1 || true
	found=$(find . -maxdepth 1 -mindepth 1 -type d | head -1)
	if [ -z "$found" ]; then
		archive=$(ls ./*.orig.tar.* 2>/dev/null | head -1)
		[ -n "$archive" ] || return 1
		echo "$1: upstream's source, without Debian's changes"
		tar xf "$archive"
		found=$(find . -maxdepth 1 -mindepth 1 -type d | head -1)
	fi
	mv "$found" "$folder/$1"
}

# build PACKAGE SUBFOLDER ARGUMENT...: its library, static only
build() {
	[ -f "$folder/$1.done" ] || build_anew "$@" ||
		skip "$1 does not build here: see $folder/$1/build.out"
	touch "$folder/$1.done"
}

build_anew() {
	cd "$folder/$1" || return 1
	library=$2
	shift 2
	{
		autoreconf -fi &&
			./configure --prefix="$folder/usr" --disable-shared \
				--enable-static CFLAGS="$instrumented" "$@" &&
			make -j2 -C "$library" && make -C "$library" install
	} >build.out 2>&1
}

instrumented="-O1 -g -fsanitize=address -fno-omit-frame-pointer -fcommon -w"
apt update >"$folder/update.out" 2>&1 || skip "no sources from $mirror"
for package in opendkim libspf2 opendmarc; do
	fetch $package || skip "no source of $package from $mirror"
done
export ASAN_OPTIONS=detect_leaks=0 # configure's programs and perl's
build opendkim libopendkim --disable-filter
# Upstream's logging macros want a second argument; Debian's changes mend that.
sed -i 's/, __VA_ARGS__ )/, ## __VA_ARGS__ )/' \
	"$folder/libspf2/src/include/spf_log.h"
build libspf2 src --disable-perl
# Upstream's headers do not go with the C library's; Debian's do with both.
rm -rf "$folder/usr/include/spf2"
build opendmarc libopendmarc --disable-filter

mkdir -p "$folder/alignd"
cp -rup "$here/$files/." "$folder/alignd/"
chmod -R u+w "$folder/alignd"
cd "$folder/alignd"
./configure --enable-sanitizer=address CPPFLAGS="-I$folder/usr/include" \
	LDFLAGS="-fsanitize=address -L$folder/usr/lib" LIBS="-lresolv -lbsd" \
	OPENDKIM_CFLAGS="-I$folder/usr/include" \
	OPENDKIM_LIBS="$folder/usr/lib/libopendkim.a -lssl -lcrypto -lresolv -lbsd" \
	>configure.out
export ASAN_OPTIONS=detect_leaks=1
export LSAN_OPTIONS="suppressions=$PWD/tests/lsan.supp:print_suppressions=0"
make -j2 >/dev/null
make check TESTS="tests/unit/test_engines tests/conformance/engines.sh \
	tests/differ/run.sh"
sed -n 's/^engine //p' tests/conformance/engines.log
