#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# check-unit - the units are well-formed and stay as closed as they are
#
# Prints systemd's own verdict on the sandbox, and fails above 1.2, for the fleet's
# forwarder above 1.3, for the desk, which waits for no network, above 0.8. Each mark
# that is left is explained in docs/SECURITY.md by its name there. Skipped where
# the tool is absent.
set -eu
units=${top_builddir:-.}/systemd
explained=${top_srcdir:-.}/docs/SECURITY.md
highest=12 # tenths

command -v systemd-analyze >/dev/null || {
	echo "skipped: no systemd-analyze here"
	exit 77
}
fail() {
	echo "check-unit: $*"
	exit 1
}
check() {
	unit=$units/$1
	shift
	table=$(systemd-analyze security --offline=true --no-pager "$unit")
	verdict=$(printf '%s\n' "$table" | tail -n 1)
	echo "$verdict"
	level=$(printf '%s\n' "$verdict" |
		sed -n 's/.*: \([0-9][0-9]*\)\.\([0-9]\).*/\1\2/p')
	[ -n "$level" ] || fail "no exposure level in that answer"
	[ "$level" -le $highest ] ||
		fail "an exposure of $highest tenths at most is wanted"
	for mark in $(printf '%s\n' "$table" | sed -n 's/^✗ \([^ ]*\).*/\1/p'); do
		echo "left: $mark"
		# a bar inside a table's cell
		cell=$(printf '%s' "$mark" | sed 's/|/\\|/g')
		grep -qF "| \`$cell\` |" "$explained" ||
			fail "$mark is not explained in docs/SECURITY.md"
	done
	for key in "$@"; do
		grep -qx "$key" "$unit" || fail "$key is missing from $unit"
	done
}

check alignd.service Type=notify User=alignd Group=alignd-store \
	StateDirectoryMode=2770 NoNewPrivileges=yes ProtectSystem=strict
check alignd-report.service Type=oneshot User=alignd-report \
	Group=alignd-store NoNewPrivileges=yes ProtectSystem=strict
for unit in digest alert; do
	check alignd-$unit.service Type=oneshot User=alignd-report \
		Group=alignd-store NoNewPrivileges=yes ProtectSystem=strict
done
# It asks which addresses the host has: one mark more.
highest=13
check alignd-forward.service User=alignd-forward Group=alignd-store \
	NoNewPrivileges=yes ProtectSystem=strict
highest=8
check alignd-desk-pages.service Type=oneshot User=alignd-desk \
	PrivateNetwork=yes NoNewPrivileges=yes ProtectSystem=strict
check alignd-desk.service Type=exec User=alignd-desk Group=alignd-desk \
	PrivateNetwork=yes NoNewPrivileges=yes ProtectSystem=strict
for unit in path service; do
	if systemd-analyze verify \
		"${top_srcdir:-.}/systemd/alignd-fleet-reload.$unit" 2>&1 |
		grep "alignd-fleet-reload.*Unknown"; then
		fail "alignd-fleet-reload.$unit: systemd does not know all of it"
	fi
done
for unit in report digest alert forward; do
	if grep -q ^StateDirectory= "$units/alignd-$unit.service"; then
		fail "alignd-$unit.service would take the state from alignd"
	fi
done
# A line of a timer's that systemd does not know is left aside without a word.
systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' \
	"${top_srcdir:-.}/systemd/alignd-digest.timer")" >/dev/null ||
	fail "alignd-digest.timer names no time"
for unit in alert desk-pages; do
	systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' \
		"${top_srcdir:-.}/systemd/alignd-$unit.timer")" >/dev/null ||
		fail "alignd-$unit.timer names no time"
done
