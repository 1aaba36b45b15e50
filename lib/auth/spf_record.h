/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_SPF_RECORD_H
#define AUTH_SPF_RECORD_H

/*
 * spf_record - one SPF record, validated whole (RFC 7208 4.5, 4.6.1, 12)
 *
 * A record is either valid from its first byte to its last, and then a list of
 * terms, or it is refused with the reason; nothing of a refused record is ever
 * evaluated. Spans point into the text that was parsed. Pure functions.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/dns/dns.h"

enum spf_mechanism {
	SPF_ALL,
	SPF_INCLUDE,
	SPF_A,
	SPF_MX,
	SPF_PTR,
	SPF_IP4,
	SPF_IP6,
	SPF_EXISTS,
	SPF_REDIRECT, /* the modifier; always the last term */
};

struct spf_term {
	enum spf_mechanism mechanism;
	struct span text;    /* as the record has it, qualifier included */
	char qualifier;	     /* '+' '-' '~' '?' */
	struct span domain;  /* domain-spec; empty when not given */
	unsigned prefix4;    /* a, mx: 32 when not given; ip4 */
	unsigned prefix6;    /* a, mx: 128 when not given; ip6 */
	uint8_t address[16]; /* ip4: 4 bytes, ip6: 16 */
};

/* exp= and unknown modifiers are validated and left out; so are redirect= and
 * all that follows the first `all` when the record has one. */
struct spf_record {
	size_t count;
	struct spf_term *terms;
};

/* Is the TXT record an SPF record at all: "v=spf1", then a space or the end? */
bool spf_record_is_spf(struct span text);

/* The SPF records among the TXT records of an answer; *text is the last of
 * them. RFC 7208 4.5 asks for exactly one. */
size_t spf_record_select(const struct dns_answer *answer, struct span *text);

/* Reads a record that spf_record_is_spf. NULL when it is valid; else the
 * reason, a constant text of ours, and `record` is untouched. */
const char *spf_record_parse(TALLOC_CTX *mem, struct span text,
			     struct spf_record *record);

/* "all" "ip4" ... "redirect" */
const char *spf_mechanism_text(enum spf_mechanism mechanism);
/* The value of a recorded text, or -1; NULL is none. */
int spf_mechanism_find(const char *text);

/* ip4 and ip6, which hold an address or not, and ask nothing. */
bool spf_term_is_network(const struct spf_term *term);

#endif
