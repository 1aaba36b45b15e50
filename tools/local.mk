# SPDX-License-Identifier: BSD-2-Clause
bin_PROGRAMS += tools/alignctl
tools_alignctl_SOURCES = \
	tools/alignctl.c tools/alignctl.h \
	tools/child_process.c tools/child_process.h \
	tools/cmd_check.c \
	tools/cmd_compare.c \
	tools/cmd_config.c \
	tools/cmd_doctor.c \
	tools/cmd_explain.c \
	tools/cmd_lookup.c \
	tools/cmd_override.c tools/cmd_override.h \
	tools/cmd_override_change.c \
	tools/cmd_report.c \
	tools/cmd_review.c tools/cmd_review.h \
	tools/cmd_review_acts.c tools/cmd_review_acts.h \
	tools/cmd_review_allow.c \
	tools/cmd_review_filter.c \
	tools/cmd_review_groups.c \
	tools/cmd_review_handle.c \
	tools/cmd_review_likely.c \
	tools/cmd_review_list.c \
	tools/cmd_review_whole.c \
	tools/cmd_stats.c \
	tools/cmd_whatif.c \
	tools/compare.c tools/compare.h \
	tools/compare_print.c \
	tools/compare_rules.c \
	tools/doctor.c tools/doctor.h \
	tools/doctor_policy.c \
	tools/doctor_postfix.c \
	tools/doctor_confine.c \
	tools/doctor_reload.c \
	tools/doctor_report.c \
	tools/doctor_resolver.c \
	tools/doctor_sendmail.c \
	tools/doctor_socket.c \
	tools/doctor_store.c \
	tools/engine_answer.c tools/engine_answer.h \
	tools/engine_child.c tools/engine_child.h \
	tools/engine_fault.h \
	tools/engine_process.c tools/engine_process.h \
	tools/mta_endpoint.c tools/mta_endpoint.h \
	tools/postfix_facts.c tools/postfix_facts.h \
	tools/postfix_milters.c tools/postfix_milters.h \
	tools/read_process.c tools/read_process.h \
	tools/report_actions.h \
	tools/report_alignment.c tools/report_alignment.h \
	tools/report_bounce.c \
	tools/report_confine.c tools/report_confine.h \
	tools/report_failures.c \
	tools/report_foreseen.c tools/report_foreseen.h \
	tools/report_list.c \
	tools/report_preview.c \
	tools/report_read.c \
	tools/report_resend.c \
	tools/report_send.c \
	tools/report_status.c \
	tools/report_summary.c tools/report_summary.h \
	tools/report_suppress.c \
	tools/report_tool.c tools/report_tool.h \
	tools/review_evidence.c tools/review_evidence.h \
	tools/review_handles.c tools/review_handles.h \
	tools/stats_chart.c tools/stats_chart.h \
	tools/stats_collect.c tools/stats_collect.h \
	tools/stats_html.c tools/stats_html.h \
	tools/stats_html_table.c \
	tools/stats_html_text.c tools/stats_html_text.h \
	tools/stats_html_time.c \
	tools/stats_json.c \
	tools/stats_number.c tools/stats_number.h \
	tools/stats_report.c tools/stats_report.h \
	tools/stats_series.c tools/stats_series.h \
	tools/stats_style.c tools/stats_style.h \
	tools/stats_table.c tools/stats_table.h \
	tools/stats_tally.c tools/stats_tally.h \
	tools/stats_text.c \
	tools/tool.c \
	tools/tool_access.c tools/tool_access.h \
	tools/tool_clock.c tools/tool_clock.h \
	tools/tool_counted.c tools/tool_counted.h \
	tools/tool_csv.c tools/tool_csv.h \
	tools/tool_engine.c tools/tool_engine.h \
	tools/tool_envelope.c tools/tool_envelope.h \
	tools/tool_file.c tools/tool_file.h \
	tools/tool_override.c tools/tool_override.h \
	tools/tool_print.c tools/tool_print.h \
	tools/tool_program.c tools/tool_program.h \
	tools/tool_store.c tools/tool_store.h \
	tools/tool_reference.c tools/tool_reference.h \
	tools/tool_table.c tools/tool_table.h \
	tools/tool_time.c tools/tool_time.h \
	tools/whatif_json.c \
	tools/whatif_print.c \
	tools/whatif_report.c tools/whatif_report.h
tools_alignctl_LDADD = $(ALIGN_LIBS) $(REPORT_LIBS) $(OPENDMARC_LIBS)
# What a library's process may map; a sanitizer maps more than there is.
if SANITIZED
AM_CPPFLAGS += -DENGINE_MEMORY=RLIM_INFINITY
else
AM_CPPFLAGS += -DENGINE_MEMORY=1073741824
endif
if DEVELOPMENT
tools_alignctl_SOURCES += tools/engine_fault.c
else
tools_alignctl_SOURCES += tools/engine_fault_none.c
endif
if GIVEN_TIME
tools_alignctl_SOURCES += tools/tool_clock_given.c
else
tools_alignctl_SOURCES += tools/tool_clock_given_none.c
endif
EXTRA_DIST += tools/engine_fault.c tools/engine_fault_none.c \
	tools/tool_clock_given.c tools/tool_clock_given_none.c
