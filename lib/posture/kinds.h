/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POSTURE_KINDS_H
#define POSTURE_KINDS_H

/*
 * kinds - what can be found about a domain: one table
 *
 * The order is that in which findings of one severity are shown. Names are for
 * programs and stay what they are; `rule` is where it is written.
 */

/* By what a stranger or the next mail can make of it: CRITICAL lets anybody
 * speak for the domain; HIGH loses mail or protection today; MEDIUM will, or
 * protects less than it seems to; LOW is untidy; INFO is worth knowing. */
enum posture_severity {
	POSTURE_INFO,
	POSTURE_LOW,
	POSTURE_MEDIUM,
	POSTURE_HIGH,
	POSTURE_CRITICAL,
};

struct posture_kind {
	const char *name; /* "dmarc-missing" */
	enum posture_severity severity;
	const char *title;  /* what it is, in a few words */
	const char *rule;   /* "RFC 9989 4.10.1" */
	const char *advice; /* what to do, one sentence without its stop */
};

enum posture_kind_id {
	POSTURE_NAME_REGISTRABLE,
	POSTURE_SPF_PLUS_ALL,
	POSTURE_DMARC_MISSING,
	POSTURE_DMARC_SEVERAL,
	POSTURE_DMARC_UNUSABLE,
	POSTURE_DMARC_LOOKALIKE,
	POSTURE_DMARC_MISPLACED,
	POSTURE_DMARC_NONE,
	POSTURE_DMARC_TEST_MODE,
	POSTURE_DMARC_SP_WEAK,
	POSTURE_DMARC_SYNTAX,
	POSTURE_DMARC_NO_RUA,
	POSTURE_DMARC_ADDRESS_GONE,
	POSTURE_DMARC_ADDRESS_UNREACHABLE,
	POSTURE_DMARC_ADDRESS_REFUSED,
	POSTURE_DMARC_ADDRESS_UNUSABLE,
	POSTURE_DMARC_NP_WEAK,
	POSTURE_DMARC_REJECT_WITHOUT_SPF,
	POSTURE_DMARC_ADDRESS_DOUBLED,
	POSTURE_DMARC_UNKNOWN_TAG,
	POSTURE_DMARC_QUARANTINE,
	POSTURE_DMARC_INHERITED,
	POSTURE_DMARC_NO_RUF,
	POSTURE_DMARC_HISTORIC,
	POSTURE_SPF_MISSING,
	POSTURE_SPF_SEVERAL,
	POSTURE_SPF_SYNTAX,
	POSTURE_SPF_INCLUDE_DEAD,
	POSTURE_SPF_INCLUDE_BROKEN,
	POSTURE_SPF_LOOP,
	POSTURE_SPF_LOOKUPS,
	POSTURE_SPF_VOIDS,
	POSTURE_SPF_TOO_WIDE,
	POSTURE_SPF_HOST_FAILS,
	POSTURE_SPF_LOOKALIKE,
	POSTURE_SPF_NEUTRAL_ALL,
	POSTURE_SPF_MISSING_ALL,
	POSTURE_SPF_VOID,
	POSTURE_SPF_PTR,
	POSTURE_SPF_AFTER_ALL,
	POSTURE_SPF_LONG,
	POSTURE_SPF_TREE,
	POSTURE_KINDS,
};

extern const struct posture_kind posture_kinds[POSTURE_KINDS];

/* "info" "low" "medium" "high" "critical" */
const char *posture_severity_text(enum posture_severity severity);

#endif
