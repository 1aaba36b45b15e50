# SPDX-License-Identifier: BSD-2-Clause
TESTS += tests/lint/check-settings-docs.py tests/lint/hazard-gaps.py
EXTRA_DIST += tests/lint/check-settings-docs.py tests/lint/hazard-gaps.py
tests/lint/check-settings-docs.log: tools/alignctl
