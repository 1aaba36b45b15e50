/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DNS_DNS_CHAIN_H
#define DNS_DNS_CHAIN_H

/*
 * dns_chain - questions asked because of what an earlier answer says
 *
 * An evaluation asks one name after the other, since each answer decides what
 * is wanted next. A chain runs ahead of it: the moment an answer arrives, its
 * follower reads it and asks for all names the evaluation could want because
 * of it, at once. These questions only fill the cache: nobody waits for them,
 * no session lists them, and they may fail without a trace. So a chain changes
 * how long a verdict takes, never the verdict.
 *
 * Life: a session makes a chain and ends it. An ended chain asks nothing more
 * and calls its follower no more; what is in flight ends in the cache, and
 * the last of it frees the chain. A fixture has every answer at hand: its
 * chains do nothing.
 *
 * Threads: the follower runs where the answer arrives, which is the
 * transport's thread, or the message's own when the cache has the answer; two
 * may run at once, and one may still be running when its message has ended. So
 * all it has is the answer and its constant state, nothing of the message. It
 * holds no lock and must not block.
 *
 * Bounds: `links` and `leaves` of the rules are what may be asked over the
 * chain's whole life, at any depth. Questions ahead take at most half of what
 * may be in flight (dns_quota.h), so that they never keep one from an answer
 * that is waited for.
 *
 * Warm: an answer that the cache has is followed at most once in
 * DNS_FOLLOW_PAUSE_MS, whoever asks for it.
 */

#include <stddef.h>

#include "lib/dns/dns_answer.h"

struct dns;
struct dns_chain;
struct dns_session;

/* Takes an answer, failures too. The question lives as long as the call. */
typedef void dns_follow(struct dns_chain *chain,
			const struct dns_question *question, const void *state);

struct dns_chain_rules {
	dns_follow *follow;
	const void *state; /* copied; given to the follower */
	size_t state_size;
	unsigned links;	 /* questions whose answers are followed in turn */
	unsigned leaves; /* questions whose answers are only kept */
};

/* A chain of the session's; it ends with the session. Eight at most. */
struct dns_chain *dns_session_chain(struct dns_session *session,
				    const struct dns_chain_rules *rules);

/* As dns_session_ask_ahead; the answer is followed. Begins a chain, and so
 * counts neither as link nor as leaf. */
void dns_session_ask_ahead_then(struct dns_session *session, const char *name,
				enum dns_type type, struct dns_chain *chain);

/* --- for followers --- */

/* Asks for a name, following its answer or only keeping it. Past the chain's
 * bounds, and for names that are not askable, nothing happens. */
void dns_chain_ask_then(struct dns_chain *chain, const char *name,
			enum dns_type type);
void dns_chain_ask(struct dns_chain *chain, const char *name,
		   enum dns_type type);

/* --- for sessions --- */

/* A chain that is held once, and the end of that. What it asks is caused by
 * `author`, which is copied; or NULL. */
struct dns_chain *dns_chain_new(struct dns *dns, const char *author,
				const struct dns_chain_rules *rules);
void dns_chain_end(struct dns_chain *chain);

/* Asks the first of a chain's questions, or one of its links. */
void dns_chain_start(struct dns_chain *chain, const char *name,
		     enum dns_type type);

#endif
