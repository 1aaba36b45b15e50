# SPDX-License-Identifier: BSD-2-Clause
# What the filters before us left: their settings, their history.
libalign_a_SOURCES += \
	lib/import/history.c lib/import/history.h \
	lib/import/history_csv.c lib/import/history_csv.h \
	lib/import/old_conf.c lib/import/old_conf.h \
	lib/import/old_hosts.c lib/import/old_hosts.h \
	lib/import/old_list.c lib/import/old_list.h \
	lib/import/old_opendkim.c \
	lib/import/old_opendmarc.c \
	lib/import/old_policyd_spf.c \
	lib/import/old_sentences.c lib/import/old_sentences.h \
	lib/import/old_settings.c lib/import/old_settings.h
