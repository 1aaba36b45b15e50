#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The cases that cases.sh leaves.
exec sh "$top_srcdir/tests/replay/cases.sh" \
	"$top_srcdir"/tests/replay/cases/[!a-c]*.case \
	"$top_srcdir/tests/replay/arc" "$top_srcdir/tests/replay/rules"
