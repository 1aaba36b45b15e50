/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * handle.c - alignctl review: by what an override may know a sender
 *
 * The same handles that lib/policy/override_keys.c offers, in the order in
 * which they are hard to come by: a key, an SPF record, a name, an address.
 */
#include "tools/review/command.h"

#include <string.h>

#include "lib/base/net.h"

/* "localhost", "com": holds everybody, and the overrides file refuses it. */
static const char *usable(const char *domain)
{
	return domain != NULL && strchr(domain, '.') != NULL ? domain : NULL;
}

static const char *signer(TALLOC_CTX *mem,
			  const struct store_incident *incident)
{
	struct json *list = json_read(mem, incident->dkim);

	for (size_t i = 0; list != NULL && i < json_count(list); i++) {
		struct json *item = json_item(mem, list, i);
		const char *result = json_get_text(item, "result");
		const char *domain = usable(json_get_text(item, "domain"));
		if (domain != NULL && result != NULL &&
		    strcmp(result, "pass") == 0)
			return mem_strdup(mem, domain);
	}
	return NULL;
}

static const char *spf_domain(TALLOC_CTX *mem,
			      const struct store_incident *incident)
{
	(void)mem;
	return strcmp(incident->spf_result, "pass") == 0
		   ? usable(incident->spf_domain)
		   : NULL;
}

static const char *host(TALLOC_CTX *mem, const struct store_incident *incident)
{
	(void)mem;
	return usable(incident->client_name);
}

static const char *network(TALLOC_CTX *mem,
			   const struct store_incident *incident)
{
	struct net_address address;

	(void)mem;
	return net_address_parse(incident->client_ip, &address) &&
		       !net_address_is_loopback(&address)
		   ? incident->client_ip
		   : NULL;
}

bool review_find_handle(TALLOC_CTX *mem, const struct store_incident *incident,
			const char *by, struct review_handle *handle)
{
	static const struct {
		const char *setting;
		const char *(*find)(TALLOC_CTX *mem,
				    const struct store_incident *incident);
	} kinds[] = {
	    {"dkim", signer},
	    {"spf", spf_domain},
	    {"host", host},
	    {"network", network},
	};

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (by != NULL && strcmp(by, kinds[i].setting) != 0)
			continue;
		const char *value = kinds[i].find(mem, incident);
		if (value == NULL)
			continue;
		*handle = (struct review_handle){kinds[i].setting, value};
		return true;
	}
	return false;
}
