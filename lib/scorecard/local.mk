# SPDX-License-Identifier: BSD-2-Clause
# With the findings that it tells of, for alignctl alone.
libposture_a_SOURCES += \
	lib/scorecard/card.c lib/scorecard/card.h \
	lib/scorecard/csv.c \
	lib/scorecard/domain_list.c lib/scorecard/domain_list.h \
	lib/scorecard/evidence.c lib/scorecard/evidence.h \
	lib/scorecard/evidence_look.c lib/scorecard/evidence_look.h \
	lib/scorecard/month.c lib/scorecard/month.h \
	lib/scorecard/page.c lib/scorecard/page.h \
	lib/scorecard/posture_past.c lib/scorecard/posture_past.h \
	lib/scorecard/show.c lib/scorecard/show.h
