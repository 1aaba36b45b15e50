/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dns_chain.c - questions asked because of what an earlier answer says
 *
 * Held by its session and by each question that is to be followed. What
 * changes in it is atomic; the rest is constant once it is made.
 * Tested by test_message_ahead, test_dns_unbound.
 */
#include "lib/dns/dns_chain.h"

#include <stdatomic.h>
#include <string.h>

#include "lib/dns/dns_name.h"
#include "lib/dns/dns_private.h"

struct dns_chain {
	struct dns *dns;
	dns_follow *follow;
	const char
	    *author; /* whose mail causes it, behind the state; or NULL */
	atomic_uint holders;
	atomic_uint links; /* that may yet be asked */
	atomic_uint leaves;
	atomic_bool has_ended;
	_Alignas(max_align_t) unsigned char state[];
};

struct dns_chain *dns_chain_new(struct dns *dns, const char *author,
				const struct dns_chain_rules *rules)
{
	size_t author_size = author == NULL ? 0 : strlen(author) + 1;
	struct dns_chain *chain =
	    heap_zeroed(sizeof *chain + rules->state_size + author_size, 1);

	chain->dns = dns;
	chain->follow = rules->follow;
	if (author != NULL)
		chain->author = memcpy(chain->state + rules->state_size, author,
				       author_size);
	atomic_init(&chain->holders, 1);
	atomic_init(&chain->links, rules->links);
	atomic_init(&chain->leaves, rules->leaves);
	if (rules->state_size > 0)
		memcpy(chain->state, rules->state, rules->state_size);
	return chain;
}

static void release(struct dns_chain *chain)
{
	if (atomic_fetch_sub(&chain->holders, 1) > 1)
		return;
	heap_free(chain);
}

void dns_chain_end(struct dns_chain *chain)
{
	atomic_store(&chain->has_ended, true);
	release(chain);
}

/* Called once for each dns_start_then that returned true. */
static void arrived(void *context, const struct dns_question *question)
{
	struct dns_chain *chain = context;

	if (question != NULL && !atomic_load(&chain->has_ended))
		chain->follow(chain, question, chain->state);
	release(chain);
}

void dns_chain_start(struct dns_chain *chain, const char *name,
		     enum dns_type type)
{
	const struct dns_request request = {name, type, chain->author};

	(void)atomic_fetch_add(&chain->holders, 1);
	if (!dns_start_then(chain->dns, &request, arrived, chain))
		release(chain);
}

/* Takes one of those left; false when none is. */
static bool take_one(atomic_uint *left)
{
	unsigned now = atomic_load(left);

	while (now > 0) {
		if (atomic_compare_exchange_weak(left, &now, now - 1))
			return true;
	}
	return false;
}

static bool may_ask(struct dns_chain *chain, atomic_uint *left,
		    const char *name)
{
	return !atomic_load(&chain->has_ended) && dns_name_is_askable(name) &&
	       take_one(left);
}

void dns_chain_ask_then(struct dns_chain *chain, const char *name,
			enum dns_type type)
{
	if (may_ask(chain, &chain->links, name))
		dns_chain_start(chain, name, type);
}

void dns_chain_ask(struct dns_chain *chain, const char *name,
		   enum dns_type type)
{
	const struct dns_request request = {name, type, chain->author};

	if (may_ask(chain, &chain->leaves, name))
		dns_start(chain->dns, &request);
}
