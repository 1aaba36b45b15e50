#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# All cases through every cache, then with every DNS record in the opposite
# order: no verdict may depend on either.
replay=$top_builddir/tests/replay/replay
cases=$top_srcdir/tests/replay/cases
arc=$top_srcdir/tests/replay/arc
$ALIGND_WRAPPER "$replay" -c "$cases" "$arc" &&
	exec $ALIGND_WRAPPER "$replay" -r "$cases" "$arc"
