#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What-if over all cases' messages, against their evaluation; below a checker,
# which takes minutes for all, those of ARC.
cases="$top_srcdir/tests/replay/arc"
[ -n "$ALIGND_WRAPPER" ] || cases="$cases $top_srcdir/tests/replay/cases $top_srcdir/tests/replay/rules"
exec $ALIGND_WRAPPER "$top_builddir/tests/replay/whatif_oracle" $cases
