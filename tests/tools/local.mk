# SPDX-License-Identifier: BSD-2-Clause
# alignctl as its users run it, and what the scripts sign and record with.
check_PROGRAMS += tests/tools/dkim-tool tests/tools/lookalike-tool
check_PROGRAMS += tests/tools/people-tool tests/tools/record-tool
tests_tools_dkim_tool_SOURCES = tests/tools/dkim_tool.c
tests_tools_lookalike_tool_SOURCES = tests/tools/lookalike_tool.c
tests_tools_people_tool_SOURCES = tests/tools/people_tool.c
tests_tools_record_tool_SOURCES = tests/tools/record_tool.c

TOOL_TESTS =
TOOL_TESTS += tests/tools/test_alignctl_acts.py
TOOL_TESTS += tests/tools/test_alignctl_broken_conf.py
TOOL_TESTS += tests/tools/test_alignctl_check.py
TOOL_TESTS += tests/tools/test_alignctl_compare.py
TOOL_TESTS += tests/tools/test_alignctl_desk.py
TOOL_TESTS += tests/tools/test_alignctl_dnssec.py
TOOL_TESTS += tests/tools/test_alignctl_doctor.py
TOOL_TESTS += tests/tools/test_alignctl_evidence.py
TOOL_TESTS += tests/tools/test_alignctl_explain.py
TOOL_TESTS += tests/tools/test_alignctl_hostile_store.py
TOOL_TESTS += tests/tools/test_alignctl_import.py
TOOL_TESTS += tests/tools/test_alignctl_import_history.py
TOOL_TESTS += tests/tools/test_alignctl_inbox.py
TOOL_TESTS += tests/tools/test_alignctl_inbox_fetch.py
TOOL_TESTS += tests/tools/test_alignctl_inbox_says.py
TOOL_TESTS += tests/tools/test_inbox_recount.py
TOOL_TESTS += tests/tools/test_alignctl_lookup.py
TOOL_TESTS += tests/tools/test_alignctl_paths.py
TOOL_TESTS += tests/tools/test_alignctl_notice.py
TOOL_TESTS += tests/tools/test_alignctl_posture.py
TOOL_TESTS += tests/tools/test_posture_profiles.py
TOOL_TESTS += tests/tools/test_posture_sts.py
TOOL_TESTS += tests/tools/test_alignctl_posture_live.py
TOOL_TESTS += tests/tools/test_alignctl_monitor.py
TOOL_TESTS += tests/tools/test_alignctl_privacy.py
TOOL_TESTS += tests/tools/test_alignctl_fleet.py
TOOL_TESTS += tests/tools/test_alignctl_profiles.py
TOOL_TESTS += tests/tools/test_alignctl_propose.py
TOOL_TESTS += tests/tools/test_alignctl_report.py
TOOL_TESTS += tests/tools/test_alignctl_report_bounds.py
TOOL_TESTS += tests/tools/test_alignctl_report_failures.py
TOOL_TESTS += tests/tools/test_alignctl_report_faults.py
TOOL_TESTS += tests/tools/test_alignctl_report_key.py
TOOL_TESTS += tests/tools/test_alignctl_report_manners.py
TOOL_TESTS += tests/tools/test_alignctl_report_read.py
TOOL_TESTS += tests/tools/test_alignctl_report_replies.py
TOOL_TESTS += tests/tools/test_alignctl_report_send.py
TOOL_TESTS += tests/tools/test_alignctl_report_users.py
TOOL_TESTS += tests/tools/test_alignctl_review.py
TOOL_TESTS += tests/tools/test_alignctl_setup.py
TOOL_TESTS += tests/tools/test_alignctl_stats.py
TOOL_TESTS += tests/tools/test_alignctl_stats_page.py
TOOL_TESTS += tests/tools/test_alignctl_scorecard.py
TOOL_TESTS += tests/tools/test_alignctl_scorecard_page.py
TOOL_TESTS += tests/tools/test_alignctl_store.py
TOOL_TESTS += tests/tools/test_alignctl_tls_reports.py
TOOL_TESTS += tests/tools/test_alignctl_whatif.py
TOOL_TESTS += tests/tools/test_compare_corpora.py
TOOL_TESTS += tests/tools/test_lookalikes_real.py
TOOL_TESTS += tests/tools/test_package_scripts.py
TOOL_TESTS += tests/tools/test_alignctl_pages.py
TOOL_TESTS += tests/tools/test_pages.py
TOOL_TESTS += tests/tools/test_people_made.py
TESTS += $(TOOL_TESTS)

# Hundreds of runs of alignctl each: minutes under valgrind, even where
# check-valgrind-all takes its time. The sanitizers run them.
VALGRIND_SPARED = $(filter-out %_check.py %_lookup.py %_review.py,$(TOOL_TESTS))
