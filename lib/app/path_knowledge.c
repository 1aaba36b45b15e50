/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * path_knowledge.c - what the store knows of paths, for the evaluation
 * Tested by test_store_paths.
 */
#include "lib/app/path_knowledge.h"

static bool is_known(void *context, const struct verdict *verdict)
{
	const char *name = verdict->evidence.iprev.name;
	char client_ip[NET_ADDRESS_TEXT];

	return verdict->author.domain != NULL &&
	       store_has_path(
		   context,
		   net_address_text(&verdict->client.address, client_ip),
		   name == NULL ? "" : name, verdict->author.domain,
		   verdict->time_s);
}

static unsigned count_days(void *context, const struct verdict *verdict,
			   bool *is_loaded)
{
	return store_author_days(context, verdict->author.domain,
				 verdict->time_s, is_loaded);
}

struct path_source path_knowledge(struct store *store)
{
	if (store == NULL)
		return (struct path_source){.is_known = NULL};
	return (struct path_source){
	    .is_known = is_known, .author_days = count_days, .context = store};
}
