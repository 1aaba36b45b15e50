# SPDX-License-Identifier: BSD-2-Clause
# The daemon links report_settings.c and nothing else of this folder.
libalign_a_SOURCES += \
	lib/report/aggregate.c lib/report/aggregate.h \
	lib/report/aggregate_format.c lib/report/aggregate_format.h \
	lib/report/aggregate_private.h \
	lib/report/aggregate_row.c lib/report/aggregate_row.h \
	lib/report/aggregate_rows.c \
	lib/report/aggregate_validate.c lib/report/aggregate_validate.h \
	lib/report/aggregate_xml.c lib/report/aggregate_xml.h \
	lib/report/gzip.c lib/report/gzip.h \
	lib/report/received.c lib/report/received.h \
	lib/report/received_answer.c lib/report/received_answer.h \
	lib/report/received_archive.c \
	lib/report/received_fields.c lib/report/received_fields.h \
	lib/report/received_mail.c \
	lib/report/received_private.h \
	lib/report/received_xml.c \
	lib/report/report_settings.c lib/report/report_settings.h \
	lib/report/source_sums.c lib/report/source_sums.h \
	lib/report/xml_schema.c lib/report/xml_schema.h \
	lib/report/xml_writer.c lib/report/xml_writer.h

# The schemas as string literals of C, a line each.
REPORT_SCHEMAS = lib/report/rfc7489.inc lib/report/rfc9990.inc
EXTRA_DIST += lib/report/rfc7489.xsd lib/report/rfc9990.xsd
BUILT_SOURCES += $(REPORT_SCHEMAS)
CLEANFILES += $(REPORT_SCHEMAS)
SUFFIXES = .xsd .inc
.xsd.inc:
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(SED) -e 's/[\\"]/\\&/g' \
		-e 's/^/"/' -e 's/$$/\\n"/' $< >$@
lib/report/aggregate_validate.$(OBJEXT): $(REPORT_SCHEMAS)
