# SPDX-License-Identifier: BSD-2-Clause
libalign_a_SOURCES += \
	lib/mail/eml.c lib/mail/eml.h \
	lib/mail/path.c lib/mail/path.h
