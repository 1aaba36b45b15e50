# SPDX-License-Identifier: BSD-2-Clause
# Figures, printed and never judged: see docs/PERFORMANCE.md. `make check` builds
# the programs, so that they keep step with what they measure.
BENCH_TOOLS =
BENCH_TOOLS += tests/bench/bench_body
BENCH_TOOLS += tests/bench/bench_cache tests/bench/bench_dns
BENCH_TOOLS += tests/bench/bench_report tests/bench/bench_spf
BENCH_TOOLS += tests/bench/bench_store tests/bench/confine tests/bench/corpus
BENCH_TOOLS += tests/bench/dear tests/bench/delay tests/bench/floor
BENCH_TOOLS += tests/bench/instructions tests/bench/load tests/bench/price
check_PROGRAMS += $(BENCH_TOOLS)

.PHONY: bench
# BENCH="warm sizes" runs these parts only; "--peers" measures others too;
# BENCH_JSON=FILE keeps the figures.
bench: milter/alignd $(BENCH_TOOLS)
	-top_builddir='$(top_builddir)' PYTHONDONTWRITEBYTECODE=1 \
	$(PYTHON) $(srcdir)/tests/bench/bench.py $(BENCH)

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

# What PostgreSQL takes of a fleet: make bench-fleet; FLEET_SCALE=1 is a tenth of
# 100 hosts at 10^9 messages a day, three days of it, and wants 40 GB of disk.
FLEET_SCALE = 0.02
.PHONY: bench-fleet
bench-fleet: tests/fleet/fleet-tool
	@$(AM_TESTS_ENVIRONMENT) $(PYTHON) $(srcdir)/tests/bench/fleet.py \
		$(FLEET_SCALE) || test $$? -eq 77

# Reports of others, kept and summed: make bench-inbox; INBOX="REPORTS RECORDS"
.PHONY: bench-inbox
bench-inbox: tools/alignctl tests/tools/record-tool
	top_builddir='$(top_builddir)' PYTHONDONTWRITEBYTECODE=1 \
	$(PYTHON) $(srcdir)/tests/bench/inbox.py $(INBOX)

# The desk over a million incidents, and what fifty readers cost the mail.
.PHONY: bench-desk
bench-desk: tools/alignctl desk/alignd-desk milter/alignd $(BENCH_TOOLS)
	top_builddir='$(top_builddir)' PYTHONDONTWRITEBYTECODE=1 \
	$(PYTHON) $(srcdir)/tests/bench/desk.py pages
	top_builddir='$(top_builddir)' PYTHONDONTWRITEBYTECODE=1 \
	$(PYTHON) $(srcdir)/tests/bench/desk.py readers

# Fifty readers beside traffic, for so long: make check-desk-hour; outside CI.
DESK_MINUTES = 60
.PHONY: check-desk-hour
check-desk-hour: tools/alignctl desk/alignd-desk milter/alignd $(BENCH_TOOLS)
	@top_builddir='$(top_builddir)' PYTHONDONTWRITEBYTECODE=1 \
	$(PYTHON) $(srcdir)/tests/bench/desk.py hour $(DESK_MINUTES)

# Five hundred domains, asked of an nsd: make bench-posture; POSTURE=DOMAINS
.PHONY: bench-posture
bench-posture: tools/alignctl
	top_builddir='$(top_builddir)' PYTHONDONTWRITEBYTECODE=1 \
	$(PYTHON) $(srcdir)/tests/bench/posture.py $(POSTURE)

# A day's reports: make bench-report; REPORT_DAY="DOMAINS TUPLES MESSAGES"
REPORT_DAY = 20000 400000 10000000
.PHONY: bench-report
bench-report: tests/bench/bench_report
	-rm -f tests/bench/report.db*
	-tests/bench/bench_report make tests/bench/report.db $(REPORT_DAY)
	-tests/bench/bench_report render tests/bench/report.db rfc9990 check
	-rm -f tests/bench/report.db*
