# SPDX-License-Identifier: BSD-2-Clause
MATRIX_TESTS = \
	tests/matrix/matrix_align \
	tests/matrix/matrix_decide

check_PROGRAMS += $(MATRIX_TESTS)
TESTS += $(MATRIX_TESTS)
tests_matrix_matrix_align_CPPFLAGS = $(TEST_CPPFLAGS)
tests_matrix_matrix_align_LDADD = $(TEST_LIBS)
tests_matrix_matrix_decide_CPPFLAGS = $(TEST_CPPFLAGS)
tests_matrix_matrix_decide_LDADD = $(TEST_LIBS)
