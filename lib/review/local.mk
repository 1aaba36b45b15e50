# SPDX-License-Identifier: BSD-2-Clause
libalign_a_SOURCES += \
	lib/review/candidate_show.c lib/review/candidate_show.h \
	lib/review/candidates.c lib/review/candidates.h \
	lib/review/counted.c lib/review/counted.h \
	lib/review/evidence.c lib/review/evidence.h \
	lib/review/handles.c lib/review/handles.h \
	lib/review/imported.c \
	lib/review/incident.c lib/review/incident.h \
	lib/review/likely.c \
	lib/review/list.c lib/review/list.h \
	lib/review/filter.c lib/review/filter.h \
	lib/review/reading.h \
	lib/review/reference.c lib/review/reference.h
