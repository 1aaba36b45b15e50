#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# smoke.sh SOURCE PROGRAM... - each fuzz target for FUZZ_SECONDS (default 60)
#
# Configures a build with clang, libFuzzer, ASan and UBSan in ./fuzz-build,
# kept for the next run. A target starts from its seeds in the source; what it
# finds interesting stays below fuzz-build/corpus. A finding (crash, sanitizer
# report, broken property, timeout) fails the run and its input is kept below
# fuzz-build/findings.
set -eu

source=$1
shift
seconds=${FUZZ_SECONDS:-60}
clang=${FUZZ_CC:-clang}

mkdir -p fuzz-build
cd fuzz-build
if [ ! -f Makefile ]; then
	"$source/configure" CC="$clang" CFLAGS='-g -O1' --enable-fuzzers \
		--enable-sanitizer=address,undefined,fuzzer-no-link \
		>configure.out 2>&1 || { tail -n 20 configure.out; exit 1; }
fi
make -s "$@" >make.out 2>&1 || { tail -n 40 make.out; exit 1; }

failed=0
for program in "$@"; do
	name=${program##*/fuzz_}
	mkdir -p "corpus/$name" "findings/$name"
	printf '%s: %s s\n' "$name" "$seconds"
	if UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
		"./$program" -max_total_time="$seconds" -timeout=10 \
		-rss_limit_mb=1024 -max_len=20000 -print_final_stats=1 \
		-dict="$source/tests/fuzz/$name.dict" \
		-artifact_prefix="findings/$name/" \
		"corpus/$name" "$source/tests/fuzz/seeds/$name" \
		>"$name.out" 2>&1; then
		grep -E 'number_of_executed_units|new_units_added' "$name.out"
	else
		failed=1
		tail -n 40 "$name.out"
	fi
done
exit "$failed"
