/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ENGINES_ENGINES_H
#define ENGINES_ENGINES_H

/*
 * engines - the libraries that others verify with, behind one small door
 *
 * libopendkim, libspf2 and libopendmarc, one adaptor file each, and nobody
 * else includes their headers. They stand here to be compared with, and an
 * operator may select the first two for the daemon. A library gets the message
 * or the identities and says what it makes of them by its own rules: its own
 * canonicalisation, its own parser, its own counting. All DNS goes through the
 * message's session, so that library and alignd see the same answers.
 *
 * One thing is not left to the library: input that it is known not to be safe
 * with is not given to it, and the evidence says so ("not given to libspf2,
 * ..."). What is kept from it stands at the head of each adaptor. More may be
 * unknown: run a library in a process of its own where that must not matter
 * (alignctl compare does).
 *
 * Any thread, unless it is said otherwise.
 */

#include "lib/auth/engine.h"
#include "lib/auth/signatures.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/dmarc/record.h"

#define ENGINE_OPENDKIM "libopendkim"
#define ENGINE_SPF2 "libspf2"
#define ENGINE_OPENDMARC "libopendmarc"

/* --- libopendkim (engine_opendkim.c) --- */

/*
 * With `settings`, those of section dkim apply to what the library found: the
 * daemon counts no signature because of a library that it would not count
 * itself. NULL: what the library says as it comes, for comparing. `clock`
 * outlives the engine.
 */
bool engine_opendkim_new(const struct dkim_settings *settings,
			 const struct clock *clock,
			 const struct dkim_engine **engine, struct error *err)
    __attribute__((warn_unused_result));
void engine_opendkim_free(const struct dkim_engine *engine); /* NULL is fine */

/* --- libspf2 (engine_spf2.c) --- */

/* libspf2 counts by itself: spf.term_limit and spf.void_limit do not reach
 * it. */
extern const struct spf_engine engine_spf2;

/* --- libopendmarc (engine_opendmarc.c) --- */

/* A domain that was checked, and what came of it. */
struct engine_identifier {
	const char *domain;
	const char *selector; /* DKIM */
	enum auth_result result;
};

/* What libopendmarc judges. Domains are in domain.h's inner form. */
struct engine_dmarc_facts {
	struct net_address client;
	const char *author_domain;
	const char *policy_domain;    /* where the record stands */
	const char *record;	      /* as published; NULL: none */
	struct engine_identifier spf; /* domain NULL: nothing was checked */
	bool is_helo;
	size_t signature_count;
	const struct engine_identifier *signatures;
};

/* `result` is pass, fail, none (no policy) or permerror (the library refuses
 * the record; `reason`, a constant text, says why). `asked` is the policy it
 * would enforce; absent unless fail. */
struct engine_dmarc_opinion {
	enum auth_result result;
	enum request asked;
	const char *reason;
};

/* One thread at a time, and only in a process that ends soon: the list of
 * public suffixes that the library aligns by is process-wide. It is read from
 * `suffixes` at the first call; NULL: none, which the library takes for "every
 * name is an organizational domain". */
struct engine_dmarc_opinion
engine_opendmarc_ask(const struct engine_dmarc_facts *facts,
		     const char *suffixes);

#endif
