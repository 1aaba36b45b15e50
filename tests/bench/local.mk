# SPDX-License-Identifier: BSD-2-Clause
BENCH_STORE = tests/bench/bench_store

noinst_PROGRAMS += $(BENCH_STORE)
tests_bench_bench_store_CPPFLAGS = $(AM_CPPFLAGS) $(TALLOC_CFLAGS) \
	$(JANSSON_CFLAGS)
tests_bench_bench_store_LDADD = $(ALIGN_LIBS)
