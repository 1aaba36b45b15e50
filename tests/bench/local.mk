# SPDX-License-Identifier: BSD-2-Clause
BENCH_STORE = tests/bench/bench_store

noinst_PROGRAMS += $(BENCH_STORE)
tests_bench_bench_store_CPPFLAGS = $(AM_CPPFLAGS) $(TALLOC_CFLAGS) \
	$(JANSSON_CFLAGS)
tests_bench_bench_store_LDADD = $(ALIGN_LIBS)

# DNS far away, and none at all
noinst_PROGRAMS += tests/bench/bench_dns
tests_bench_bench_dns_SOURCES = tests/bench/bench_dns.c \
	tests/unit/slow_dns.c tests/unit/slow_dns.h
tests_bench_bench_dns_CPPFLAGS = $(AM_CPPFLAGS) $(TALLOC_CFLAGS) \
	$(JANSSON_CFLAGS)
tests_bench_bench_dns_LDADD = $(ALIGN_LIBS)
