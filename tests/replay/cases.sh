#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# All cases through every cache, then with every DNS record in the opposite
# order: no verdict may depend on either. Under valgrind the second shows
# nothing more.
replay=$top_builddir/tests/replay/replay
cases=$top_srcdir/tests/replay/cases
arc=$top_srcdir/tests/replay/arc
$ALIGND_WRAPPER "$replay" -c "$cases" "$arc" || exit
[ -n "$ALIGND_WRAPPER" ] || exec "$replay" -r "$cases" "$arc"
