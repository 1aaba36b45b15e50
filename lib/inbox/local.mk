# SPDX-License-Identifier: BSD-2-Clause
# Reports of others that are kept: the daemon is not linked with it.
libreport_a_SOURCES += \
	lib/inbox/gather.c lib/inbox/gather.h \
	lib/inbox/sender.c lib/inbox/sender.h
