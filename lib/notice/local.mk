# SPDX-License-Identifier: BSD-2-Clause
# For alignctl alone: the daemon tells nobody anything.
noinst_LIBRARIES += libnotice.a
libnotice_a_SOURCES = \
	lib/notice/choose.c lib/notice/choose.h \
	lib/notice/gather.c lib/notice/gather.h \
	lib/notice/gather_fleet.c \
	lib/notice/gather_inbox.c lib/notice/gather_private.h \
	lib/notice/gather_mail.c \
	lib/notice/gather_state.c \
	lib/notice/gather_wave.c \
	lib/notice/mail.c lib/notice/mail.h \
	lib/notice/notice.c lib/notice/notice.h \
	lib/notice/show.h \
	lib/notice/show_html.c \
	lib/notice/show_json.c \
	lib/notice/show_text.c \
	lib/notice/webhook.c lib/notice/webhook.h
