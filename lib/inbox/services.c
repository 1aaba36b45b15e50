/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * services.c - which known service a source is
 * Tested by test_alignctl_inbox_says.
 */
#include "lib/inbox/services.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/domain.h"
#include "lib/base/file_read.h"
#include "lib/base/limits.h"

/* What a service is known by: a network, or a domain. */
struct known_by {
	const char *name;
	const char *domain; /* NULL: the network */
	struct net_block block;
};

struct inbox_services {
	enum inbox_known_by by;
	size_t count;
	size_t room;
	struct known_by *items;
};

static void add_known(struct inbox_services *services, struct known_by known)
{
	if (services->count == services->room) {
		services->room = services->room == 0 ? 64 : services->room * 2;
		services->items = mem_resize(services, services->items,
					     struct known_by, services->room);
	}
	services->items[services->count++] = known;
}

static bool is_network(struct span word)
{
	return memchr(word.data, '/', word.length) != NULL ||
	       memchr(word.data, ':', word.length) != NULL;
}

static bool add_word(struct inbox_services *services, const char *name,
		     struct span word, struct error *err)
{
	struct known_by known = {.name = name};

	if (services->by != INBOX_BY_DOMAIN && is_network(word)) {
		const char *text =
		    mem_strndup(services, word.data, word.length);
		if (!net_block_parse(text, &known.block, err))
			return false;
	} else {
		known.domain = domain_normalize(services, word);
		if (known.domain == NULL)
			return error_set(
			    err, ERROR_CONFIG, "\"%.*s\" is %s",
			    (int)(word.length < 60 ? word.length : 60),
			    word.data,
			    services->by == INBOX_BY_DOMAIN
				? "no domain"
				: "neither a domain nor a network");
	}
	add_known(services, known);
	return true;
}

/* "NAME = word word" */
static bool add_line(struct inbox_services *services, struct span line,
		     struct error *err)
{
	struct span name;
	struct span rest;
	struct span word;

	if (!span_cut(line, '=', &name, &rest) || span_trim(name).length == 0 ||
	    !text_is_line(span_trim(name)))
		return error_set(
		    err, ERROR_CONFIG,
		    "nothing is named (allowed: NAME = a "
		    "domain%s, and more of these)",
		    services->by == INBOX_BY_DOMAIN ? "" : " or a network");
	name = span_trim(name);
	const char *kept = mem_strndup(services, name.data, name.length);
	for (rest = span_trim(rest); rest.length > 0; rest = span_trim(rest)) {
		size_t length = 0;
		while (length < rest.length &&
		       !ascii_is_blank(rest.data[length]))
			length++;
		word = span_make(rest.data, length);
		rest = span_from(rest, length);
		if (!add_word(services, kept, word, err))
			return false;
	}
	return true;
}

static bool add_lines(struct inbox_services *services, const char *path,
		      struct span file, struct error *err)
{
	struct span line;
	struct span comment;

	for (size_t number = 1; file.length > 0; number++) {
		(void)span_cut(file, '\n', &line, &file);
		(void)span_cut(line, '#', &line, &comment);
		line = span_trim(line);
		if (line.length > 0 && !add_line(services, line, err))
			return error_wrap(err, "%.100s:%zu", path, number);
	}
	return true;
}

bool inbox_services_load(TALLOC_CTX *mem, const char *path,
			 enum inbox_known_by by,
			 struct inbox_services **services, struct error *err)
{
	struct inbox_services *made = mem_new(mem, struct inbox_services);
	struct span file = span_make("", 0);

	made->by = by;
	if (*path != '\0' && (access(path, F_OK) == 0 || errno != ENOENT) &&
	    !file_read(made, path, LIMIT_CONFIG_BYTES, &file, err))
		return false;
	if (!add_lines(made, path, file, err))
		return false;
	*services = made;
	return true;
}

/* --- asking --- */

static bool is_at(const char *name, const char *domain)
{
	return strcmp(name, domain) == 0 || domain_is_below(name, domain);
}

static bool is_known_by(const struct known_by *known,
			const struct net_address *address, const char *host,
			const struct text_list *domains)
{
	if (known->domain == NULL)
		return net_block_contains(&known->block, address);
	for (size_t i = 0; i < domains->count; i++)
		if (is_at(domains->items[i], known->domain))
			return true;
	return *host != '\0' && is_at(host, known->domain);
}

const char *inbox_services_find(const struct inbox_services *services,
				const char *address, const char *host,
				const struct text_list *domains)
{
	struct net_address parsed = {.family = NET_NONE};

	(void)net_address_parse(address, &parsed);
	for (size_t i = 0; i < services->count; i++)
		if (is_known_by(&services->items[i], &parsed, host, domains))
			return services->items[i].name;
	return "";
}

const char *inbox_services_of(const struct inbox_services *services,
			      const char *domain)
{
	const struct text_list only = {.count = 1, .items = &domain};

	return inbox_services_find(services, "", "", &only);
}
