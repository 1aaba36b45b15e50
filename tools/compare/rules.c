/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rules.c - why alignd and a library differ
 *
 * A table, first match wins. A column that is ANY or NULL takes anything;
 * reasons are looked for within what both said.
 */
#include "tools/compare/results.h"

#include <string.h>

#define ANY (-1)

/* What must be true of the message besides. */
enum fact {
	FACT_NONE,
	FACT_LONG_SPF,	/* a record that libspf2 has no room for */
	FACT_ZERO_CIDR, /* a prefix length of 0 */
	FACT_REDIRECT,	/* redirect= in front of other terms */
	FACT_MACRO,	/* a macro in an SPF record */
	FACT_TEST_MODE, /* t=y */
	FACT_PCT,	/* pct= below 100 */
	FACT_NO_AUTHOR, /* the author domain does not exist */
	FACT_NOBODY,	/* neither counts the signature */
};

static const struct rule {
	enum compare_kind kind;
	int ours; /* enum auth_result */
	const char *our_reason;
	int theirs;
	const char *their_reason;
	enum fact fact;
	const char *sentence;
} rules[] = {
    /* --- SPF --- */
    {COMPARE_SPF, ANY, NULL, ANY, "without end", FACT_NONE,
     "RFC 7208 4.6.4 limits the terms of the whole check; libspf2 counts anew "
     "in each include, and was stopped"},
    {COMPARE_SPF, ANY, NULL, ANY, "not given", FACT_NONE,
     "libspf2 is not safe with such input, so it does not get it; alignd "
     "evaluates it by RFC 7208"},
    {COMPARE_SPF, AUTH_NONE, "loopback", AUTH_PASS, NULL, FACT_NONE,
     "a record says nothing about the inside of this machine; libspf2 passes "
     "every loopback client, which RFC 7208 does not know"},
    {COMPARE_SPF, AUTH_PERMERROR, "void lookup", ANY, NULL, FACT_NONE,
     "RFC 7208 4.6.4: more than two lookups that find nothing are a permerror; "
     "libspf2 does not count them"},
    {COMPARE_SPF, AUTH_PERMERROR, "term limit", ANY, NULL, FACT_NONE,
     "RFC 7208 4.6.4 limits the terms of the whole check to ten; libspf2 "
     "counts anew in each include"},
    {COMPARE_SPF, AUTH_PERMERROR, "MX host", ANY, NULL, FACT_NONE,
     "RFC 7208 4.6.4: an mx of more than ten hosts is a permerror; libspf2 "
     "looks at the first ten before it says so"},
    {COMPARE_SPF, ANY, NULL, AUTH_PERMERROR, NULL, FACT_ZERO_CIDR,
     "RFC 7208 5.6 and 12 allow a prefix length of 0; libspf2 refuses it"},
    {COMPARE_SPF, ANY, NULL, ANY, NULL, FACT_LONG_SPF,
     "RFC 7208 3.4 advises short records and sets no maximum; libspf2 compiles "
     "511 octets and loses the terms behind them"},
    {COMPARE_SPF, ANY, NULL, ANY, NULL, FACT_REDIRECT,
     "RFC 7208 6.1: redirect is used when no mechanism matches, wherever it "
     "stands; libspf2 follows it where it stands"},
    {COMPARE_SPF, ANY, NULL, ANY, NULL, FACT_MACRO,
     "RFC 7208 7.3: libspf2 drops the first octet of a macro that asks for all "
     "parts, and does not know the delimiters \",\" and \"/\""},
    {COMPARE_SPF, AUTH_PERMERROR, NULL, ANY, NULL, FACT_NONE,
     "RFC 7208 4.6: an error of syntax anywhere in a record is a permerror; "
     "libspf2 evaluates what it understands"},
    {COMPARE_SPF, ANY, NULL, AUTH_PERMERROR, NULL, FACT_NONE,
     "libspf2 refuses a record that RFC 7208 12 allows"},
    {COMPARE_SPF, ANY, NULL, AUTH_TEMPERROR, NULL, FACT_NONE,
     "RFC 7208 5.5: trouble below a name of ptr is no match; libspf2 gives up "
     "at it, and at a macro that it cannot expand"},
    {COMPARE_SPF, AUTH_TEMPERROR, NULL, ANY, NULL, FACT_NONE,
     "RFC 7208 2.6.6: DNS did not answer; libspf2 did not ask for that name"},

    /* --- DKIM --- */
    {COMPARE_DKIM, ANY, NULL, ANY, "not given", FACT_NONE,
     "libopendkim is not safe with such a field, so it does not get it; RFC "
     "6376 3.5 allows it"},
    {COMPARE_DKIM, AUTH_POLICY, "l=", AUTH_PASS, NULL, FACT_NONE,
     "RFC 6376 8.2: whoever wants can add to a body that l= leaves unsigned; "
     "alignd counts no such signature (dkim.partial_body), libopendkim does"},
    {COMPARE_DKIM, AUTH_POLICY, "rsa-sha1", ANY, NULL, FACT_NONE,
     "RFC 8301 3.1: rsa-sha1 must not be used; libopendkim still verifies it"},
    {COMPARE_DKIM, AUTH_POLICY, "too short", ANY, NULL, FACT_NONE,
     "RFC 8301 3.2: an RSA key has at least 1024 bits (dkim.min_rsa_bits); "
     "libopendkim counts whole octets"},
    {COMPARE_DKIM, AUTH_POLICY, "limit of", ANY, NULL, FACT_NONE,
     "RFC 6376 6.1 lets a verifier stop; dkim.max_signatures says when, and "
     "libopendkim has no such limit"},
    {COMPARE_DKIM, AUTH_POLICY, "testing", ANY, NULL, FACT_NONE,
     "RFC 6376 3.6.1: the key says t=y (dkim.testing_keys)"},
    {COMPARE_DKIM, ANY, NULL, ANY, "several key records", FACT_NONE,
     "RFC 6376 6.1.2 lets a verifier try each key record; libopendkim takes "
     "none of several"},
    {COMPARE_DKIM, ANY, NULL, ANY, "key record is too long", FACT_NONE,
     "RFC 6376 3.6.2 sets no length of a key record; libopendkim has room for "
     "1024 octets"},
    {COMPARE_DKIM, AUTH_PASS, NULL, ANY, "cannot be decoded", FACT_NONE,
     "RFC 6376 3.6.1 describes a bare RSAPublicKey; libopendkim reads the "
     "wrapped form only"},
    {COMPARE_DKIM, AUTH_PASS, NULL, ANY, "i= is not", FACT_NONE,
     "RFC 6376 3.5 and 2.11: the @ of i= is the one outside of quotes and "
     "encoding; libopendkim takes the first after decoding"},
    {COMPARE_DKIM, ANY, NULL, AUTH_FAIL, "from the future", FACT_NONE,
     "RFC 6376 3.5: t= from 0 to 299 is the past; libopendkim takes it for "
     "the future"},
    {COMPARE_DKIM, AUTH_FAIL, "expired", ANY, NULL, FACT_NONE,
     "RFC 6376 3.5: a signature ends with its x=; libopendkim allows five "
     "minutes more"},
    {COMPARE_DKIM, AUTH_FAIL, "future", ANY, NULL, FACT_NONE,
     "RFC 6376 3.5: t= lies in the future by the clock of this run"},
    {COMPARE_DKIM, AUTH_PASS, NULL, AUTH_FAIL, NULL, FACT_NONE,
     "libopendkim hashes other bytes: it overlooks b= before a blank, takes "
     "another tag that ends in b for it, takes VT, FF and CR for blanks, and "
     "reads 4095 octets of h= (RFC 6376 3.2, 3.4.2, 3.5, 3.7)"},
    {COMPARE_DKIM, AUTH_FAIL, NULL, AUTH_PASS, NULL, FACT_NONE,
     "RFC 6376 3.4.2 and 5.4: blanks are space and tab only, and h= never "
     "names the field under verification; libopendkim differs"},
    {COMPARE_DKIM, AUTH_PERMERROR, "key", AUTH_PASS, NULL, FACT_NONE,
     "RFC 6376 3.6.1: v= stands first in a key record and k= fits a=; "
     "libopendkim does not look"},
    {COMPARE_DKIM, AUTH_NEUTRAL, "q=", AUTH_PASS, NULL, FACT_NONE,
     "RFC 6376 3.5: a signature whose q= lists no known method cannot be "
     "verified; libopendkim does not look"},
    {COMPARE_DKIM, AUTH_PERMERROR, NULL, AUTH_PASS, NULL, FACT_NONE,
     "RFC 6376 3.2 and 6.1.1: a field that is not well-formed is no signature; "
     "libopendkim is lenient with duplicate tags and odd values"},
    {COMPARE_DKIM, AUTH_PASS, NULL, AUTH_PERMERROR, NULL, FACT_NONE,
     "RFC 8616 5: U-labels and UTF-8 may stand in d=, s= and i=, and RFC 6376 "
     "3.2 has tag names by case; libopendkim refuses bytes outside ASCII and "
     "takes D= for d="},
    {COMPARE_DKIM, ANY, NULL, ANY, NULL, FACT_NOBODY,
     "neither counts the signature; they differ in the word for it (RFC 8601 "
     "2.7.1)"},

    /* --- DMARC --- */
    {COMPARE_DMARC, AUTH_FAIL, NULL, AUTH_FAIL, NULL, FACT_TEST_MODE,
     "RFC 9989 4.7: t=y asks for one step less; libopendmarc does not know t"},
    {COMPARE_DMARC, AUTH_FAIL, NULL, AUTH_FAIL, NULL, FACT_PCT,
     "pct is historic (RFC 9989 A.6), alignd honours 0 (dmarc.honor_pct); "
     "libopendmarc leaves pct to its caller"},
    {COMPARE_DMARC, AUTH_FAIL, NULL, AUTH_FAIL, NULL, FACT_NO_AUTHOR,
     "RFC 9989 4.7: np holds for a domain that does not exist; libopendmarc "
     "does not know np"},
    {COMPARE_DMARC, AUTH_FAIL, NULL, AUTH_FAIL, NULL, FACT_NONE,
     "RFC 9989 4.7 and 4.8: p, sp and np are whole words, and sp holds below "
     "the policy domain; libopendmarc takes their beginnings"},
    {COMPARE_DMARC, AUTH_PASS, NULL, AUTH_FAIL, NULL, FACT_NONE,
     "RFC 9989 4.10.2: organizational domains come from the DNS tree walk; "
     "libopendmarc takes them from the public suffix list, and keeps one "
     "passing signature"},
    {COMPARE_DMARC, AUTH_FAIL, NULL, AUTH_PASS, NULL, FACT_NONE,
     "RFC 9989 4.10.2: two names align by their organizational domains; "
     "libopendmarc aligns any names of which one begins the other from the "
     "right"},
    {COMPARE_DMARC, ANY, NULL, AUTH_PERMERROR, NULL, FACT_NONE,
     "RFC 9989 4.7: a tag that is not known or not valid is ignored, and an "
     "absent p is none; libopendmarc refuses the record"},
    {COMPARE_DMARC, AUTH_PERMERROR, NULL, ANY, NULL, FACT_NONE,
     "RFC 9989 4.7 and 4.10.1: a broken policy without a valid rua is no "
     "policy; libopendmarc takes the beginning of a word"},
    {COMPARE_DMARC, AUTH_TEMPERROR, NULL, ANY, NULL, FACT_NONE,
     "DNS left open whether an identifier passes or aligns (RFC 9989 5.3); "
     "libopendmarc knows pass and fail only"},
};

/* --- facts --- */

/* Of the SPF records that were read for this message. */
static bool has_spf(const struct verdict *verdict,
		    bool (*is_so)(const char *record))
{
	for (size_t i = 0; i < verdict->question_count; i++) {
		const struct dns_question *question = &verdict->questions[i];
		for (size_t k = 0;
		     question->type == DNS_TXT && k < question->answer->count;
		     k++) {
			const char *text = question->answer->records[k].text;
			if (span_starts_nocase(span_of(text), "v=spf1") &&
			    is_so(text))
				return true;
		}
	}
	return false;
}

/* Eight octets an ip4, twenty an ip6; other terms are longer than compiled. */
static bool is_long(const char *record)
{
	size_t octets = 0;

	for (const char *at = record; *at != '\0'; at++) {
		if (strncmp(at, "ip4:", 4) == 0)
			octets += 8;
		else if (strncmp(at, "ip6:", 4) == 0)
			octets += 20;
	}
	return octets >= 480 || strlen(record) > 4096;
}

static bool has_zero_cidr(const char *record)
{
	return strstr(record, "/0") != NULL;
}

static bool has_redirect(const char *record)
{
	const char *at = strstr(record, " redirect=");

	at = at == NULL ? NULL : strchr(at + 1, ' ');
	return at != NULL && at[strspn(at, " ")] != '\0';
}

static bool has_macro(const char *record)
{
	return strchr(record, '%') != NULL;
}

static bool is_fact(enum fact fact, const struct compare_row *row,
		    const struct verdict *verdict)
{
	const struct record *record = verdict->discovery.record;

	switch (fact) {
	case FACT_NONE:
		return true;
	case FACT_LONG_SPF:
		return has_spf(verdict, is_long);
	case FACT_ZERO_CIDR:
		return has_spf(verdict, has_zero_cidr);
	case FACT_REDIRECT:
		return has_spf(verdict, has_redirect);
	case FACT_MACRO:
		return has_spf(verdict, has_macro);
	case FACT_TEST_MODE:
		return record != NULL && record->is_test_mode;
	case FACT_PCT:
		return record != NULL && record->pct >= 0 && record->pct < 100;
	case FACT_NO_AUTHOR:
		return verdict->discovery.author_exists == EXISTENCE_NO;
	case FACT_NOBODY:
		return row->ours.has_result && row->theirs.has_result &&
		       row->ours.result != AUTH_PASS &&
		       row->theirs.result != AUTH_PASS;
	}
	return false;
}

/* --- the table --- */

static bool fits_side(int result, const char *reason,
		      const struct compare_side *side)
{
	if (result != ANY && (!side->has_result || result != (int)side->result))
		return false;
	return reason == NULL ||
	       (side->reason != NULL && strstr(side->reason, reason) != NULL);
}

const char *compare_rule(const struct compare_row *row,
			 const struct verdict *verdict)
{
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		const struct rule *rule = &rules[i];
		if (rule->kind == row->kind &&
		    fits_side(rule->ours, rule->our_reason, &row->ours) &&
		    fits_side(rule->theirs, rule->their_reason, &row->theirs) &&
		    is_fact(rule->fact, row, verdict))
			return rule->sentence;
	}
	return "no rule is known for this difference";
}
