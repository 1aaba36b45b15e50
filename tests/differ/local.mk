# SPDX-License-Identifier: BSD-2-Clause
# alignd beside dkimpy and pyspf, which Debian has for its own python3.
check_PROGRAMS += tests/differ/differ-driver
tests_differ_differ_driver_SOURCES = tests/differ/differ_driver.c \
	$(VERIFY_SOURCES)
tests_differ_differ_driver_CPPFLAGS = $(AM_CPPFLAGS) $(TALLOC_CFLAGS)
tests_differ_differ_driver_LDADD = tests/unit/libcaches.a $(ALIGN_LIBS)

TESTS += tests/differ/run.sh
EXTRA_DIST += tests/differ/differ.py tests/differ/differ_dkim.py \
	tests/differ/differ_keys.py tests/differ/differ_shapes.py \
	tests/differ/differ_spf.py \
	tests/differ/known.txt tests/differ/run.sh
