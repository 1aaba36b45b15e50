#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The public suites with every cache off, tiny and on: all that they print,
# which is each suite's count and every row not met, must be the same.
suites="arc dkim dmarc messages spf_suite"
found=$(mktemp -d) || exit 1
trap 'rm -rf "$found"' EXIT

for caches in off tiny on; do
	for suite in $suites; do
		ALIGND_CACHES=$caches $ALIGND_WRAPPER \
			"$top_builddir/tests/conformance/$suite" \
			>"$found/$caches.$suite" 2>&1
		status=$?
		[ $status -eq 0 ] || cat "$found/$caches.$suite"
		[ $status -eq 0 ] || exit $status
		cmp "$found/off.$suite" "$found/$caches.$suite" || exit 1
	done
done
echo "caches off, tiny and on: the same verdicts in $suites"
