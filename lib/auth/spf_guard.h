/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_SPF_GUARD_H
#define AUTH_SPF_GUARD_H

/*
 * spf_guard - what one check may ask, and what came of it (RFC 7208 4.6.4)
 *
 * Every question of libspf2 passes here. Terms and void lookups are counted
 * over the whole check, includes and redirects with it; names are cut and
 * checked before they are asked. Once a limit is passed nothing more is asked
 * and every answer is a temporary failure, which makes libspf2 stop; the check
 * is then a permerror, whatever libspf2 says.
 */

#include "lib/auth/spf.h"
#include "lib/auth/spf_rewrite.h"

struct spf_guard {
	TALLOC_CTX *mem;
	struct dns_session *session;
	const struct spf_settings *settings;
	struct spf_values values; /* client_name is the guard's own */
	long terms;		  /* that caused a lookup */
	long voids;	   /* of them, those that found no name or no data */
	bool is_term_void; /* the current term is among them */
	bool is_ptr;	   /* addresses asked for belong to PTR names */
	bool has_fetched;  /* the first record is no term */
	bool is_over_limit;
	const char *reason; /* of the last trouble; NULL for none */
};

enum spf_fetch {
	SPF_FETCH_OK,
	SPF_FETCH_NONE,	     /* no record, or a name that cannot have one */
	SPF_FETCH_PERMERROR, /* several records, bad syntax, over a limit */
	SPF_FETCH_TEMPERROR,
};

/* A guard over a session; everything is made below `mem`. */
void spf_guard_init(struct spf_guard *guard, TALLOC_CTX *mem,
		    struct dns_session *session,
		    const struct spf_settings *settings,
		    const struct spf_values *values);

/* The record of a domain, validated; untouched unless SPF_FETCH_OK. */
enum spf_fetch spf_guard_fetch_record(struct spf_guard *guard,
				      const char *domain,
				      struct spf_record *record);

/* The record of a domain, validated and rewritten for libspf2. `terms` is
 * untouched unless SPF_FETCH_OK. */
enum spf_fetch spf_guard_fetch(struct spf_guard *guard, const char *domain,
			       struct text_list *terms);

/*
 * The answer for a name libspf2 made; `current` is the domain under
 * evaluation. Marks are stripped, names cut, PTR names cut to ten with those
 * in `current` first (RFC 7208 7.3). Never NULL; lives as long as the guard.
 */
const struct dns_answer *spf_guard_lookup(struct spf_guard *guard,
					  const char *name, enum dns_type type,
					  const char *current);

#endif
