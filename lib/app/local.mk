# SPDX-License-Identifier: BSD-2-Clause
libalign_a_SOURCES += \
	lib/app/engine.c lib/app/engine.h \
	lib/app/record_keeping.c lib/app/record_keeping.h
