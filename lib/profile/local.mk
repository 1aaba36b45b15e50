# SPDX-License-Identifier: BSD-2-Clause
libalign_a_SOURCES += \
	lib/profile/profile.c lib/profile/profile.h \
	lib/profile/result.c lib/profile/result.h \
	lib/profile/rows.c
