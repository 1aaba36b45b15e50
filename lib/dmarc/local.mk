# SPDX-License-Identifier: BSD-2-Clause
libalign_a_SOURCES += \
	lib/dmarc/align.c lib/dmarc/align.h \
	lib/dmarc/record.c lib/dmarc/record.h \
	lib/dmarc/record_uri.c lib/dmarc/record_uri.h \
	lib/dmarc/tree.c lib/dmarc/tree.h
