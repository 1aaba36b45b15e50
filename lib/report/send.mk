# SPDX-License-Identifier: BSD-2-Clause
# Sending: for alignctl alone.
libalign_a_SOURCES += \
	lib/report/bounce.c lib/report/bounce.h \
	lib/report/delivery_token.c lib/report/delivery_token.h \
	lib/report/destination.c lib/report/destination.h \
	lib/report/destination_check.c lib/report/destination_check.h \
	lib/report/failure_mail.c lib/report/failure_mail.h \
	lib/report/failure_render.c lib/report/failure_render.h \
	lib/report/report_collect.c lib/report/report_collect.h \
	lib/report/report_deliver.c lib/report/report_deliver.h \
	lib/report/report_health.c lib/report/report_health.h \
	lib/report/report_mail.c lib/report/report_mail.h \
	lib/report/report_owner.c lib/report/report_owner.h \
	lib/report/report_render.c lib/report/report_render.h \
	lib/report/report_sender.c lib/report/report_sender.h \
	lib/report/report_signer.c lib/report/report_signer.h \
	lib/report/silent_names.c lib/report/silent_names.h \
	lib/report/smtp.c lib/report/smtp.h \
	lib/report/stop_point.h

if DEVELOPMENT
libalign_a_SOURCES += lib/report/stop_point.c
else
libalign_a_SOURCES += lib/report/stop_point_none.c
endif
EXTRA_DIST += lib/report/stop_point.c lib/report/stop_point_none.c
