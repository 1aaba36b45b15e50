# SPDX-License-Identifier: BSD-2-Clause
TESTS += tests/lint/check-settings-docs.py
EXTRA_DIST += tests/lint/check-settings-docs.py
tests/lint/check-settings-docs.log: tools/alignctl
