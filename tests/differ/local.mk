# SPDX-License-Identifier: BSD-2-Clause
# alignd beside dkimpy and pyspf, which Debian has for its own python3.
check_PROGRAMS += tests/differ/differ-driver
tests_differ_differ_driver_SOURCES = tests/differ/differ_driver.c
TESTS += tests/differ/run.sh
