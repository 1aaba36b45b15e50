# SPDX-License-Identifier: BSD-2-Clause
# Reports of others that are kept: the daemon is not linked with it.
libreport_a_SOURCES += \
	lib/inbox/claim.c lib/inbox/claim.h \
	lib/inbox/gather.c lib/inbox/gather.h \
	lib/inbox/imap.c lib/inbox/imap.h \
	lib/inbox/sender.c lib/inbox/sender.h \
	lib/inbox/services.c lib/inbox/services.h \
	lib/inbox/summary.c lib/inbox/summary.h \
	lib/inbox/summary_page.c \
	lib/inbox/summary_show.c lib/inbox/summary_show.h \
	lib/inbox/text_pool.c lib/inbox/text_pool.h \
	lib/inbox/tls_meaning.c lib/inbox/tls_meaning.h
