/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POLICY_DECIDE_H
#define POLICY_DECIDE_H

/*
 * decide - evidence, record and rules in; disposition out (RFC 9989 4.7, 5.4,
 * 7.4)
 *
 * decide() is a pure function: no clock, no DNS, no memory. Everything it
 * looks at is in struct decide_input, and everything in struct decide_input is
 * recorded, so that a recorded message can be decided again under other rules.
 */

#include <stdbool.h>

#include "lib/base/settings.h"
#include "lib/dmarc/record.h"

enum dmarc_result {
	DMARC_RESULT_NONE,
	DMARC_RESULT_PASS,
	DMARC_RESULT_FAIL,
	DMARC_RESULT_TEMPERROR,
	DMARC_RESULT_PERMERROR,
};

enum disposition {
	DISPOSITION_NONE,
	DISPOSITION_TAG, /* delivered, with the tag header */
	DISPOSITION_QUARANTINE,
	DISPOSITION_REJECT,
	DISPOSITION_TEMPFAIL,
};

/* Why the message may be indirect mail although nothing passed. */
enum indirect {
	INDIRECT_NONE,
	INDIRECT_BODY_CHANGED, /* aligned signature, header intact */
	INDIRECT_ARC,	       /* a trusted sealer's valid chain */
};

/* decide()'s comment on what INDIRECT_ARC did. */
#define COMMENT_TRUSTED_SEALER "trusted ARC sealer"
/* Its comment where more forged fields came than can be removed. */
#define COMMENT_UNCLEANABLE "too many forged fields"
/* Its comment where a message would have been held, and there was no room. */
#define COMMENT_HOLD_FULL "hold queue full"
/* Its comment where monitor mode let go what enforce mode would not have. */
#define COMMENT_MONITOR_MODE "monitor mode"

/* Override reasons of RFC 9990 3.1.1.9. */
enum override_type {
	OVERRIDE_NONE,
	OVERRIDE_LOCAL_POLICY,
	OVERRIDE_MAILING_LIST,
	OVERRIDE_OTHER,
	OVERRIDE_POLICY_TEST_MODE,
	OVERRIDE_TRUSTED_FORWARDER,
};

enum policy_mode { MODE_ENFORCE, MODE_MONITOR };
enum honor_pct { HONOR_PCT_ZERO, HONOR_PCT_FULL, HONOR_PCT_NO };
enum quarantine_action {
	QUARANTINE_HOLD,
	QUARANTINE_TAG,
	QUARANTINE_REDIRECT,
};

/* What the operator set; the settings of section policy and a few others. */
struct policy_settings {
	int on_reject;	   /* enum disposition */
	int on_quarantine; /* enum disposition */
	int on_none;	   /* enum disposition */
	int on_malformed;  /* enum disposition */
	int on_temperror;  /* DISPOSITION_TEMPFAIL or _NONE */
	int indirect_mail; /* enum disposition: failing p=reject mail */
	int64_t evidence_age_ms;
	int quarantine_action; /* enum quarantine_action */
	int on_hold_full;      /* DISPOSITION_TAG or _TEMPFAIL */
	long hold_messages;    /* held in an hour, in all */
	long hold_mib;
	long hold_messages_domain; /* for one organization's policies */
	long hold_mib_domain;
	const char *quarantine_mailbox;
	const char *tag_header; /* a field name */
	const char *reply_code; /* "5.7.1"; "" for the one that fits */
	const char *reply_text; /* "" for the built-in text */
	const char *contact;	/* text behind the reply, "" for none */
};

extern const struct setting policy_setting_rows[];

/* An operator's override that matched (scope was checked by the matcher). */
struct override_match {
	bool has_match;
	enum disposition action;
	enum override_type type;
	const char *comment; /* which one, and why; NULL: "override" */
};

struct decide_input {
	enum dmarc_result result;
	bool is_author_malformed; /* no single Author Domain */
	enum request policy;	  /* p, sp or np, before t and pct */
	bool is_test_mode;	  /* t=y */
	int pct;		  /* -1 when not published */
	unsigned draw;		  /* 0..99, for honor_pct = full */
	enum indirect indirect;
	/* More fields claim to be ours than an MTA can remove in bearable time
	 * (LIMIT_REMOVAL_STEPS). Such a message is refused whatever the mode:
	 * letting it in would vouch for what it says of itself. The record has
	 * it as COMMENT_UNCLEANABLE. */
	bool is_uncleanable;
	/* No more may be held in this hour (lib/eval/hold_budget.h). Asked only
	 * of what would be held; the record has it as COMMENT_HOLD_FULL. */
	bool is_hold_full;
	struct override_match override;
};

struct decide_rules {
	enum policy_mode mode;
	enum honor_pct honor_pct;
	const struct policy_settings *policy;
};

struct decision {
	/* The policy in force after sp, np, t and pct, whatever the result;
	 * REQUEST_ABSENT when no policy applies. */
	enum request asked;
	/* What alignd would do in enforce mode, and what it does. They differ
	 * in monitor mode only. */
	enum disposition enforced;
	enum disposition applied;
	/* Why the outcome is not the published policy's; OVERRIDE_NONE when it
	 * is. The comment is a constant text, the override's, or NULL;
	 * present_override() may put the chain in its place. */
	enum override_type override;
	const char *comment;
	/* What decided, for explain: a setting ("policy.on_reject"),
	 * "override", "forged fields", or the result that asks for nothing
	 * ("dmarc=pass"). Never NULL. */
	const char *decided_by;
};

struct decision decide(const struct decide_input *input,
		       const struct decide_rules *rules);

/* Texts: "none" "pass" ..., "none" "tag" ..., "local_policy" ... (NULL for
 * OVERRIDE_NONE), "none" "body_changed" "arc". */
const char *dmarc_result_text(enum dmarc_result result);
const char *disposition_text(enum disposition disposition);
const char *override_type_text(enum override_type type);
const char *indirect_text(enum indirect indirect);

#endif
