# SPDX-License-Identifier: BSD-2-Clause
ENGINE_TESTS = \
	tests/unit/test_engines

check_PROGRAMS += $(ENGINE_TESTS)
TESTS += $(ENGINE_TESTS)
tests_unit_test_engines_SOURCES = tests/unit/test_engines.c \
	$(VERIFY_SOURCES)
tests_unit_test_engines_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_engines_LDADD = $(SIGN_LIBS) $(OPENDMARC_LIBS)
