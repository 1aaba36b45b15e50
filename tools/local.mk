# SPDX-License-Identifier: BSD-2-Clause
bin_PROGRAMS += tools/alignctl
tools_alignctl_SOURCES = \
	tools/alignctl.c tools/alignctl.h \
	tools/cmd_config.c \
	tools/tool.c
tools_alignctl_CPPFLAGS = $(AM_CPPFLAGS) $(TALLOC_CFLAGS)
tools_alignctl_LDADD = $(ALIGN_LIBS)
