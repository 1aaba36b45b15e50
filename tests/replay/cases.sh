#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
exec $ALIGND_WRAPPER "$top_builddir/tests/replay/replay" \
	"$top_srcdir/tests/replay/cases"
