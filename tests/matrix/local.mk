# SPDX-License-Identifier: BSD-2-Clause
MATRIX_TESTS = \
	tests/matrix/matrix_align \
	tests/matrix/matrix_decide
check_PROGRAMS += $(MATRIX_TESTS)
TESTS += $(MATRIX_TESTS)
