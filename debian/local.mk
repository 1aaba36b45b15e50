# SPDX-License-Identifier: BSD-2-Clause
# Debian's packages are built from a release too.
EXTRA_DIST += debian/alignd.conf debian/alignd.docs debian/alignd.examples \
	debian/alignd.postrm debian/alignd.preinst debian/alignd.prerm \
	debian/build debian/changelog \
	debian/control debian/copyright debian/root debian/rules \
	debian/source/format
