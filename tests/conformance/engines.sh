#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# engines.sh - the public suites once with each library in alignd's place
#
# Prints how many rows of each suite alignd meets and how many the library. The
# figures are shown and not judged; a library that crashes is a line, too.
# The suites of fields and key records alone are our parser's affair.
set -u
[ -d "$ALIGND_CORPORA" ] || {
	echo "SKIP conformance: no corpora at $ALIGND_CORPORA"
	exit 77
}
found=$(mktemp -d) || exit 1
trap 'rm -rf "$found"' EXIT

# run ENGINE RUNNER: the lines "SUITE ROWS MET" of one run
run() {
	ALIGND_ENGINE=$1 "$top_builddir/tests/conformance/$2" >"$found/all" 2>&1
	status=$?
	[ $status -lt 128 ] || echo "$2 ended by signal $((status - 128))"
	awk '$3 == "rows" && $5 == "met" { print $1, $2, $4 }' "$found/all"
}

printf "engine %-12s %-20s %5s %7s %7s\n" library suite rows alignd library
for pair in libspf2:spf_suite libopendkim:dkim; do
	engine=${pair%:*}
	run alignd "${pair#*:}" >"$found/ours"
	run "$engine" "${pair#*:}" >"$found/theirs"
	awk -v engine="$engine" '
	FNR == NR { met[$1] = $3; next }
	/ended by/ { print "engine", engine, $0; next }
	/^dkim-mox/ { next }
	{ printf "engine %-12s %-20s %5d %7d %7d\n", engine, $1, $2, met[$1], $3 }
	' "$found/ours" "$found/theirs"
done
exit 0
