# SPDX-License-Identifier: BSD-2-Clause
# Figures, printed and never judged: see docs/PERFORMANCE.md.
BENCH_STORE = tests/bench/bench_store

noinst_PROGRAMS += $(BENCH_STORE)
tests_bench_bench_store_CPPFLAGS = $(AM_CPPFLAGS) $(TALLOC_CFLAGS) \
	$(JANSSON_CFLAGS)
tests_bench_bench_store_LDADD = $(ALIGN_LIBS)

# Built by `make bench` only.
BENCH_TOOLS = \
	tests/bench/bench_cache \
	tests/bench/instructions \
	tests/bench/bench_spf \
	tests/bench/confine \
	tests/bench/corpus \
	tests/bench/dear \
	tests/bench/delay \
	tests/bench/floor \
	tests/bench/load \
	tests/bench/price
EXTRA_PROGRAMS += $(BENCH_TOOLS)
BENCH_CPPFLAGS = $(AM_CPPFLAGS) $(TALLOC_CFLAGS)
EXTRA_DIST += tests/bench/bench.py tests/bench/rig.py \
	tests/bench/bench_whatif.py \
	tests/bench/compare.py tests/bench/dearest.py \
	tests/bench/growth.py tests/bench/peers.py \
	tests/bench/instructions.py tests/bench/instructions.kept

tests_bench_bench_cache_CPPFLAGS = $(BENCH_CPPFLAGS)
tests_bench_bench_cache_LDADD = tests/unit/libcaches.a $(ALIGN_LIBS)

tests_bench_bench_spf_CPPFLAGS = $(BENCH_CPPFLAGS) $(SPF2_CFLAGS)
tests_bench_bench_spf_LDADD = $(ALIGN_LIBS)

tests_bench_confine_CPPFLAGS = $(BENCH_CPPFLAGS)
tests_bench_confine_LDADD = $(ALIGN_LIBS)

tests_bench_corpus_SOURCES = tests/bench/corpus.c \
	tests/bench/letters.c tests/bench/letters.h \
	tests/unit/sign.c tests/unit/sign.h
tests_bench_corpus_CPPFLAGS = $(BENCH_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_bench_corpus_LDADD = $(ALIGN_LIBS)

tests_bench_dear_SOURCES = tests/bench/dear.c \
	tests/bench/letters.c tests/bench/letters.h \
	tests/unit/sign.c tests/unit/sign.h
tests_bench_dear_CPPFLAGS = $(BENCH_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_bench_dear_LDADD = $(ALIGN_LIBS)

tests_bench_price_SOURCES = tests/bench/price.c \
	tests/bench/letters.c tests/bench/letters.h \
	tests/bench/process.c tests/bench/process.h \
	tests/bench/session_rig.c tests/bench/session_rig.h \
	tests/unit/slow_dns.c tests/unit/slow_dns.h
tests_bench_price_CPPFLAGS = $(BENCH_CPPFLAGS)
tests_bench_price_LDADD = libsession.a tests/unit/libcaches.a \
	$(ALIGN_LIBS)

tests_bench_delay_CPPFLAGS = $(BENCH_CPPFLAGS)
tests_bench_delay_LDADD = libalign.a $(TALLOC_LIBS)

tests_bench_floor_CPPFLAGS = $(BENCH_CPPFLAGS) $(MILTER_CFLAGS) \
	$(CRYPTO_CFLAGS)
tests_bench_floor_LDADD = $(MILTER_LIBS) $(CRYPTO_LIBS)

tests_bench_instructions_SOURCES = tests/bench/instructions.c \
	tests/bench/letters.c tests/bench/letters.h \
	tests/bench/session_rig.c tests/bench/session_rig.h \
	tests/unit/slow_dns.c tests/unit/slow_dns.h
tests_bench_instructions_CPPFLAGS = $(BENCH_CPPFLAGS)
tests_bench_instructions_LDADD = libsession.a tests/unit/libcaches.a \
	$(ALIGN_LIBS)

tests_bench_load_SOURCES = tests/bench/load.c \
	tests/bench/letters.c tests/bench/letters.h \
	tests/bench/link.c tests/bench/link.h \
	tests/bench/process.c tests/bench/process.h \
	tests/bench/sender.c tests/bench/sender.h
tests_bench_load_CPPFLAGS = $(BENCH_CPPFLAGS) $(MILTER_CFLAGS)
tests_bench_load_LDADD = $(ALIGN_LIBS)

.PHONY: bench
# BENCH="warm sizes" runs these parts only; "--peers" measures others too;
# BENCH_JSON=FILE keeps the figures.
bench: milter/alignd $(BENCH_TOOLS) $(BENCH_STORE)
	-top_builddir='$(top_builddir)' PYTHONDONTWRITEBYTECODE=1 \
	$(PYTHON) $(srcdir)/tests/bench/bench.py $(BENCH)

CLEANFILES += $(BENCH_TOOLS)

# make bench-compare OLD=FILE NEW=FILE
.PHONY: bench-compare
bench-compare:
	@$(PYTHON) $(srcdir)/tests/bench/compare.py "$(OLD)" "$(NEW)"

# Fails when a message takes over 5 % more than tests/bench/instructions.kept.
.PHONY: bench-instructions
bench-instructions: tests/bench/corpus tests/bench/instructions
	top_builddir='$(top_builddir)' PYTHONDONTWRITEBYTECODE=1 \
	$(PYTHON) $(srcdir)/tests/bench/instructions.py \
		$(srcdir)/tests/bench/instructions.kept

# Fails when a message within the bounds costs over 20 times a plain one of its
# size. DEAREST="-l" has the long rows too, DEAREST="ROW..." these only.
.PHONY: bench-dearest
bench-dearest: tests/bench/dear tests/bench/price
	@top_builddir='$(top_builddir)' PYTHONDONTWRITEBYTECODE=1 \
	$(PYTHON) $(srcdir)/tests/bench/dearest.py $(DEAREST)

# DNS far away, and none at all
EXTRA_PROGRAMS += tests/bench/bench_dns
CLEANFILES += tests/bench/bench_dns
tests_bench_bench_dns_SOURCES = tests/bench/bench_dns.c \
	tests/unit/slow_dns.c tests/unit/slow_dns.h
tests_bench_bench_dns_CPPFLAGS = $(AM_CPPFLAGS) $(TALLOC_CFLAGS) \
	$(JANSSON_CFLAGS)
tests_bench_bench_dns_LDADD = $(ALIGN_LIBS)

# A day's reports: make bench-report; REPORT_DAY="DOMAINS TUPLES MESSAGES"
EXTRA_PROGRAMS += tests/bench/bench_report
CLEANFILES += tests/bench/bench_report
tests_bench_bench_report_CPPFLAGS = $(AM_CPPFLAGS) $(TALLOC_CFLAGS)
tests_bench_bench_report_LDADD = $(ALIGN_LIBS) $(REPORT_LIBS)
REPORT_DAY = 20000 400000 10000000
.PHONY: bench-report
bench-report: tests/bench/bench_report
	-rm -f tests/bench/report.db*
	-tests/bench/bench_report make tests/bench/report.db $(REPORT_DAY)
	-tests/bench/bench_report render tests/bench/report.db rfc9990 check
	-rm -f tests/bench/report.db*
