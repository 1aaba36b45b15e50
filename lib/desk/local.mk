# SPDX-License-Identifier: BSD-2-Clause
# For alignctl and alignd-desk; the daemon makes no pages.
noinst_LIBRARIES += libdesk.a
libdesk_a_SOURCES = \
	lib/desk/desk.c lib/desk/desk.h \
	lib/desk/filter_form.c \
	lib/desk/fleet.c lib/desk/fleet.h \
	lib/desk/frame.c \
	lib/desk/hosts.c \
	lib/desk/incident.c \
	lib/desk/incidents.c \
	lib/desk/link.c \
	lib/desk/list.c \
	lib/desk/markup.c \
	lib/desk/overrides.c \
	lib/desk/page.h \
	lib/desk/part.c \
	lib/desk/reports.c \
	lib/desk/request.c lib/desk/request.h \
	lib/desk/search.c \
	lib/desk/start.c \
	lib/desk/style.c lib/desk/style.h
