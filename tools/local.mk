# SPDX-License-Identifier: BSD-2-Clause
bin_PROGRAMS += tools/alignctl
tools_alignctl_SOURCES = \
	tools/alignctl.c tools/alignctl.h \
	tools/cmd_check.c \
	tools/cmd_config.c \
	tools/cmd_doctor.c \
	tools/cmd_lookup.c \
	tools/cmd_override.c \
	tools/cmd_report.c \
	tools/cmd_review.c \
	tools/cmd_whatif.c \
	tools/doctor.c tools/doctor.h \
	tools/doctor_policy.c \
	tools/doctor_postfix.c \
	tools/doctor_resolver.c \
	tools/doctor_sendmail.c \
	tools/doctor_socket.c \
	tools/doctor_store.c \
	tools/mta_endpoint.c tools/mta_endpoint.h \
	tools/postfix_facts.c tools/postfix_facts.h \
	tools/postfix_milters.c tools/postfix_milters.h \
	tools/report_actions.h \
	tools/report_bounce.c \
	tools/report_failures.c \
	tools/report_foreseen.c tools/report_foreseen.h \
	tools/report_list.c \
	tools/report_preview.c \
	tools/report_resend.c \
	tools/report_send.c \
	tools/report_status.c \
	tools/report_summary.c tools/report_summary.h \
	tools/report_suppress.c \
	tools/report_tool.c tools/report_tool.h \
	tools/tool.c \
	tools/tool_access.c tools/tool_access.h \
	tools/tool_engine.c tools/tool_engine.h \
	tools/tool_print.c tools/tool_print.h \
	tools/tool_program.c tools/tool_program.h \
	tools/tool_table.c tools/tool_table.h \
	tools/tool_time.c tools/tool_time.h \
	tools/whatif_json.c \
	tools/whatif_print.c \
	tools/whatif_report.c tools/whatif_report.h
tools_alignctl_CPPFLAGS = $(AM_CPPFLAGS) $(TALLOC_CFLAGS)
tools_alignctl_LDADD = $(ALIGN_LIBS) $(REPORT_LIBS)
