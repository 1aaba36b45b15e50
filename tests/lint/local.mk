# SPDX-License-Identifier: BSD-2-Clause
LINT_TESTS =
LINT_TESTS += tests/lint/check-limits.py
LINT_TESTS += tests/lint/check-man.py tests/lint/check-security.py
LINT_TESTS += tests/lint/check-settings-docs.py tests/lint/hazard-gaps.py
LINT_TESTS += tests/lint/own-folders.py
TESTS += $(LINT_TESTS)
