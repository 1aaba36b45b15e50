# SPDX-License-Identifier: BSD-2-Clause
libalign_a_SOURCES += \
	lib/app/config.c lib/app/config.h \
	lib/app/daemon_settings.c \
	lib/app/log_settings.c
