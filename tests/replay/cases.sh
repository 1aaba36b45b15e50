#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Cases through every cache, then with every DNS record in the opposite order: no
# verdict may depend on either. Under valgrind, fifty times slower, neither shows
# more than the cases themselves. Half of them; rest.sh has the other half, so
# that two processors share them there.
[ $# -gt 0 ] || set -- "$top_srcdir"/tests/replay/cases/[a-c]*.case
replay=$top_builddir/tests/replay/replay
if [ -n "$ALIGND_WRAPPER" ]; then
	exec $ALIGND_WRAPPER "$replay" "$@"
fi
"$replay" -c "$@" || exit
exec "$replay" -r "$@"
