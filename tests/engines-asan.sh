#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# engines-asan.sh FILES FOLDER - the adaptors' tests under AddressSanitizer, with
# libopendkim, libspf2 and libopendmarc built from the distribution's source and
# instrumented as well
#
# FILES is a fresh copy of the release's files; FOLDER, which should lie outside
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
	rm -rf "$files"
	exit 77
}

for tool in apt-get dpkg-source autoreconf; do
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

# build PACKAGE SUBFOLDER HEADERS ARGUMENT...: its library, static only
build() {
	package=$1
	library=$2
	shift 2
	[ ! -f "$folder/$package.done" ] || return 0
	cd "$folder/$package"
	[ -f configure ] || autoreconf -i >autoreconf.out 2>&1
	./configure --prefix="$folder/usr" --disable-shared --enable-static \
		CFLAGS="-O1 -g -fsanitize=address -fno-omit-frame-pointer -fcommon -w" \
		"$@" >configure.out 2>&1
	make -j2 -C "$library" >make.out 2>&1
	make -C "$library" install >install.out 2>&1
	touch "$folder/$package.done"
}

apt update >"$folder/update.out" 2>&1 || skip "no sources from $mirror"
for package in opendkim libspf2 opendmarc; do
	fetch $package || skip "no source of $package from $mirror"
done
export ASAN_OPTIONS=detect_leaks=0 # configure's programs and perl's
build opendkim libopendkim --disable-filter
build libspf2 src/libspf2 --disable-perl
make -C "$folder/libspf2/src/include" install >/dev/null
if [ -f "$folder/opendmarc/configure" ] || command -v libtoolize >/dev/null; then
	build opendmarc libopendmarc --disable-filter
else
	echo "opendmarc: as installed, since its source wants libtoolize"
fi
if [ ! -f "$folder/usr/lib/pkgconfig/opendkim.pc" ]; then
	mkdir -p "$folder/usr/lib/pkgconfig"
	make -C "$folder/opendkim/libopendkim" install-pkgconfigDATA >/dev/null 2>&1 || true
fi

mkdir -p "$folder/alignd"
chmod -R u+w "$files"
cp -rup "$files/." "$folder/alignd/"
rm -rf "$files"
cd "$folder/alignd"
./configure --enable-sanitizer=address CPPFLAGS="-I$folder/usr/include" \
	LDFLAGS="-L$folder/usr/lib" \
	OPENDKIM_CFLAGS="-I$folder/usr/include" \
	OPENDKIM_LIBS="$folder/usr/lib/libopendkim.a -lssl -lcrypto -lresolv -lbsd" \
	>configure.out
export ASAN_OPTIONS=detect_leaks=1
export LSAN_OPTIONS="suppressions=$PWD/tests/lsan.supp:print_suppressions=0"
make -j2 >/dev/null
make check TESTS="tests/unit/test_engines tests/conformance/engines.sh \
	tests/differ/run.sh"
sed -n 's/^engine //p' tests/conformance/engines.log
