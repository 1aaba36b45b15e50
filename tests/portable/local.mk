# SPDX-License-Identifier: BSD-2-Clause
# The tree on other ground. Nothing is installed on the machine: root, the network
# and debootstrap are needed, and where one is not there these skip with words.
#
# check-i386          make check where a long has 32 bits
# check-container     the Containerfile, built by podman and run
INSIDE = sh $(srcdir)/tests/portable/inside
# What make check starts, or looks into.
TREE_PACKAGES = dns-root-data groff-base iproute2 libmail-dmarc-perl \
	libxml2-utils mandoc openssl postfix procps python3 python3-dkim \
	python3-dnspython python3-nacl python3-spf sqlite3 systemd universal-ctags

.PHONY: check-i386 check-container
check-container:
	@$(AM_TESTS_ENVIRONMENT) $(PYTHON) $(srcdir)/tests/portable/test_container.py || \
		test $$? -eq 77
check-i386:
	@$(INSIDE) bookworm i386 "$(TREE_PACKAGES)" \
		sh -c './bootstrap build && make -j4 check' || test $$? -eq 77
