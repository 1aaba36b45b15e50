#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# build.sh - the fuzz targets, as OSS-Fuzz has them built
#
# In the folder of the sources. From the environment: CC, CXX, CFLAGS, CXXFLAGS,
# LIB_FUZZING_ENGINE, SANITIZER, OUT. For each target OUT gets the program, its
# seeds (NAME_seed_corpus.zip), its words (NAME.dict) and its bounds
# (NAME.options); with patchelf also the libraries, for a machine that lacks
# them. `make fuzz-smoke` builds by this file.
set -eu

[ -x configure ] || autoreconf -i
# "coverage" and "none" are no -fsanitize=.
case ${SANITIZER-} in
'' | coverage | none | introspector) sanitizer= ;;
*) sanitizer=--enable-sanitizer=$SANITIZER,fuzzer-no-link ;;
esac
[ -f Makefile ] && [ Makefile -nt configure ] ||
	./configure CC="$CC" CFLAGS="$CFLAGS" --enable-fuzzers $sanitizer \
		>configure.out 2>&1 || {
	tail -n 20 configure.out
	exit 1
}
targets=$(make -s fuzz-targets)
# The engine may be C++.
make -s -j"${JOBS:-$(nproc)}" FUZZ_ENGINE="$LIB_FUZZING_ENGINE" CCLD="$CXX" \
	$targets

# A program's libraries, beside it.
bring_libraries() {
	mkdir -p "$OUT/lib"
	ldd "$1" | awk '$3 ~ /^\// && $3 !~ /\/lib(c|m|dl|rt|pthread)\.so/ {
		print $3 }' | while read -r library; do
		cp -u "$library" "$OUT/lib/"
	done
	# shellcheck disable=SC2016 # the loader's word, not the shell's
	patchelf --set-rpath '$ORIGIN/lib' "$1"
}

mkdir -p "$OUT"
for target in $targets; do
	program=$(basename "$target")
	name=${program#fuzz_}
	cp "$target" "$OUT/$program"
	cp "tests/fuzz/$name.dict" "$OUT/$program.dict"
	printf '[libfuzzer]\nmax_len = 20000\ntimeout = 10\nrss_limit_mb = 1024\n' \
		>"$OUT/$program.options"
	rm -f "$OUT/${program}_seed_corpus.zip"
	python3 -m zipfile -c "$OUT/${program}_seed_corpus.zip" \
		"tests/fuzz/seeds/$name/"*
	if command -v patchelf >/dev/null; then
		bring_libraries "$OUT/$program"
	fi
done
