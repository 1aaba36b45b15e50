# SPDX-License-Identifier: BSD-2-Clause
libalign_a_SOURCES += \
	lib/explain/dossier.c lib/explain/dossier.h \
	lib/explain/explain.c lib/explain/explain.h lib/explain/explanation.h \
	lib/explain/explain_advice.c \
	lib/explain/explain_alignment.c \
	lib/explain/explain_decision.c \
	lib/explain/explain_discovery.c \
	lib/explain/explain_dkim.c \
	lib/explain/explain_dnssec.c \
	lib/explain/explain_policy.c \
	lib/explain/explain_sender.c \
	lib/explain/explain_show.c \
	lib/explain/explain_spf.c \
	lib/explain/recorded_dns.c lib/explain/recorded_dns.h
