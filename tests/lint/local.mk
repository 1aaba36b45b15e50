# SPDX-License-Identifier: BSD-2-Clause
# What lint is, besides lint.py: `make lint` runs them, and a release's check.
LINT_TESTS =
LINT_TESTS += tests/lint/check-limits.py
LINT_TESTS += tests/lint/check-man.py tests/lint/check-security.py
LINT_TESTS += tests/lint/check-settings-docs.py tests/lint/hazard-gaps.py
LINT_TESTS += tests/lint/own-folders.py
