#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# test_daemon_links.sh - the process that reads strangers' mail links nothing
# that writes or sends reports, nor a library that only alignctl asks
set -u
daemon=${top_builddir:-.}/milter/alignd

command -v readelf >/dev/null || {
	echo "readelf is not installed (binutils)"
	exit 77
}
# Only what the program itself asks for: its libraries have needs of their own.
linked=$(readelf -d "$daemon" | grep NEEDED)
if echo "$linked" | grep -E 'lib(xml2|curl|z|opendmarc|pq)\.'; then
	echo "test_daemon_links: alignd links a library of reports or of the" \
		"fleet, or libopendmarc"
	exit 1
fi
echo "$linked" | grep -q libmilter || {
	echo "test_daemon_links: no list of libraries"
	exit 1
}
