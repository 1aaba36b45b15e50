#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# All cases through every cache, then with every DNS record in the opposite
# order: no verdict may depend on either. Under valgrind, fifty times slower,
# neither shows more than the cases themselves.
replay=$top_builddir/tests/replay/replay
cases=$top_srcdir/tests/replay/cases
arc=$top_srcdir/tests/replay/arc
rules=$top_srcdir/tests/replay/rules
if [ -n "$ALIGND_WRAPPER" ]; then
	exec $ALIGND_WRAPPER "$replay" "$cases" "$arc" "$rules"
fi
"$replay" -c "$cases" "$arc" "$rules" || exit
exec "$replay" -r "$cases" "$arc" "$rules"
