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

#include "lib/base/mem.h"
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

/* What the lookups behind a result gave. */
enum basis {
	BASIS_ANSWERED,	  /* what DNS says */
	BASIS_STALE,	  /* what it said before its servers fell silent */
	BASIS_REMEMBERED, /* likewise, as it was with mail that passed */
};

/* Why the message may be indirect mail although nothing passed. */
enum indirect {
	INDIRECT_NONE,
	INDIRECT_BODY_CHANGED, /* aligned signature, header intact */
	INDIRECT_ARC,	       /* a trusted sealer's valid chain */
};

/* Is the author one of our own or protected names (identity.h), and did
 * anything of it pass? */
enum own_sender {
	OWN_NOT,
	OWN_PROVED,
	OWN_OPEN, /* nothing passed, but a lookup that could show it failed */
	OWN_UNPROVED, /* nothing passed, whatever DNS would say */
};

/* What decided, and why the outcome is not the published policy's. The store,
 * JSON and reports have the words of decide_reason_text(). */
enum decide_reason {
	REASON_NONE,
	/* Results that ask for nothing. */
	REASON_DMARC_NONE,
	REASON_DMARC_PASS,
	REASON_DMARC_FAIL, /* and no policy */
	REASON_DMARC_PERMERROR,
	/* Settings. */
	REASON_ON_MALFORMED,
	REASON_ON_TEMPERROR,
	REASON_ON_REJECT,
	REASON_INDIRECT_MAIL,
	REASON_ON_QUARANTINE,
	REASON_ON_NONE,
	REASON_ON_HOLD_FULL,
	REASON_ON_OWN,
	REASON_ON_LOOKALIKE,
	REASON_ON_PERSON_NAME,
	REASON_ON_UNAUTHENTICATED,
	REASON_ON_KNOWN_PATH,
	REASON_SERVE_STALE, /* what is not known for sure refuses nothing */
	REASON_POSTMASTER_EXEMPT,
	/* What speaks for or against the message itself. */
	REASON_OVERRIDE,      /* the operator's */
	REASON_FORGED_FIELDS, /* more than can be removed, as what decided */
	REASON_UNCLEANABLE,   /* and as the comment on it */
	REASON_PCT_ZERO,
	REASON_SAMPLED_OUT, /* by pct */
	REASON_BODY_CHANGED,
	REASON_TRUSTED_SEALER, /* what INDIRECT_ARC did */
	REASON_POSTMASTER,     /* asked of a postmaster, and of nobody else */
	REASON_KNOWN_PATH,     /* what came by that path used to pass */
	REASON_HOLD_FULL,      /* would have been held, and there was no room */
	REASON_STALE,	       /* rests on stale answers */
	REASON_REMEMBERED,     /* likewise, remembered ones */
	REASON_MONITOR_MODE,   /* let go what enforce mode would not have */
};

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
	int known_path;	   /* likewise: DISPOSITION_NONE is no rule at all */
	int on_own;	   /* enum disposition: at least that */
	int on_unauthenticated; /* enum disposition */
	int on_lookalike;	/* enum disposition: at least that */
	int on_person_name;	/* likewise */
	bool is_postmaster_exempt;
	long known_path_messages; /* that known_path spares in an hour */
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
	/* Mail of this author that came from there used to pass, and in this
	 * hour known_path may spare one more. */
	bool is_known_path;
	/* To postmaster@ or abuse@ of own.domains and to nobody else, from no
	 * name of ours; in this hour the client may do so once more. */
	bool is_to_postmaster;
	/* Weighed only where on_own and on_unauthenticated ask for them. */
	enum own_sender own;
	bool is_unauthenticated; /* no SPF or DKIM pass, and none was open */
	/* The author's domain passes for one of ours (lib/lookalike). */
	bool is_lookalike;
	/* Else: he bears the name of a person of ours (lib/lookalike). */
	bool is_person_name;
	/* Whether his mail has passed before cannot be told: the store is being
	 * read, or away. Then such mail is tagged and no more. */
	bool is_past_unread;
	/* What is stale lets in what passes by it, and is told; it refuses
	 * nothing: that mail comes again, until DNS says what holds. */
	enum basis basis;
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
	 * is. */
	enum override_type override;
	enum decide_reason comment;
	/* What decided, for explain. Never REASON_NONE. */
	enum decide_reason decided_by;
};

struct decision decide(const struct decide_input *input,
		       const struct decide_rules *rules);

/* The same for a message whose recipients have different overrides: the
 * strictest, whoever else is addressed; of several alike the first. The match
 * that it comes of becomes the input's, its place *chosen. `count` is 1 or
 * more. */
struct decision decide_for_all(struct decide_input *input,
			       const struct override_match *matches,
			       size_t count, const struct decide_rules *rules,
			       size_t *chosen);

/* Does the author pass for one of ours, a name or a person? */
bool decide_passes_for_ours(const struct decide_input *input);

/* Is something done although no policy asks for it: by on_own, by
 * on_unauthenticated, by on_lookalike or on_person_name? Then an override may
 * say otherwise. */
bool decide_acts_unasked(const struct decide_input *input,
			 const struct policy_settings *settings);

/* Is the message one to tell of: not plainly fine? */
bool decision_is_incident(const struct decide_input *input,
			  const struct decision *decision);

/* By strictness: reject, tempfail, quarantine, tag, none. */
enum disposition disposition_stricter(enum disposition a, enum disposition b);

/* Texts: "none" "pass" ..., "none" "tag" ..., "local_policy" ... (NULL for
 * OVERRIDE_NONE), "none" "body_changed" "arc". */
const char *dmarc_result_text(enum dmarc_result result);
const char *disposition_text(enum disposition disposition);
const char *override_type_text(enum override_type type);
const char *indirect_text(enum indirect indirect);
/* "" "stale" "remembered" */
const char *basis_text(enum basis basis);

/* The value of a recorded text ("" is OVERRIDE_NONE), or -1. */
int dmarc_result_find(const char *text);
int disposition_find(const char *text);
int override_type_find(const char *text);
int indirect_find(const char *text);
int basis_text_find(const char *text);

/* "policy.on_reject", "override", "forged fields", "dmarc=pass" ...; NULL for
 * REASON_NONE. And the reason of a recorded text: REASON_NONE for one that says
 * more than its reason (the override's comment, "sampled out, pct=50", a
 * sealer's chain), or that is none. */
const char *decide_reason_text(enum decide_reason reason);
enum decide_reason decide_reason_of(const char *text);

/* The comment of a decision as it is recorded: the reason's text, or what the
 * input has to say more ("override news: known"); NULL for none. Below `mem`,
 * or as long as the input. */
const char *decide_comment(TALLOC_CTX *mem, const struct decide_input *input,
			   const struct decision *decision);

#endif
