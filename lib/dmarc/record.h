/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DMARC_RECORD_H
#define DMARC_RECORD_H

/*
 * record - the DMARC Policy Record (RFC 9989 4.7, 4.8, 4.10.1)
 *
 * A pure parser: text in, plain data out, everything below `mem`. What the RFC
 * leaves open is settled in docs/ARCHITECTURE.md ("Ambiguities"): duplicate
 * policy tags are invalid, other duplicates keep the first, tag names are
 * case-insensitive, nothing may stand before "v".
 */

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"

/* A requested policy, ordered by severity; zero is "no tag". */
enum request {
	REQUEST_ABSENT,
	REQUEST_NONE,
	REQUEST_QUARANTINE,
	REQUEST_REJECT,
};

enum psd { PSD_UNKNOWN, PSD_YES, PSD_NO };

struct record {
	const char *text; /* as found, strings joined, escaped for print */
	/* False: a policy tag is broken and no rua is valid; permerror, and no
	 * policy applies (RFC 9989 4.10.1). psd still counts for the walk. */
	bool is_usable;
	/* p is never ABSENT in a usable record: absent, or overruled by a
	 * broken p/sp/np beside a valid rua, reads as NONE. */
	enum request p;
	enum request sp; /* as published; ABSENT when not, or overruled */
	enum request np;
	bool is_adkim_strict;
	bool is_aspf_strict;
	bool is_test_mode; /* t=y */
	enum psd psd;
	int pct;	      /* 0..100; -1 when absent or invalid */
	const char *fo;	      /* "0" unless validly published */
	struct text_list rua; /* valid URIs in order, size suffix dropped */
	struct text_list ruf;
	const char *problem; /* what was wrong, in few clean words; or NULL */
};

/* Does a TXT record begin with a valid version tag? (RFC 9989 4.10 step 2) */
bool record_has_version(struct span text);

/* Does a tag of that name mean something to us? */
bool record_knows_tag(struct span name);

/* Parses text for which record_has_version holds. */
struct record *record_parse(TALLOC_CTX *mem, struct span text);

/* "none" "quarantine" "reject"; NULL for REQUEST_ABSENT. */
const char *request_text(enum request request);
/* The value of a recorded text, "" for REQUEST_ABSENT; or -1. */
int request_find(const char *text);
/* "u" "y" "n" */
const char *psd_text(enum psd psd);

#endif
