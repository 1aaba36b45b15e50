/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_path_credit.c - what a path is worth, and why no more
 * Tested by test_store_paths.
 */
#include "lib/store/store_path_credit.h"

#include <stdlib.h>

#include "lib/base/limits.h"
#include "lib/store/store_path.h"

#define WITNESSES 16 /* of a key: enough to find one that is another's */

/* --- what is judged --- */

static bool is_seen(int64_t last_day, int64_t day)
{
	return last_day != 0 && last_day <= day + 1 &&
	       last_day + STORE_PATH_DAYS >= day;
}

enum store_path_lack store_path_judge(const struct store_path_figures *figures,
				      int64_t day)
{
	int64_t all = figures->passed + figures->failed;

	if (figures->last_day > day + 1)
		return STORE_PATH_AHEAD;
	if (figures->last_day != 0 && !is_seen(figures->last_day, day))
		return STORE_PATH_GONE;
	if (figures->spf_domains >= STORE_PATH_SHARED)
		return STORE_PATH_IS_SHARED;
	if (figures->failed * STORE_PATH_FAILED_ONE_IN >= all &&
	    figures->failed > 0)
		return STORE_PATH_FAILS;
	if (figures->authors >= STORE_PATH_FAILING)
		return STORE_PATH_FAILS_MANY;
	if (figures->credit == 0)
		return STORE_PATH_UNSEEN;
	if (figures->orgs < figures->wanted_orgs)
		return STORE_PATH_FEW;
	if (figures->days < STORE_PATH_PASSING ||
	    figures->first_day + STORE_PATH_STANDING > day)
		return STORE_PATH_NEW;
	return STORE_PATH_LACKS_NOTHING;
}

/* The most authors that failed on one day of the last month. */
static int64_t worst_authors(const struct store_path *client, int64_t day)
{
	bool is_recent = client->worst_day + STORE_PATH_HALVED >= day;
	int64_t worst = is_recent ? client->worst : 0;

	return client->authors > worst && client->failed_day >= day - 1
		   ? client->authors
		   : worst;
}

struct store_path_figures store_path_figures_of(const struct store_path *client,
						const struct store_path *path,
						int64_t day)
{
	bool is_client = path->kind == STORE_PATH_CLIENT;

	return (struct store_path_figures){
	    .spf_domains = client->spf_domains,
	    .passed = (int64_t)client->spf + client->dkim,
	    .failed = client->failed,
	    .authors = worst_authors(client, day),
	    .credit = path->credit,
	    .orgs = is_client ? path->orgs : 1,
	    .wanted_orgs = is_client ? STORE_PATH_ORGS : 1,
	    .first_day = path->credit_first,
	    .last_day =
		path->credit_last != 0 ? path->credit_last : path->last_day,
	    .days = path->credit_days,
	};
}

enum store_path_lack store_path_lack(const struct store_path *client,
				     const struct store_path *path, int64_t day)
{
	if (client == NULL || path == NULL)
		return STORE_PATH_LACKS_CLIENT;
	struct store_path_figures figures =
	    store_path_figures_of(client, path, day);
	return store_path_judge(&figures, day);
}

static const struct {
	const char *text;
	const char *words;
} lacks[STORE_PATH_LACKS] =
    {
	[STORE_PATH_LACKS_NOTHING] = {"none", "it has credit"},
	[STORE_PATH_LACKS_CLIENT] = {"client",
				     "nothing is known of its client any more"},
	[STORE_PATH_AHEAD] = {"clock",
			      "it was noted by a clock that was ahead"},
	[STORE_PATH_GONE] = {"gone", "it was not seen for " LIMIT_WORD(
					 STORE_PATH_DAYS) " days"},
	[STORE_PATH_IS_SHARED] =
	    {"shared",
	     LIMIT_WORD(STORE_PATH_SHARED) " domains or more pass SPF "
					   "from its client: a "
					   "shared sender"},
	[STORE_PATH_FAILS] =
	    {"failing", "a quarter or more of what its client sends fails"},
	[STORE_PATH_FAILS_MANY] = {"authors",
				   LIMIT_WORD(
				       STORE_PATH_FAILING) " authors or "
							   "more failed "
							   "from its client "
							   "on one day"},
	[STORE_PATH_UNSEEN] =
	    {"unseen", "no signature that came by it also passed direct, "
		       "with aligned SPF, from another network"},
	[STORE_PATH_FEW] = {"few",
			    "mail of fewer than " LIMIT_WORD(
				STORE_PATH_ORGS) " organizations has credit "
						 "there"},
	[STORE_PATH_NEW] =
	    {
		"new", "it is not known for " LIMIT_WORD(STORE_PATH_STANDING) " days, on " LIMIT_WORD(
			   STORE_PATH_PASSING) " of which mail passed"},
};

const char *store_path_lack_text(enum store_path_lack lack)
{
	return lacks[lack].text;
}

const char *store_path_lack_words(enum store_path_lack lack)
{
	return lacks[lack].words;
}

/* --- settling --- */

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* A client's paths together, its own first; within them those of one
 * organization. */
static int by_client(const void *first, const void *second)
{
	const struct store_path *a = *(struct store_path *const *)first;
	const struct store_path *b = *(struct store_path *const *)second;
	int order = compare_numbers(a->client, b->client);

	if (order == 0)
		order = (a->kind != STORE_PATH_CLIENT) -
			(b->kind != STORE_PATH_CLIENT);
	if (order == 0)
		order = compare_numbers(a->org, b->org);
	return order == 0 ? compare_numbers(a->number, b->number) : order;
}

/* Keys together, each key's paths in one order whatever the table's is. */
static int by_key(const void *first, const void *second)
{
	const struct store_path *a = *(struct store_path *const *)first;
	const struct store_path *b = *(struct store_path *const *)second;
	int order = (a->kind != STORE_PATH_KEY) - (b->kind != STORE_PATH_KEY);

	if (order == 0)
		order = compare_numbers(a->subject, b->subject);
	return order == 0 ? compare_numbers(a->number, b->number) : order;
}

/* How many paths from here on are of the same client. */
static size_t client_length(struct store_path **paths, size_t count)
{
	size_t length = 1;

	while (length < count && paths[length]->client == paths[0]->client)
		length++;
	return length;
}

static bool has_spf(const struct store_path *path, uint16_t day)
{
	return (path->kind == STORE_PATH_AUTHOR ||
		path->kind == STORE_PATH_SPF) &&
	       path->spf > 0 && is_seen(path->last_day, day);
}

/* Organizations that pass SPF there; neighbours are of one. */
static void mark_shared(struct store_path **paths, size_t count, uint16_t day)
{
	const struct store_path *last = NULL;
	uint16_t domains = 0;

	for (size_t i = 0; i < count && domains < STORE_PATH_SHARED; i++) {
		if (!has_spf(paths[i], day) ||
		    (last != NULL && last->org == paths[i]->org))
			continue;
		domains++;
		last = paths[i];
	}
	for (size_t i = 0; i < count; i++) {
		paths[i]->spf_domains = domains;
		paths[i]->is_shared = domains >= STORE_PATH_SHARED;
		paths[i]->is_counted = false;
		paths[i]->credit = 0;
		paths[i]->orgs = paths[i]->credit_first = 0;
		paths[i]->credit_last = paths[i]->credit_days = 0;
	}
}

static bool is_witness(const struct store_path *path, uint16_t day)
{
	return path->spf > 0 && !path->is_shared &&
	       is_seen(path->last_day, day);
}

/* Of the paths of one key: those that came by a signature alone, where another
 * client of another network sent with it directly. */
static void count_key(struct store_path **paths, size_t count, uint16_t day)
{
	const struct store_path *witnesses[WITNESSES];
	size_t found = 0;

	for (size_t i = 0; i < count && found < WITNESSES; i++) {
		if (is_witness(paths[i], day))
			witnesses[found++] = paths[i];
	}
	for (size_t i = 0; i < count; i++) {
		struct store_path *path = paths[i];
		for (size_t k = 0; path->dkim > 0 && k < found; k++) {
			if (witnesses[k]->client != path->client &&
			    witnesses[k]->network != path->network)
				path->is_counted = true;
		}
	}
}

static void add_credit(struct store_path *to, const struct store_path *key)
{
	uint32_t room = UINT32_MAX - to->credit;

	to->credit += key->dkim < room ? key->dkim : room;
	if (to->credit_first == 0 || key->first_day < to->credit_first)
		to->credit_first = key->first_day;
	if (key->last_day > to->credit_last)
		to->credit_last = key->last_day;
	if (key->days > to->credit_days)
		to->credit_days = key->days;
}

/* Of one organization's paths through one client: what its keys are worth goes
 * to its author and to the client, where they are known. */
static void give_credit(struct store_path **paths, size_t count,
			struct store_path *client)
{
	struct store_path *author = NULL;
	bool is_credited = false;

	for (size_t i = 0; i < count && author == NULL; i++) {
		if (paths[i]->kind == STORE_PATH_AUTHOR)
			author = paths[i];
	}
	for (size_t i = 0; i < count; i++) {
		if (paths[i]->kind != STORE_PATH_KEY || !paths[i]->is_counted)
			continue;
		is_credited = true;
		if (author != NULL)
			add_credit(author, paths[i]);
		if (client != NULL)
			add_credit(client, paths[i]);
	}
	if (client != NULL && is_credited)
		client->orgs++;
}

/* All paths of a client, which stands first where it is known. */
static void give_credits(struct store_path **paths, size_t count)
{
	struct store_path *client =
	    paths[0]->kind == STORE_PATH_CLIENT ? paths[0] : NULL;
	size_t length;

	for (size_t i = client == NULL ? 0 : 1; i < count; i += length) {
		length = 1;
		while (i + length < count &&
		       paths[i + length]->org == paths[i]->org)
			length++;
		give_credit(&paths[i], length, client);
	}
}

/* All paths by one key. */
static size_t key_length(struct store_path **paths, size_t count)
{
	size_t length = 1;

	while (length < count && paths[length]->kind == STORE_PATH_KEY &&
	       paths[length]->subject == paths[0]->subject)
		length++;
	return length;
}

void store_path_settle(struct store_path **paths, size_t count, uint16_t day)
{
	size_t length;

	qsort(paths, count, sizeof *paths, by_client);
	for (size_t i = 0; i < count; i += length) {
		length = client_length(&paths[i], count - i);
		mark_shared(&paths[i], length, day);
	}
	qsort(paths, count, sizeof *paths, by_key);
	for (size_t i = 0; i < count && paths[i]->kind == STORE_PATH_KEY;
	     i += length) {
		length = key_length(&paths[i], count - i);
		count_key(&paths[i], length, day);
	}
	qsort(paths, count, sizeof *paths, by_client);
	for (size_t i = 0; i < count; i += length) {
		length = client_length(&paths[i], count - i);
		give_credits(&paths[i], length);
	}
}
