# SPDX-License-Identifier: BSD-2-Clause
# The daemon links report_settings.c and nothing else of this folder.
libalign_a_SOURCES += \
	lib/report/aggregate.h \
	lib/report/aggregate_validate.h \
	lib/report/aggregate_xml.h \
	lib/report/gzip.h \
	lib/report/report_settings.c lib/report/report_settings.h
