#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# check-unit - the unit is well-formed and stays as closed as it is
#
# Prints systemd's own verdict on the sandbox. Skipped where the tool is absent.
set -eu
unit=${top_builddir:-.}/systemd/alignd.service

command -v systemd-analyze >/dev/null || {
	echo "skipped: no systemd-analyze here"
	exit 77
}
verdict=$(systemd-analyze security --offline=true --no-pager "$unit" |
	tail -n 1)
echo "$verdict"
level=$(printf '%s\n' "$verdict" | sed -n 's/.*: \([0-9]\)\.[0-9].*/\1/p')
[ -n "$level" ] || {
	echo "check-unit: no exposure level in that answer"
	exit 1
}
[ "$level" -lt 2 ] || {
	echo "check-unit: exposure $level.x; at most 1.9 is wanted"
	exit 1
}
for key in Type=notify User=alignd NoNewPrivileges=yes ProtectSystem=strict; do
	grep -qx "$key" "$unit" || {
		echo "check-unit: $key is missing from $unit"
		exit 1
	}
done
