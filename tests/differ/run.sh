#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh - differ.py with the python3 that has Debian's packages
set -eu
python=/usr/bin/python3
[ -x "$python" ] || { echo "SKIP: no $python"; exit 77; }
exec "$python" "$top_srcdir/tests/differ/differ.py"
