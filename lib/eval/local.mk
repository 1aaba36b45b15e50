# SPDX-License-Identifier: BSD-2-Clause
libalign_a_SOURCES += \
	lib/eval/basis.c lib/eval/basis.h \
	lib/eval/dmarc_settings.c \
	lib/eval/exempt_budget.c lib/eval/exempt_budget.h \
	lib/eval/finish.c \
	lib/eval/hold_budget.c lib/eval/hold_budget.h \
	lib/eval/indirect_evidence.c lib/eval/indirect_evidence.h \
	lib/eval/judge.c lib/eval/judge.h \
	lib/eval/mark.c lib/eval/mark.h \
	lib/eval/message.c lib/eval/message.h lib/eval/message_private.h \
	lib/eval/message_dkim.c \
	lib/eval/message_mark.c \
	lib/eval/message_override.c \
	lib/eval/present.h \
	lib/eval/present_header.c \
	lib/eval/present_override.c \
	lib/eval/present_reply.c \
	lib/eval/questions_json.c \
	lib/eval/report_traffic.c lib/eval/report_traffic.h \
	lib/eval/sightings.c lib/eval/sightings.h \
	lib/eval/verdict.h \
	lib/eval/verdict_explain.c \
	lib/eval/verdict_json.c \
	lib/eval/verdict_log.c
