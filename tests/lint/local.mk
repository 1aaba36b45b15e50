# SPDX-License-Identifier: BSD-2-Clause
LINT_TESTS = tests/lint/check-man.py tests/lint/check-settings-docs.py \
	tests/lint/check-security.py tests/lint/hazard-gaps.py
TESTS += $(LINT_TESTS)
EXTRA_DIST += $(LINT_TESTS)
tests/lint/check-man.log: tools/alignctl milter/alignd
tests/lint/check-settings-docs.log: tools/alignctl
