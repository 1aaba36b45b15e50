# SPDX-License-Identifier: BSD-2-Clause
bin_PROGRAMS += tools/alignctl
tools_alignctl_SOURCES = \
	tools/alignctl.c tools/alignctl.h \
	tools/cmd_check.c \
	tools/cmd_config.c \
	tools/cmd_lookup.c \
	tools/cmd_override.c tools/cmd_override.h \
	tools/cmd_override_change.c \
	tools/cmd_review.c tools/cmd_review.h \
	tools/cmd_review_acts.c tools/cmd_review_acts.h \
	tools/cmd_review_allow.c \
	tools/cmd_review_filter.c \
	tools/cmd_review_groups.c \
	tools/cmd_review_handle.c \
	tools/cmd_review_likely.c \
	tools/cmd_review_list.c \
	tools/cmd_review_whole.c \
	tools/review_evidence.c tools/review_evidence.h \
	tools/tool.c \
	tools/tool_csv.c tools/tool_csv.h \
	tools/tool_engine.c tools/tool_engine.h \
	tools/tool_override.c tools/tool_override.h \
	tools/tool_print.c tools/tool_print.h \
	tools/tool_reference.c tools/tool_reference.h \
	tools/tool_run.c tools/tool_run.h \
	tools/tool_time.c tools/tool_time.h
tools_alignctl_CPPFLAGS = $(AM_CPPFLAGS) $(TALLOC_CFLAGS)
tools_alignctl_LDADD = $(ALIGN_LIBS)
