/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_path.c - by which way whose mail comes, as numbers and as texts
 * Tested by test_store_paths.
 */
#include "lib/store/store_path.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/base/suffix.h"
#include "lib/store/store_pair.h"

#define KEY_LABEL "._domainkey."

static const char *const kinds[STORE_PATH_KINDS] = {
    [STORE_PATH_CLIENT] = "client", [STORE_PATH_AUTHOR] = "author",
    [STORE_PATH_KEY] = "key",	    [STORE_PATH_SPF] = "spf",
    [STORE_PATH_ORG] = "org",
};

const char *store_path_kind_text(enum store_path_kind kind)
{
	return kinds[kind];
}

/* --- texts --- */

static bool copy_text(const char *text, char room[STORE_PATH_TEXT])
{
	size_t length = strlen(text);

	if (length == 0 || length >= STORE_PATH_TEXT)
		return false;
	memcpy(room, text, length + 1);
	return true;
}

bool store_path_client(const char *client_ip, const char *client_name,
		       struct store_path_name *name)
{
	struct net_address address;

	if (!net_address_parse(client_ip, &address))
		return false;
	(void)store_network(client_ip, name->network);
	/* "localhost" is nobody's name. */
	if (strchr(client_name, '.') == NULL)
		return copy_text(name->network, name->client);
	return copy_text(suffix_registrable(client_name), name->client);
}

bool store_path_author(const char *author_domain, struct store_path_name *name)
{
	name->kind = STORE_PATH_AUTHOR;
	return author_domain[0] != '\0' &&
	       copy_text(suffix_registrable(author_domain), name->subject);
}

bool store_path_org(const char *author_domain, struct store_path_name *name)
{
	bool is_named = store_path_author(author_domain, name);

	name->kind = STORE_PATH_ORG;
	(void)snprintf(name->client, sizeof name->client, "*");
	return is_named;
}

static bool name_spf(const struct store_tuple *tuple,
		     struct store_path_name *name)
{
	name->kind = STORE_PATH_SPF;
	return tuple->spf_domain[0] != '\0' &&
	       copy_text(suffix_registrable(tuple->spf_domain), name->subject);
}

/* The next aligned signature that passed, from *at on. */
static bool name_key(TALLOC_CTX *mem, const struct json *list, size_t *at,
		     struct store_path_name *name)
{
	name->kind = STORE_PATH_KEY;
	for (; *at < json_count(list); (*at)++) {
		struct json *item = json_item(mem, list, *at);
		const char *domain = json_get_text(item, "domain");
		const char *selector = json_get_text(item, "selector");
		const char *result = json_get_text(item, "result");
		if (domain == NULL || selector == NULL || result == NULL ||
		    strcmp(result, "pass") != 0 ||
		    !json_get_flag(item, "aligned"))
			continue;
		int length = snprintf(name->subject, sizeof name->subject,
				      "%s" KEY_LABEL "%s", selector, domain);
		if (length > 0 && (size_t)length < sizeof name->subject)
			return true;
	}
	return false;
}

struct store_path_name store_path_name(const struct store_tuple *tuple,
				       enum store_path_kind kind, size_t at)
{
	struct store_path_name name = {.kind = kind};
	TALLOC_CTX *mem = mem_context(NULL);
	bool is_known =
	    store_path_client(tuple->client_ip, tuple->client_name, &name);

	if (is_known && kind == STORE_PATH_AUTHOR)
		is_known = store_path_author(tuple->author_domain, &name);
	else if (is_known && kind == STORE_PATH_ORG)
		is_known = store_path_org(tuple->author_domain, &name);
	else if (is_known && kind == STORE_PATH_SPF)
		is_known = name_spf(tuple, &name);
	else if (is_known && kind == STORE_PATH_KEY) {
		struct json *list = json_read(mem, tuple->dkim);
		size_t place = 0;
		is_known = name_key(mem, list, &place, &name);
		for (size_t i = 0; is_known && i < at; i++) {
			place++;
			is_known = name_key(mem, list, &place, &name);
		}
	}
	mem_free(mem);
	name.kind = kind;
	if (!is_known)
		name.client[0] = name.subject[0] = '\0';
	return name;
}

/* --- numbers --- */

static uint64_t number_of(const struct siphash_key *key, const char *text)
{
	struct siphash hash;

	siphash_init(&hash, key);
	siphash_add_text(&hash, text);
	uint64_t number = siphash_end(&hash);
	return number == 0 ? 1 : number;
}

/* Of a path by the numbers of its texts. */
static uint64_t path_of(const struct siphash_key *key,
			enum store_path_kind kind, uint64_t client,
			uint64_t subject)
{
	const uint64_t parts[] = {(uint64_t)kind, client, subject};
	struct siphash hash;

	siphash_init(&hash, key);
	siphash_add(&hash, parts, sizeof parts);
	uint64_t number = siphash_end(&hash);
	return number == 0 ? 1 : number;
}

static const char *org_text(const struct store_path_name *name)
{
	const char *domain = strstr(name->subject, KEY_LABEL);

	return name->kind == STORE_PATH_KEY && domain != NULL
		   ? suffix_registrable(domain + strlen(KEY_LABEL))
		   : name->subject;
}

struct store_path_numbers store_path_numbers(const struct store_path_name *name,
					     const struct siphash_key *key)
{
	struct store_path_numbers numbers = {
	    .client = number_of(key, name->client),
	    .network = number_of(key, name->network),
	    .subject = number_of(key, name->subject),
	};

	numbers.org = name->kind == STORE_PATH_KEY
			  ? number_of(key, org_text(name))
			  : numbers.subject;
	numbers.path =
	    path_of(key, name->kind, numbers.client, numbers.subject);
	return numbers;
}

/* --- what a result says --- */

static enum store_path_way way_of(const struct store_tuple *tuple)
{
	if (strcmp(tuple->dmarc_result, "fail") == 0)
		return STORE_PATH_FAILED;
	if (strcmp(tuple->dmarc_result, "pass") != 0)
		return STORE_PATH_NO_WAY;
	return tuple->is_spf_aligned ? STORE_PATH_BY_SPF : STORE_PATH_BY_DKIM;
}

static void mark_keys(const struct store_tuple *tuple,
		      const struct siphash_key *key,
		      struct store_path_name *name,
		      struct store_path_marks *marks)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct json *list = json_read(mem, tuple->dkim);

	for (size_t at = 0; marks->key_count < STORE_PATH_KEYS &&
			    name_key(mem, list, &at, name);
	     at++)
		marks->keys[marks->key_count++] = store_path_numbers(name, key);
	mem_free(mem);
}

static void mark_spf(const struct store_tuple *tuple,
		     const struct siphash_key *key,
		     struct store_path_name *name,
		     struct store_path_marks *marks)
{
	if (strcmp(tuple->spf_result, "pass") != 0 || !name_spf(tuple, name))
		return;
	marks->spf = store_path_numbers(name, key);
	if (marks->way == STORE_PATH_BY_SPF &&
	    marks->spf.org == marks->author.org)
		marks->spf.path = 0; /* the author's path says it */
}

struct store_path_marks store_path_read(const struct store_tuple *tuple,
					const struct siphash_key *key)
{
	struct store_path_marks marks = {.way = way_of(tuple)};
	struct store_path_name name = {.kind = STORE_PATH_CLIENT};

	if (marks.way == STORE_PATH_NO_WAY ||
	    !store_path_client(tuple->client_ip, tuple->client_name, &name))
		return (struct store_path_marks){.way = STORE_PATH_NO_WAY};
	marks.client = store_path_numbers(&name, key);
	if (!store_path_author(tuple->author_domain, &name))
		return (struct store_path_marks){.way = STORE_PATH_NO_WAY};
	marks.author = store_path_numbers(&name, key);
	marks.is_refused = strcmp(tuple->applied, "reject") == 0 ||
			   strcmp(tuple->applied, "quarantine") == 0;
	mark_spf(tuple, key, &name, &marks);
	if (marks.way == STORE_PATH_FAILED)
		return marks;
	mark_keys(tuple, key, &name, &marks);
	/* Who looks like one of ours does not make himself known by mail that
	 * was kept from people, or marked, for just that. */
	if (strcmp(tuple->applied, "none") == 0 &&
	    store_path_org(tuple->author_domain, &name))
		marks.org = store_path_numbers(&name, key);
	return marks;
}
