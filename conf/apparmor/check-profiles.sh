#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# check-profiles - the AppArmor profiles parse, and give no right to start a
# program
#
# Nothing is loaded into the kernel. Skipped where the parser is absent.
set -eu
PATH=$PATH:/usr/sbin:/sbin
folder=${top_srcdir:-.}/conf/apparmor

command -v apparmor_parser >/dev/null || {
	echo "skipped: no apparmor_parser here"
	exit 77
}
for profile in alignd alignd-report; do
	apparmor_parser --skip-kernel-load --skip-cache \
		"$folder/$profile" || {
		echo "check-profiles: $profile does not parse"
		exit 1
	}
	if grep -Ev '^ *#' "$folder/$profile" |
		grep -E '[[:space:]][a-zA-Z]*x[a-zA-Z]*,$'; then
		echo "check-profiles: $profile lets programs be started"
		exit 1
	fi
	echo "$profile parses"
done
