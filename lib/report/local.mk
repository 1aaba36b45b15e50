# SPDX-License-Identifier: BSD-2-Clause
# Reports, in a library of their own: the daemon is not linked with it, so that
# what reads strangers' mail cannot send any.
noinst_LIBRARIES += libreport.a
libreport_a_SOURCES = \
	lib/report/make/aggregate.c lib/report/make/aggregate.h \
	lib/report/make/aggregate_format.c lib/report/make/aggregate_format.h \
	lib/report/make/aggregate_private.h \
	lib/report/make/aggregate_row.c lib/report/make/aggregate_row.h \
	lib/report/make/aggregate_rows.c \
	lib/report/make/aggregate_validate.c lib/report/make/aggregate_validate.h \
	lib/report/make/aggregate_xml.c lib/report/make/aggregate_xml.h \
	lib/report/make/delivery_token.c lib/report/make/delivery_token.h \
	lib/report/make/destination.c lib/report/make/destination.h \
	lib/report/make/failure_mail.c lib/report/make/failure_mail.h \
	lib/report/make/fleet_key.c lib/report/make/fleet_key.h \
	lib/report/make/gzip.c lib/report/make/gzip.h \
	lib/report/make/mail.c lib/report/make/mail.h \
	lib/report/make/xml_schema.c lib/report/make/xml_schema.h \
	lib/report/make/xml_writer.c lib/report/make/xml_writer.h \
	lib/report/read/answer.c lib/report/read/answer.h \
	lib/report/read/archive.c lib/report/read/archive.h \
	lib/report/read/arf.c lib/report/read/arf.h \
	lib/report/read/bounce.c lib/report/read/bounce.h \
	lib/report/read/bounce_log.c lib/report/read/bounce_log.h \
	lib/report/read/lines.c lib/report/read/lines.h \
	lib/report/read/cause.c lib/report/read/cause.h \
	lib/report/read/fields.c lib/report/read/fields.h \
	lib/report/read/formats.c lib/report/read/formats.h \
	lib/report/read/mail.c lib/report/read/mail.h \
	lib/report/read/reader.h \
	lib/report/read/received.c lib/report/read/received.h \
	lib/report/read/source_sums.c lib/report/read/source_sums.h \
	lib/report/read/tls.c lib/report/read/tls.h \
	lib/report/read/xml.c lib/report/read/xml.h \
	lib/report/send/collect.c lib/report/send/collect.h \
	lib/report/send/deliver.c lib/report/send/deliver.h \
	lib/report/send/destination_check.c lib/report/send/destination_check.h \
	lib/report/send/failure_render.c lib/report/send/failure_render.h \
	lib/report/send/health.c lib/report/send/health.h \
	lib/report/send/owner.c lib/report/send/owner.h \
	lib/report/send/render.c lib/report/send/render.h \
	lib/report/send/round.c lib/report/send/round.h \
	lib/report/send/round_hold.c lib/report/send/round_hold.h \
	lib/report/send/run.c lib/report/send/run.h \
	lib/report/send/sign_key.c lib/report/send/sign_key.h \
	lib/report/send/signer.c lib/report/send/signer.h \
	lib/report/send/silent_names.c lib/report/send/silent_names.h \
	lib/report/send/smtp.c lib/report/send/smtp.h \
	lib/report/send/status.c lib/report/send/status.h \
	lib/report/send/stop_point.h \
	lib/report/send/url.c lib/report/send/url.h

if DEVELOPMENT
libreport_a_SOURCES += lib/report/send/stop_point.c
else
libreport_a_SOURCES += lib/report/send/stop_point_none.c
endif
EXTRA_DIST += lib/report/send/stop_point.c lib/report/send/stop_point_none.c

# The schemas as string literals of C, a line each.
REPORT_SCHEMAS = lib/report/make/rfc7489.inc lib/report/make/rfc9990.inc
EXTRA_DIST += lib/report/make/rfc7489.xsd lib/report/make/rfc9990.xsd
BUILT_SOURCES += $(REPORT_SCHEMAS)
CLEANFILES += $(REPORT_SCHEMAS)
SUFFIXES = .xsd .inc
.xsd.inc:
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(SED) -e 's/[\\"]/\\&/g' \
		-e 's/^/"/' -e 's/$$/\\n"/' $< >$@
lib/report/make/aggregate_validate.$(OBJEXT): $(REPORT_SCHEMAS)
