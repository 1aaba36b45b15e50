/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * silent_names.c - how long a run has waited for whose DNS
 */
#include "lib/report/send/silent_names.h"

#include <string.h>

#include "lib/base/suffix.h"

#define BUCKETS 4096 /* a run meets some thousand silent names at most */

struct silent_name {
	struct silent_name *next;
	const char *name;
	int64_t spent_ms;
	bool is_answering; /* the last that was asked for */
};

struct silent_names {
	int64_t budget_ms;
	struct silent_name *buckets[BUCKETS];
};

struct silent_names *silent_names_new(TALLOC_CTX *mem, int64_t budget_ms)
{
	struct silent_names *names = mem_new(mem, struct silent_names);

	*names = (struct silent_names){.budget_ms = budget_ms};
	return names;
}

static size_t bucket_of(const char *name)
{
	unsigned hash = 5381;

	for (const char *c = name; *c != '\0'; c++)
		hash = hash * 33 + (unsigned char)*c;
	return hash % BUCKETS;
}

static struct silent_name *find_name(const struct silent_names *names,
				     const char *name)
{
	struct silent_name *found = names->buckets[bucket_of(name)];

	while (found != NULL && strcmp(found->name, name) != 0)
		found = found->next;
	return found;
}

bool silent_names_has(const struct silent_names *names, const char *domain)
{
	const struct silent_name *found =
	    find_name(names, suffix_registrable(domain));

	return found != NULL && found->spent_ms >= names->budget_ms;
}

static struct silent_name *find_or_add(struct silent_names *names,
				       const char *name)
{
	struct silent_name *found = find_name(names, name);

	if (found != NULL)
		return found;
	struct silent_name **bucket = &names->buckets[bucket_of(name)];
	found = mem_new(names, struct silent_name);
	*found = (struct silent_name){.next = *bucket,
				      .name = mem_strdup(found, name)};
	*bucket = found;
	return found;
}

void silent_names_answered(struct silent_names *names, const char *domain)
{
	find_or_add(names, suffix_registrable(domain))->is_answering = true;
}

bool silent_names_is_answering(const struct silent_names *names,
			       const char *domain)
{
	const struct silent_name *found =
	    find_name(names, suffix_registrable(domain));

	return found != NULL && found->is_answering;
}

/* The first that did not answer: a check goes no further. */
void silent_names_charge(struct silent_names *names,
			 const struct dns_session *session, int64_t spent_ms)
{
	for (size_t i = 0; i < dns_session_count(session); i++) {
		const struct dns_question *question =
		    dns_session_question(session, i);
		enum dns_status status = question->answer->status;
		if (status != DNS_TEMPORARY && status != DNS_BOGUS)
			continue;
		struct silent_name *name =
		    find_or_add(names, suffix_registrable(question->name));
		name->spent_ms += spent_ms;
		name->is_answering = false;
		return;
	}
}
