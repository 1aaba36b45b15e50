# SPDX-License-Identifier: BSD-2-Clause
# The package, from its build to its purge. Nothing is installed on the machine:
# root, the network and debootstrap are needed, and where one is not there these
# skip with words, as where the mirror is slow.
#
# check-deb           the machine's own release, built on it
# check-deb-releases  Debian 12 and 13, built in folders of their own; two builds
#                     must be one; upgrade from v0.1.0 and back
DEB_TEST = $(PYTHON) $(srcdir)/tests/deb/test_package.py

.PHONY: check-deb check-deb-releases
check-deb:
	@$(AM_TESTS_ENVIRONMENT) ROOT_SECONDS=150 BUILD_ONCE=1 \
		$(DEB_TEST) here || test $$? -eq 77

check-deb-releases:
	@$(AM_TESTS_ENVIRONMENT) status=0; for release in bookworm trixie; do \
		$(DEB_TEST) $$release || test $$? -eq 77 || status=1; \
	done; exit $$status
