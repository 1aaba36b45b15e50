/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tree.c - DNS Tree Walk, Organizational Domain, policy discovery
 *
 * RFC 9989 4.10 (the walk), 4.10.2 (Organizational Domain), 4.10.1 (discovery),
 * 3.2.13 (existence). A walk is first recorded step by step; what follows from
 * it is decided afterwards, without DNS. Method psl (RFC 7489 6.6.3) walks two
 * steps at most: the Author Domain and its Organizational Domain.
 */
#include "lib/dmarc/tree.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/base/suffix.h"
#include "lib/dns/dns_chain.h"

/* One name that was asked. */
struct step {
	const char *name; /* without "_dmarc." */
	enum dns_status status;
	const struct record *record; /* the only one there; or NULL */
};

struct walk {
	TALLOC_CTX *mem;
	struct dns_session *session;
	bool is_complete; /* every lookup gave an answer */
	size_t count;
	struct step steps[LIMIT_TREE_QUERIES];
	const char *comment;
};

static void add_comment(struct walk *walk, const char *words, const char *name)
{
	const char *more = mem_printf(walk->mem, "%s %s", words, name);

	walk->comment = walk->comment == NULL ? more
					      : mem_printf(walk->mem, "%s, %s",
							   walk->comment, more);
}

static const char *record_name(TALLOC_CTX *mem, const char *domain)
{
	static const char prefix[] = "_dmarc.";
	size_t above = sizeof prefix - 1;
	size_t length = strlen(domain);
	char *name = mem_array(mem, char, above + length + 1);

	memcpy(name, prefix, above);
	memcpy(name + above, domain, length);
	return name;
}

/* The walk's name after `name`; NULL at the end (RFC 9989 4.10 steps 3 to 5).
 * Only a start name can have eight labels or more. */
static const char *next_name(const char *name)
{
	return domain_label_count(name) < LIMIT_TREE_QUERIES
		   ? domain_parent(name)
		   : domain_suffix(name, LIMIT_TREE_QUERIES - 1);
}

/* The one DMARC record of an answer. Several are none (4.10 step 2). */
static const struct record *only_record(struct walk *walk, const char *name,
					const struct dns_answer *answer)
{
	struct span found = span_of("");
	size_t count = 0;

	for (size_t i = 0; i < answer->count; i++) {
		struct span text = span_make(answer->records[i].text,
					     answer->records[i].length);
		if (!record_has_version(text))
			continue;
		found = text;
		count++;
	}
	if (count > 1)
		add_comment(walk, "several records at", name);
	return count == 1 ? record_parse(walk->mem, found) : NULL;
}

/* Asks one name; false when the answer did not come. */
static bool take_step(struct walk *walk, const char *domain)
{
	const char *name = record_name(walk->mem, domain);
	const struct dns_answer *answer =
	    dns_session_ask(walk->session, name, DNS_TXT);

	if (answer->status == DNS_TEMPORARY || answer->status == DNS_BOGUS) {
		add_comment(walk, "no answer for", name);
		walk->is_complete = false;
		return false;
	}
	walk->steps[walk->count++] = (struct step){
	    .name = domain,
	    .status = answer->status,
	    .record = only_record(walk, name, answer),
	};
	return true;
}

static struct walk walk_new(TALLOC_CTX *mem, struct dns_session *session)
{
	return (struct walk){
	    .mem = mem, .session = session, .is_complete = true};
}

static const struct step *last_step(const struct walk *walk)
{
	return &walk->steps[walk->count - 1];
}

static bool is_end_of_walk(const struct step *step)
{
	return step->record != NULL && step->record->psd != PSD_UNKNOWN;
}

/* A lookup that fails may hide a psd=n or the Organizational Domain itself, so
 * nothing above it can be used. */
static struct walk walk_tree(TALLOC_CTX *mem, struct dns_session *session,
			     const char *start)
{
	struct walk walk = walk_new(mem, session);

	for (const char *name = start; name != NULL; name = next_name(name)) {
		if (!take_step(&walk, name) || is_end_of_walk(last_step(&walk)))
			break;
	}
	return walk;
}

/* A top-level domain that publishes a record without psd would become the
 * Organizational Domain of all its registrants (RFC 9989 11.8). */
static bool is_struck(const struct step *step)
{
	return domain_parent(step->name) == NULL &&
	       step->record->psd == PSD_UNKNOWN;
}

/* RFC 9989 4.10.2. psd=y and psd=n end a walk, so only its last step has one;
 * otherwise the shortest name with a record is it. */
static const char *walk_org_domain(struct walk *walk, const char *start)
{
	const char *org = start;

	for (size_t i = 0; i < walk->count; i++) {
		const struct step *step = &walk->steps[i];
		if (step->record == NULL || step->name == start)
			continue;
		if (step->record->psd == PSD_YES)
			return domain_suffix(
			    start, domain_label_count(step->name) + 1);
		if (is_struck(step))
			add_comment(walk,
				    "not used: the record at the "
				    "top-level domain",
				    step->name);
		else
			org = step->name;
	}
	return org;
}

static const struct step *step_of(const struct walk *walk, const char *name)
{
	for (size_t i = 0; i < walk->count; i++) {
		if (domain_equals(walk->steps[i].name, name))
			return &walk->steps[i];
	}
	return NULL;
}

/* Author Domain, else Organizational Domain, else PSD (4.10.1). Names between
 * the first two have no say. */
static const struct step *policy_step(const struct walk *walk, const char *org)
{
	const struct step *author = &walk->steps[0];
	const struct step *at_org = step_of(walk, org);
	const struct step *last = last_step(walk);

	if (author->record != NULL)
		return author;
	if (at_org != NULL && at_org->record != NULL)
		return at_org;
	if (last->record != NULL && last->record->psd == PSD_YES)
		return last;
	return NULL;
}

static enum request inherited_policy(const struct record *record)
{
	return record->sp == REQUEST_ABSENT ? record->p : record->sp;
}

/* Would np give another policy than sp or p? */
static bool does_np_matter(const struct record *record)
{
	return record->np != REQUEST_ABSENT &&
	       record->np != inherited_policy(record);
}

/*
 * Does the Author Domain exist (3.2.13)? An answer for `_dmarc.X` that is not
 * NXDOMAIN says that X does (RFC 8020); otherwise X itself is asked, for type
 * A: NXDOMAIN does not depend on the type.
 */
static bool find_existence(struct walk *walk, const char *author,
			   enum existence *exists)
{
	if (walk->steps[0].status != DNS_NXDOMAIN) {
		*exists = EXISTENCE_YES;
		return true;
	}
	enum dns_status status =
	    dns_session_ask(walk->session, author, DNS_A)->status;
	if (status == DNS_TEMPORARY || status == DNS_BOGUS) {
		add_comment(walk, "no answer for", author);
		return false;
	}
	*exists = status == DNS_NXDOMAIN ? EXISTENCE_NO : EXISTENCE_YES;
	return true;
}

/* What follows from a walk whose first step, the Author Domain, was answered.
 * With a record there the rest of the walk is not needed for the policy, and
 * the existence of the name is not in question. */
static void use_walk(struct walk *walk, const char *author,
		     struct discovery *found)
{
	const struct step *step = policy_step(
	    walk, found->org_domain == NULL ? author : found->org_domain);

	found->is_complete = walk->is_complete || walk->steps[0].record != NULL;
	if (!found->is_complete || step == NULL)
		return;
	found->policy_domain = step->name;
	found->record = step->record;
	if (does_np_matter(step->record))
		found->is_complete =
		    find_existence(walk, author, &found->author_exists);
}

static struct discovery
discover_walk(TALLOC_CTX *mem, struct dns_session *session, const char *author)
{
	struct discovery found = {0};
	struct walk walk = walk_tree(mem, session, author);

	if (walk.is_complete)
		found.org_domain = walk_org_domain(&walk, author);
	if (walk.count > 0)
		use_walk(&walk, author, &found);
	found.comment = walk.comment;
	return found;
}

static struct discovery
discover_psl(TALLOC_CTX *mem, struct dns_session *session, const char *author)
{
	struct discovery found = {.org_domain = suffix_registrable(author)};
	struct walk walk = walk_new(mem, session);

	if (take_step(&walk, author)) {
		if (walk.steps[0].record == NULL &&
		    !domain_equals(found.org_domain, author))
			(void)take_step(&walk, found.org_domain);
		use_walk(&walk, author, &found);
	}
	found.comment = walk.comment;
	return found;
}

/* Whether the author exists matters once a record above it has np. */
static void follow(struct dns_chain *chain, const struct dns_question *question,
		   const void *state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const struct dns_answer *answer = question->answer;
	const char *author = state;

	for (size_t i = 0; i < answer->count; i++) {
		struct span text = span_make(answer->records[i].text,
					     answer->records[i].length);
		if (record_has_version(text) &&
		    does_np_matter(record_parse(mem, text)) &&
		    !domain_equals(domain_parent(question->name), author))
			dns_chain_ask(chain, author, DNS_A);
	}
	mem_free(mem);
}

/* The name whose record is asked for after that of `name`; or NULL. */
static const char *name_ahead(enum tree_method method, const char *author,
			      const char *name)
{
	if (method == TREE_WALK)
		return next_name(name);
	const char *org = suffix_registrable(author);
	return name == author && !domain_equals(org, author) ? org : NULL;
}

void tree_ask_ahead(struct dns_session *session, enum tree_method method,
		    const char *author)
{
	TALLOC_CTX *mem = mem_context(session);
	const struct dns_chain_rules rules = {
	    .follow = follow,
	    .state = author,
	    .state_size = strlen(author) + 1,
	    .leaves = 1,
	};
	struct dns_chain *chain = dns_session_chain(session, &rules);

	for (const char *name = author; name != NULL;
	     name = name_ahead(method, author, name))
		dns_session_ask_ahead_then(session, record_name(mem, name),
					   DNS_TXT, chain);
	mem_free(mem);
}

void tree_ask_ahead_identifier(struct dns_session *session,
			       enum tree_method method, const char *author,
			       const char *identifier)
{
	if (method != TREE_WALK || domain_equals(identifier, author) ||
	    !domain_is_below(identifier, suffix_registrable(author)))
		return;
	TALLOC_CTX *mem = mem_context(session);
	for (const char *name = identifier; name != NULL;
	     name = next_name(name))
		dns_session_ask_ahead(session, record_name(mem, name), DNS_TXT);
	mem_free(mem);
}

struct discovery tree_discover(TALLOC_CTX *mem, struct dns_session *session,
			       enum tree_method method, const char *author)
{
	const char *name = mem_strdup(mem, author); /* the answer points in */

	return method == TREE_PSL ? discover_psl(mem, session, name)
				  : discover_walk(mem, session, name);
}

const char *tree_org_domain(TALLOC_CTX *mem, struct dns_session *session,
			    enum tree_method method, const char *domain)
{
	const char *name = mem_strdup(mem, domain); /* the answer points in */

	if (method == TREE_PSL)
		return suffix_registrable(name);
	struct walk walk = walk_tree(mem, session, name);
	return walk.is_complete ? walk_org_domain(&walk, name) : NULL;
}

enum request tree_policy(const struct discovery *found, const char *author)
{
	const struct record *record = found->record;

	if (record == NULL || !record->is_usable)
		return REQUEST_ABSENT;
	if (domain_equals(found->policy_domain, author))
		return record->p;
	if (found->author_exists == EXISTENCE_NO &&
	    record->np != REQUEST_ABSENT)
		return record->np;
	return inherited_policy(record);
}

const char *tree_method_text(enum tree_method method)
{
	return method == TREE_PSL ? "psl" : "treewalk";
}
