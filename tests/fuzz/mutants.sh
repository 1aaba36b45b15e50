#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# mutants.sh - does the search find a check that is skipped?
#
# Each program in mutants/ skips one. Random messages with a hostile DNS
# (fuzz_world.c) are drawn from a seed, by default of the day, until a property
# does not hold: within a minute, or this test fails. "sound", which skips
# nothing, must hold for SOUND_SECONDS (5). MUTANTS_SEED repeats a run.
set -u
folder=${top_builddir:-.}/tests/fuzz/mutants
sources=${top_srcdir:-.}/tests/fuzz/mutants
seed=${MUTANTS_SEED:-$(date +%Y%m%d)}
output=$(mktemp)
trap 'rm -f "$output"' EXIT
status=0

"$folder/sound" "${SOUND_SECONDS:-5}" "$seed" >"$output" 2>&1 || {
	cat "$output"
	echo "FAIL: alignd itself, seed $seed"
	status=1
}
echo "sound: $(tail -n 1 "$output"), seed $seed"
for file in "$sources"/*.c; do
	name=$(basename "$file" .c)
	[ "$name" != sound ] || continue
	began=$(date +%s)
	if "$folder/$name" 60 "$seed" >"$output" 2>&1; then
		echo "FAIL: $name was not found: $(tail -n 1 "$output")"
		status=1
	elif grep -q 'does not hold: !lets_in' "$output"; then
		echo "met $name: found after $(($(date +%s) - began)) s"
	else
		tail -n 20 "$output"
		echo "FAIL: $name ended otherwise"
		status=1
	fi
done
exit $status
