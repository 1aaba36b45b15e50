/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POLICY_OVERRIDE_TYPES_H
#define POLICY_OVERRIDE_TYPES_H

/*
 * override_types - what an override is, and what a search for one looks at
 *
 * Plain data, shared by override*.c; override.h says what they mean and does
 * the work.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/auth/evidence.h"
#include "lib/base/net.h"
#include "lib/base/text.h"
#include "lib/policy/decide.h"

/* What a scope may name. Items of one kind are alternatives; every kind that is
 * named must match. */
enum override_kind {
	OVERRIDE_DKIM,	  /* "list.example": it or a name below */
	OVERRIDE_SPF,	  /* likewise */
	OVERRIDE_HOST,	  /* likewise */
	OVERRIDE_NETWORK, /* "192.0.2.0/24" */
	OVERRIDE_FROM,	  /* "a.example"; ".example": it and all below */
	OVERRIDE_RCPT,	  /* likewise; "ann@a.example" */
	OVERRIDE_KINDS,
};

#define OVERRIDE_PERMANENT INT64_MAX

struct override {
	const char *name;
	const char *path;			/* of the file it stands in */
	int line;				/* of it, near its begin */
	struct text_list scope[OVERRIDE_KINDS]; /* each sorted */
	enum disposition action;		/* NONE, QUARANTINE or REJECT */
	enum override_type reason;
	int64_t end_s; /* applies before; or OVERRIDE_PERMANENT */
	bool is_unless_indirect;
	bool is_unsafe;
	const char *owner;
	const char *why;
};

/* What a search looks at. */
struct override_facts {
	enum dmarc_result result;
	enum indirect indirect;
	bool is_acted_on; /* where no policy asks for it: something is done
			     all the same (decide_acts_unasked()) */
	const char *author_domain; /* NULL: no single Author Domain */
	const struct net_address *client;
	const struct evidence *evidence;
	/* Of recipients that the same overrides name: the items (recipients.h);
	 * or, of recorded mail, the names of those overrides. */
	const struct text_list *rcpt_items;
	const struct text_list *rcpt_rules;
	/* Look for none that is milder. */
	enum disposition at_least;
};

#endif
