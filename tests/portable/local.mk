# SPDX-License-Identifier: BSD-2-Clause
# The tree on other ground. Nothing is installed on the machine: root, the network
# and debootstrap are needed, and where one is not there these skip with words.
#
# check-i386          make check where a long has 32 bits
# check-musl          every file read by a compiler with another C library
# check-compilers     built by each compiler of Debian 12 and 13
# check-container     the Containerfile, built by podman and run
INSIDE = sh $(srcdir)/tests/portable/inside
# What make check starts, or looks into.
TREE_PACKAGES = dns-root-data groff-base iproute2 libmail-dmarc-perl \
	libxml2-utils mandoc openssl postfix procps python3 python3-dkim \
	python3-dnspython python3-nacl python3-spf sqlite3 systemd universal-ctags
CLANGS_bookworm = clang-13 clang-14 clang-15 clang-16
CLANGS_trixie = clang-17 clang-18 clang-19
INSIDE_COMPILED = { [ configure -nt configure.ac ] || autoreconf -i; } && \
	tests/portable/compilers /build/compilers

.PHONY: check-i386 check-musl check-compilers check-container
check-i386:
	@$(INSIDE) bookworm i386 "$(TREE_PACKAGES)" \
		sh -c './bootstrap build && make -j4 check' || test $$? -eq 77

check-musl: all
	@$(srcdir)/tests/portable/musl || test $$? -eq 77

check-compilers:
	@$(INSIDE) bookworm amd64 "$(CLANGS_bookworm)" sh -c '$(INSIDE_COMPILED)' || \
		test $$? -eq 77
	@$(INSIDE) trixie amd64 "$(CLANGS_trixie)" sh -c '$(INSIDE_COMPILED)' || \
		test $$? -eq 77

check-container:
	@$(AM_TESTS_ENVIRONMENT) $(PYTHON) $(srcdir)/tests/portable/test_container.py || \
		test $$? -eq 77
