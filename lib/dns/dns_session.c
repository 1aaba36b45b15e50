/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dns_session.c - what one message asks
 *
 * Holds the memo of answers, the order of asking and the message's budget.
 * One thread at a time.
 * Tested by test_message_ahead.
 */
#include "lib/dns/dns.h"

#include <assert.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/dns/dns_chain.h"
#include "lib/dns/dns_memory.h"
#include "lib/dns/dns_name.h"
#include "lib/dns/dns_private.h"

/* A question on its way or answered: one block, since there are many. */
struct entry {
	struct dns_question question;
	struct dns_answer answer; /* the question's, once it is asked */
	struct entry *next;	  /* of the same hash */
	char name[];
};

#define BUCKETS 64
#define CHAINS_MAX 8 /* SPF, iprev and the walk have one each */

struct dns_session {
	struct dns *dns;
	const char *author; /* whose mail it is, as far as known; or NULL */
	struct dns_memory *memory; /* or NULL */
	int64_t now_s;		   /* by which it goes */
	int64_t budget_ms;
	int64_t deadline_ms; /* monotonic; 0 before the first wait */
	struct entry *buckets[BUCKETS];
	enum dns_staleness staleness; /* of what was given lately */
	size_t known;		      /* entries, asked or asked ahead */
	size_t count;
	struct dns_question **asked; /* in order; room doubles from 16 */
	size_t chain_count;
	struct dns_chain *chains[CHAINS_MAX];
};

static int end_chains(struct dns_session *session)
{
	for (size_t i = 0; i < session->chain_count; i++)
		dns_chain_end(session->chains[i]);
	return 0;
}

struct dns_session *dns_session_new(TALLOC_CTX *mem, struct dns *dns,
				    int64_t budget_ms)
{
	struct dns_session *session = mem_new(mem, struct dns_session);

	session->dns = dns;
	session->budget_ms = budget_ms;
	return session;
}

void dns_session_set_author(struct dns_session *session, const char *domain)
{
	session->author = mem_strdup(session, domain);
}

void dns_session_use_memory(struct dns_session *session,
			    struct dns_memory *memory, int64_t now_s)
{
	session->memory = memory;
	session->now_s = now_s;
}

static struct entry **find_bucket(struct dns_session *session, const char *name)
{
	unsigned hash = 5381;

	for (const char *c = name; *c != '\0'; c++)
		hash = hash * 33 + (unsigned char)*c;
	return &session->buckets[hash % BUCKETS];
}

static struct entry *find_entry(struct dns_session *session, const char *name,
				enum dns_type type)
{
	struct entry *entry = *find_bucket(session, name);

	while (entry != NULL && (entry->question.type != type ||
				 strcmp(entry->question.name, name) != 0))
		entry = entry->next;
	return entry;
}

static struct entry *add_entry(struct dns_session *session, const char *name,
			       enum dns_type type)
{
	struct entry **bucket = find_bucket(session, name);
	size_t size = strlen(name) + 1;
	struct entry *entry =
	    mem_zeroed(session, sizeof *entry + size, 1, "struct entry");

	memcpy(entry->name, name, size);
	entry->question.name = entry->name;
	entry->question.type = type;
	entry->next = *bucket;
	*bucket = entry;
	session->known++;
	return entry;
}

/* Notes a question to be asked ahead; false when it is not to be. */
static bool note_ahead(struct dns_session *session, const char *name,
		       enum dns_type type)
{
	if (!dns_name_is_askable(name) || session->known >= LIMIT_QUESTIONS ||
	    find_entry(session, name, type) != NULL)
		return false;
	(void)add_entry(session, name, type);
	return true;
}

void dns_session_ask_ahead(struct dns_session *session, const char *name,
			   enum dns_type type)
{
	const struct dns_request request = {name, type, session->author};

	if (note_ahead(session, name, type))
		dns_start(session->dns, &request);
}

void dns_session_ask_ahead_then(struct dns_session *session, const char *name,
				enum dns_type type, struct dns_chain *chain)
{
	if (note_ahead(session, name, type))
		dns_chain_start(chain, name, type);
}

struct dns_chain *dns_session_chain(struct dns_session *session,
				    const struct dns_chain_rules *rules)
{
	struct dns_chain *chain =
	    dns_chain_new(session->dns, session->author, rules);

	assert(session->chain_count < CHAINS_MAX);
	if (session->chain_count == 0)
		talloc_set_destructor(session, end_chains);
	session->chains[session->chain_count++] = chain;
	return chain;
}

static bool has_memory(const struct dns_session *session)
{
	return session->memory != NULL && session->author != NULL;
}

/* For as long as its answer is worth waiting for. */
static int64_t find_deadline(const struct dns_session *session,
			     const struct dns_question *question,
			     int64_t now_ms)
{
	int64_t patience_ms =
	    has_memory(session)
		? dns_memory_patience_ms(session->memory, session->author,
					 question, session->now_s)
		: INT64_MAX;

	return patience_ms < session->deadline_ms - now_ms
		   ? now_ms + patience_ms
		   : session->deadline_ms;
}

/* The budget starts to run here. */
static struct dns_answer wait_for(struct dns_session *session, TALLOC_CTX *mem,
				  const struct dns_question *question)
{
	const struct dns_request request = {question->name, question->type,
					    session->author};
	int64_t now_ms = clock_monotonic_ms(clock_system());

	if (session->deadline_ms == 0)
		session->deadline_ms = now_ms + session->budget_ms;
	return dns_wait(session->dns, mem, &request,
			find_deadline(session, question, now_ms));
}

static void note_asked(struct dns_session *session,
		       struct dns_question *question)
{
	size_t count = session->count;

	if ((count & (count - 1)) == 0 && (count == 0 || count >= 16))
		session->asked =
		    mem_resize(session, session->asked, struct dns_question *,
			       count == 0 ? 16 : 2 * count);
	session->asked[session->count++] = question;
}

static const struct dns_answer *answer_first(struct dns_session *session,
					     struct entry *entry)
{
	struct dns_answer *answer = &entry->answer;
	const char *name = entry->question.name;
	enum dns_type type = entry->question.type;

	if (!dns_find(session->dns, entry, name, type, answer))
		*answer = wait_for(session, entry, &entry->question);
	if (answer->status == DNS_TEMPORARY && !answer->is_unasked &&
	    has_memory(session))
		(void)dns_memory_recall(session->memory, entry, session->author,
					&entry->question, session->now_s,
					answer);
	dns_count_asked(session->dns, answer);
	entry->question.answer = answer;
	entry->question.is_validated = dns_is_validating(session->dns);
	note_asked(session, &entry->question);
	return answer;
}

static const struct dns_answer *
find_answer(struct dns_session *session, const char *name, enum dns_type type)
{
	static const struct dns_answer no_name = {
	    .status = DNS_NXDOMAIN, .ttl_s = LIMIT_NEGATIVE_TTL_S};
	static const struct dns_answer too_many = {.status = DNS_TEMPORARY};

	if (!dns_name_is_askable(name))
		return &no_name;
	struct entry *entry = find_entry(session, name, type);
	if (entry != NULL && entry->question.answer != NULL)
		return entry->question.answer;
	if (session->count >= LIMIT_QUESTIONS)
		return &too_many;
	if (entry == NULL)
		entry = add_entry(session, name, type);
	return answer_first(session, entry);
}

const struct dns_answer *dns_session_ask(struct dns_session *session,
					 const char *name, enum dns_type type)
{
	const struct dns_answer *answer = find_answer(session, name, type);

	if (answer->staleness > session->staleness)
		session->staleness = answer->staleness;
	return answer;
}

enum dns_staleness dns_session_take_staleness(struct dns_session *session)
{
	enum dns_staleness staleness = session->staleness;

	session->staleness = DNS_FRESH;
	return staleness;
}

size_t dns_session_count(const struct dns_session *session)
{
	return session->count;
}

const struct dns_question *
dns_session_question(const struct dns_session *session, size_t index)
{
	return session->asked[index];
}
