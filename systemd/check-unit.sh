#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# check-unit - the units are well-formed and stay as closed as they are
#
# Prints systemd's own verdict on the sandbox. Skipped where the tool is absent.
set -eu
units=${top_builddir:-.}/systemd

command -v systemd-analyze >/dev/null || {
	echo "skipped: no systemd-analyze here"
	exit 77
}
check() {
	unit=$units/$1
	shift
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
	for key in "$@"; do
		grep -qx "$key" "$unit" || {
			echo "check-unit: $key is missing from $unit"
			exit 1
		}
	done
}

check alignd.service Type=notify User=alignd NoNewPrivileges=yes \
	ProtectSystem=strict
check alignd-report.service Type=oneshot User=alignd NoNewPrivileges=yes \
	ProtectSystem=strict
