/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_EVIDENCE_H
#define AUTH_EVIDENCE_H

/*
 * evidence - what SPF, DKIM, ARC and reverse DNS showed, as plain data
 *
 * Everything belongs to the message's context. Domains are in domain.h's inner
 * form. Reasons are short words of ours that hold no raw foreign text. An
 * identifier (RFC 9989 3.2.4) is the domain of an SPF or DKIM entry whose
 * result is AUTH_PASS, nothing else.
 */

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/text.h"

/* The result words of RFC 8601 2.7; zero is the harmless one. */
enum auth_result {
	AUTH_NONE,
	AUTH_PASS,
	AUTH_FAIL,
	AUTH_POLICY,
	AUTH_NEUTRAL,
	AUTH_SOFTFAIL,
	AUTH_TEMPERROR,
	AUTH_PERMERROR,
};

/* One record on the way to the term that decided. */
struct spf_level {
	const char *domain;    /* under evaluation */
	struct span record;    /* its text */
	struct span term;      /* as written; of the last level the one that
				  decided, else the include or redirect that
				  leads on; empty: none matched */
	const char *mechanism; /* of it: "all" "ip4" ... "redirect"; or NULL */
};

/* A question and the term that was the first to ask it. */
struct spf_lookup {
	const char *domain; /* under evaluation */
	struct span term;
	const char *name; /* asked for */
	const char *type; /* "TXT" ... */
};

/*
 * RFC 7208, identity MAIL FROM; for a null reverse-path postmaster@HELO. The
 * spans lie in the answers of the session, and live as long. Levels: from the
 * record of `domain` down, LIMIT_SPF_TERMS + 1 at most; none unless the result
 * is pass, fail, softfail or neutral. Lookups: the first LIMIT_SPF_LOOKUPS_TOLD
 * that a term caused, in the order asked.
 */
struct evidence_spf {
	enum auth_result result;
	const char *domain; /* NULL when there is none to check */
	bool is_helo;	    /* the null reverse-path: domain is the HELO name */
	const char *reason; /* NULL when the result says it all */
	size_t level_count;
	const struct spf_level *levels;
	size_t lookup_count;
	const struct spf_lookup *lookups;
	long terms; /* that looked something up, as RFC 7208 4.6.4 counts */
	long voids; /* of them, those that found nothing; both 0 from a library
		     */
};

/* Why a header that verifies over another body is no trace of a list: whoever
 * has one genuine message can put its header over anything. */
enum header_doubt {
	DOUBT_NONE,
	DOUBT_UNSIGNED, /* a field that people go by is not covered */
	DOUBT_PARTIAL,	/* l= leaves part of the body to anybody */
	DOUBT_UNDATED,	/* no one Date that names a moment */
	DOUBT_OLD,	/* t= or Date is too old, or x= is past */
	DOUBT_EARLY,	/* Date is in the future */
	DOUBT_REPLAYED, /* seen over other bodies, from others */
};

/* One DKIM-Signature field, in the order of the message from the top. */
struct evidence_signature {
	const char *domain;    /* d=; NULL when it cannot be used as a name */
	const char *selector;  /* s=; NULL likewise */
	const char *algorithm; /* a=; NULL when absent or not known to us */
	const char *identity;  /* i= when given and clean; else NULL */
	const char *hash_text; /* b= without blanks; NULL when none */
	unsigned key_bits;     /* 0 when no key was seen */
	enum auth_result result;
	const char *reason; /* NULL for a plain pass */
	/* The signed header fields verify although the body hash does not: the
	 * trace a mailing list's footer leaves. Never a pass. Said of such
	 * only: what speaks against the trace, and, for DOUBT_UNSIGNED, the
	 * field's name. */
	bool is_body_changed;
	enum header_doubt doubt;
	const char *doubted_field;
};

struct evidence_signatures {
	size_t count;
	struct evidence_signature *items;
};

struct arc_sealer {
	const char *domain;   /* d= of an ARC-Seal */
	const char *selector; /* s= */
};

/* RFC 8617; result is AUTH_NONE, AUTH_PASS or AUTH_FAIL. Who sealed is told
 * only of a chain that passes: in any other the names are mere claims. */
struct evidence_arc {
	enum auth_result result;
	size_t count;		    /* sets; 0 unless AUTH_PASS */
	struct arc_sealer *sealers; /* of set 1..count */
	unsigned oldest_pass;	    /* RFC 8617 5.2; 0: unchanged since set 1 */
	const char *remote_ip;	    /* as set 1 recorded it; NULL: not */
	/* What the last sealer recorded of DMARC before it sealed: AUTH_NONE
	 * when it recorded nothing of it, and not AUTH_PASS unless all that it
	 * recorded is. Then the header.from that it names; NULL: it names none.
	 */
	enum auth_result recorded;
	const char *recorded_from;
	const char *reason; /* NULL unless AUTH_FAIL */
};

/* RFC 8601 3: AUTH_PASS, AUTH_FAIL, AUTH_TEMPERROR or AUTH_PERMERROR;
 * AUTH_NONE when there is no address to look at. */
struct evidence_iprev {
	enum auth_result result;
	const char *name; /* the confirmed name; NULL unless AUTH_PASS */
};

struct evidence {
	struct evidence_spf spf;
	struct evidence_signatures dkim;
	struct evidence_arc arc;
	struct evidence_iprev iprev;
};

/* "none" "pass" ... */
const char *auth_result_text(enum auth_result result);
/* The value of a recorded text, or -1; NULL is none. */
int auth_result_find(const char *text);

/* "unsigned" "partial" "undated" "old" "early" "replayed"; "" for DOUBT_NONE.
 */
const char *header_doubt_text(enum header_doubt doubt);
int header_doubt_find(const char *text);

#endif
