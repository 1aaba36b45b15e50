# SPDX-License-Identifier: BSD-2-Clause
libalign_a_SOURCES += \
	lib/stats/chart.c lib/stats/chart.h \
	lib/stats/collect.c lib/stats/collect.h \
	lib/stats/html.c lib/stats/html.h \
	lib/stats/number.c lib/stats/number.h \
	lib/stats/page_head.c lib/stats/page_head.h \
	lib/stats/page_parts.c lib/stats/page_parts.h \
	lib/stats/reason.c lib/stats/reason.h \
	lib/stats/report.c lib/stats/report.h \
	lib/stats/series.c lib/stats/series.h \
	lib/stats/style.c lib/stats/style.h \
	lib/stats/table.c lib/stats/table.h \
	lib/stats/tally.c lib/stats/tally.h \
	lib/stats/write.h \
	lib/stats/write_data.c \
	lib/stats/write_page.c \
	lib/stats/write_text.c
