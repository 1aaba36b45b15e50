# SPDX-License-Identifier: BSD-2-Clause
libalign_a_SOURCES += \
	lib/wiring/finding.c lib/wiring/finding.h \
	lib/wiring/finding_write.c \
	lib/wiring/mta_endpoint.c lib/wiring/mta_endpoint.h \
	lib/wiring/mta_time.c lib/wiring/mta_time.h \
	lib/wiring/postfix.c lib/wiring/postfix.h \
	lib/wiring/postfix_beside.c \
	lib/wiring/postfix_facts.c lib/wiring/postfix_facts.h \
	lib/wiring/postfix_host.c \
	lib/wiring/postfix_milters.c lib/wiring/postfix_milters.h \
	lib/wiring/postfix_old.c \
	lib/wiring/postfix_place.c lib/wiring/postfix_place.h \
	lib/wiring/postfix_private.h \
	lib/wiring/postfix_role.c lib/wiring/postfix_role.h \
	lib/wiring/postfix_settings.c \
	lib/wiring/postfix_sisters.c \
	lib/wiring/sendmail.c lib/wiring/sendmail.h
