# SPDX-License-Identifier: BSD-2-Clause
libalign_a_SOURCES += \
	lib/show/csv.c lib/show/csv.h \
	lib/show/people.c lib/show/people.h \
	lib/show/questions.c lib/show/questions.h \
	lib/show/rows.c lib/show/rows.h \
	lib/show/show.c lib/show/show.h \
	lib/show/taker.c lib/show/taker.h \
	lib/show/table.c lib/show/table.h \
	lib/show/value.c lib/show/value.h
