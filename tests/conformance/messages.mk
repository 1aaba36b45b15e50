# SPDX-License-Identifier: BSD-2-Clause
check_PROGRAMS += tests/conformance/messages
TESTS += tests/conformance/messages
EXTRA_DIST += tests/conformance/messages-exceptions.txt
tests_conformance_messages_SOURCES = \
	tests/conformance/exceptions.c tests/conformance/exceptions.h \
	tests/conformance/messages.c tests/conformance/messages.h \
	tests/conformance/messages_rows.c $(REPLAY_SOURCES)
tests_conformance_messages_CPPFLAGS = $(TEST_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_conformance_messages_LDADD = $(CACHES_LIBS)
