#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# smoke.sh FILES PROGRAM... - each fuzz target for its share of a budget
#
# FUZZ_BUDGET (default 150) is the seconds that the whole fuzzing takes; each
# target has an equal share of them. FUZZ_SECONDS gives each target so many
# instead. FUZZ_JOBS targets (default: the processors, at least 2) run at a time.
# FILES is a fresh copy of the release's files (see tests/subbuild); it is
# moved into ./build-fuzz and built there with clang, libFuzzer, ASan and
# UBSan, the way OSS-Fuzz does (oss-fuzz/build.sh). A run begins with the random seed FUZZ_SEED (default 1: what one run
# finds, the next finds too; 0 takes another way each time, for long runs). A
# target starts from its seeds; what it finds interesting stays below
# build-fuzz/corpus. A finding (crash, sanitizer report, broken property,
# timeout) fails the run and its input is kept below build-fuzz/findings.
set -eu

files=$1
shift
processors=$(nproc)
jobs=${FUZZ_JOBS:-$((processors > 2 ? processors : 2))}
seconds=${FUZZ_SECONDS:-$((jobs * ${FUZZ_BUDGET:-150} / $#))}
[ "$seconds" -ge 5 ] || seconds=5 # 0 would be for ever
seed=${FUZZ_SEED:-1}

mkdir -p build-fuzz
chmod -R u+w "$files"
cp -rup "$files/." build-fuzz/
rm -rf "$files"
cd build-fuzz
CC=${FUZZ_CC:-clang} CXX=${FUZZ_CXX:-clang++} CFLAGS='-g -O1' CXXFLAGS='-g -O1' \
	LIB_FUZZING_ENGINE=-fsanitize=fuzzer SANITIZER=address,undefined \
	OUT=$PWD/out JOBS=$jobs \
	sh tests/fuzz/oss-fuzz/build.sh >make.out 2>&1 ||
	{ tail -n 40 make.out; exit 1; }

LSAN_OPTIONS=suppressions=$PWD/tests/lsan.supp:print_suppressions=0
UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export LSAN_OPTIONS UBSAN_OPTIONS

# Leaves NAME.out, and NAME.failed after a finding.
run() {
	mkdir -p "corpus/$1" "findings/$1"
	rm -f "$1.failed"
	"./out/fuzz_$1" -max_total_time="$seconds" -seed="$seed" -timeout=10 \
		-rss_limit_mb=1024 -max_len=20000 -print_final_stats=1 \
		-dict="out/fuzz_$1.dict" -artifact_prefix="findings/$1/" \
		"corpus/$1" "tests/fuzz/seeds/$1" >"$1.out" 2>&1 ||
		: >"$1.failed"
}

running=0
for program in "$@"; do
	run "${program##*/fuzz_}" &
	running=$((running + 1))
	[ $((running % jobs)) -ne 0 ] || wait
done
wait

failed=0
for program in "$@"; do
	name=${program##*/fuzz_}
	printf '%s: %s s\n' "$name" "$seconds"
	if [ -f "$name.failed" ]; then
		failed=1
		tail -n 40 "$name.out"
	else
		grep -E 'number_of_executed_units|new_units_added' "$name.out"
	fi
done
exit "$failed"
