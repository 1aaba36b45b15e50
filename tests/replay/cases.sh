#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# All cases, then once more with every DNS record in the opposite order: no
# verdict may depend on it.
cases=$top_srcdir/tests/replay/cases
arc=$top_srcdir/tests/replay/arc
$ALIGND_WRAPPER "$top_builddir/tests/replay/replay" "$cases" "$arc" &&
	exec $ALIGND_WRAPPER "$top_builddir/tests/replay/replay" -r "$cases" "$arc"
