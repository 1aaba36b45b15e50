# SPDX-License-Identifier: BSD-2-Clause
# For alignctl alone, like reports: it asks whom strangers' records name.
noinst_LIBRARIES += libposture.a
libposture_a_SOURCES = \
	lib/posture/connect.c lib/posture/connect.h \
	lib/posture/facts.h \
	lib/posture/gather.c lib/posture/gather.h \
	lib/posture/gather_dmarc.c lib/posture/gather_private.h \
	lib/posture/gather_hosts.c \
	lib/posture/gather_pointers.c \
	lib/posture/gather_tls.c \
	lib/posture/gather_sts.c \
	lib/posture/connect.c lib/posture/connect.h \
	lib/posture/fetch_policy.c lib/posture/fetch_policy.h \
	lib/posture/gather_keys.c \
	lib/posture/gather_live.c \
	lib/posture/gather_spf.c \
	lib/posture/judge.c lib/posture/judge.h \
	lib/posture/judge_age.c \
	lib/posture/judge_dmarc.c \
	lib/posture/judge_names.c \
	lib/posture/judge_dnssec.c \
	lib/posture/judge_hosts.c \
	lib/posture/judge_pointers.c \
	lib/posture/judge_profile.c lib/posture/judge_profile.h \
	lib/posture/judge_tls.c \
	lib/posture/judge_sts.c \
	lib/posture/judge_sts_kept.c \
	lib/posture/judge_keys.c \
	lib/posture/judge_live.c \
	lib/posture/judge_parked.c \
	lib/posture/judge_spf.c \
	lib/posture/kinds.c lib/posture/kinds.h \
	lib/posture/mend.h \
	lib/posture/mend_dmarc.c \
	lib/posture/mend_spf.c \
	lib/posture/mend_tls.c \
	lib/posture/page.c lib/posture/page.h \
	lib/posture/posture.c lib/posture/posture.h \
	lib/posture/private_address.c lib/posture/private_address.h \
	lib/posture/probe.h \
	lib/posture/prober.c lib/posture/prober.h \
	lib/posture/probe_smtp.c lib/posture/probe_smtp.h \
	lib/posture/probe_tls.c lib/posture/probe_tls.h \
	lib/posture/run.c lib/posture/run.h \
	lib/posture/show.c lib/posture/show.h \
	lib/posture/sts_kept.c lib/posture/sts_kept.h \
	lib/posture/sts_policy.c lib/posture/sts_policy.h \
	lib/posture/tls_record.c lib/posture/tls_record.h
