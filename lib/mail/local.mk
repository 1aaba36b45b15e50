# SPDX-License-Identifier: BSD-2-Clause
libalign_a_SOURCES += \
	lib/mail/address.c lib/mail/address.h \
	lib/mail/authres.c lib/mail/authres.h \
	lib/mail/authres_foreign.c \
	lib/mail/authres_value.c lib/mail/authres_value.h \
	lib/mail/charset.c lib/mail/charset.h \
	lib/mail/date.c lib/mail/date.h \
	lib/mail/display_name.c lib/mail/display_name.h \
	lib/mail/eml.c lib/mail/eml.h \
	lib/mail/encoded_word.c lib/mail/encoded_word.h \
	lib/mail/field_list.c lib/mail/field_list.h \
	lib/mail/from.c lib/mail/from.h \
	lib/mail/from_tolerant.c lib/mail/from_tolerant.h \
	lib/mail/path.c lib/mail/path.h \
	lib/mail/redact.c lib/mail/redact.h \
	lib/mail/scan.c lib/mail/scan.h
