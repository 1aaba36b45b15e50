#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# sample.sh - a sample file as `make install` puts it down
#
# usage: conf/sample.sh FILE LOCALSTATEDIR
#
# The settings of alignd.conf become comments: one that stands in a file holds
# whatever a profile says, and a later release's default with it.
set -eu
state="s|\"/var/lib/|\"$2/lib/|"
case $1 in
*/alignd.conf)
	exec sed -e "$state" \
		-e '2a# A setting is a comment here until you take its # away.' \
		-e 's/^\([[:space:]]*\)\([a-z_][a-z_]* = \)/\1# \2/' "$1"
	;;
esac
exec sed -e "$state" "$1"
