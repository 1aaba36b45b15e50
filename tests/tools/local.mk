# SPDX-License-Identifier: BSD-2-Clause
# alignctl as its users run it.
check_PROGRAMS += tests/tools/record-tool
tests_tools_record_tool_SOURCES = tests/tools/record_tool.c
tests_tools_record_tool_CPPFLAGS = $(AM_CPPFLAGS) $(TALLOC_CFLAGS) \
	$(JANSSON_CFLAGS)
tests_tools_record_tool_LDADD = $(ALIGN_LIBS)

TOOL_TESTS = \
	tests/tools/test_alignctl_check.py \
	tests/tools/test_alignctl_compare.py \
	tests/tools/test_alignctl_desk.py \
	tests/tools/test_alignctl_doctor.py \
	tests/tools/test_alignctl_evidence.py \
	tests/tools/test_alignctl_explain.py \
	tests/tools/test_alignctl_hostile_store.py \
	tests/tools/test_alignctl_lookup.py \
	tests/tools/test_alignctl_report_failures.py \
	tests/tools/test_alignctl_report_faults.py \
	tests/tools/test_alignctl_report_manners.py \
	tests/tools/test_alignctl_report_replies.py \
	tests/tools/test_alignctl_report_send.py \
	tests/tools/test_alignctl_report_users.py \
	tests/tools/test_alignctl_report.py \
	tests/tools/test_alignctl_report_read.py \
	tests/tools/test_alignctl_review.py \
	tests/tools/test_alignctl_stats.py \
	tests/tools/test_alignctl_stats_page.py \
	tests/tools/test_alignctl_whatif.py \
	tests/tools/test_compare_corpora.py

TESTS += $(TOOL_TESTS)

# Hundreds of runs of alignctl each: minutes under valgrind, even where
# check-valgrind-all takes its time. The sanitizers run them.
VALGRIND_SPARED = $(filter-out %_check.py %_lookup.py %_review.py,$(TOOL_TESTS))
EXTRA_DIST += $(TOOL_TESTS) tests/tools/alignctl.py tests/tools/schema.py \
	tests/tools/incident.schema.json tests/tools/groups.schema.json \
	tests/tools/likely.schema.json \
	tests/tools/check.schema.json tests/tools/compare.schema.json \
	tests/tools/explain.schema.json \
	tests/tools/report_bounce.schema.json \
	tests/tools/report_failures.schema.json \
	tests/tools/report_list.schema.json \
	tests/tools/report_rig.py \
	tests/tools/report_send.schema.json \
	tests/tools/report_status.schema.json \
	tests/tools/mail_dmarc.pl tests/tools/report_preview.schema.json \
	tests/tools/lookup.schema.json tests/tools/review.schema.json \
	tests/tools/stats.schema.json tests/tools/whatif.schema.json \
	tests/tools/browser.py tests/tools/counted.py tests/tools/page.py
tests/tools/test_alignctl_check.log: tools/alignctl
tests/tools/test_alignctl_compare.log: tools/alignctl
tests/tools/test_compare_corpora.log: tools/alignctl
tests/tools/test_alignctl_doctor.log: tools/alignctl
tests/tools/test_alignctl_explain.log: tools/alignctl
tests/tools/test_alignctl_lookup.log: tools/alignctl
tests/tools/test_alignctl_report.log: tools/alignctl
tests/tools/test_alignctl_review.log: tools/alignctl
tests/tools/test_alignctl_report_failures.log: tools/alignctl
tests/tools/test_alignctl_report_faults.log: tools/alignctl
tests/tools/test_alignctl_report_manners.log: tools/alignctl
tests/tools/test_alignctl_report_replies.log: tools/alignctl
tests/tools/test_alignctl_report_send.log: tools/alignctl milter/alignd
tests/tools/test_alignctl_report_read.log: tools/alignctl
tests/tools/test_alignctl_desk.log: tools/alignctl
tests/tools/test_alignctl_stats.log: tools/alignctl
tests/tools/test_alignctl_stats_page.log: tools/alignctl
tests/tools/test_alignctl_whatif.log: tools/alignctl
