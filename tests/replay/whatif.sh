#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What-if over all cases' messages, against their evaluation.
exec $ALIGND_WRAPPER "$top_builddir/tests/replay/whatif_oracle" \
	"$top_srcdir/tests/replay/cases" "$top_srcdir/tests/replay/arc"
