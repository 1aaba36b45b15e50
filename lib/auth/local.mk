# SPDX-License-Identifier: BSD-2-Clause
libalign_a_SOURCES += \
	lib/auth/evidence.c lib/auth/evidence.h
