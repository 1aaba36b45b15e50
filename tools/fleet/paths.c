/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * paths.c - the known paths of this host go to the fleet, once a day
 *
 * Whole, as they are: what was forgotten or erased here is gone there with the
 * next ones. The first of them go when the forwarder starts. Tested by
 * test_fleet_paths.
 */
#include "tools/fleet/forwarder.h"

#include <string.h>

#include "lib/fleet/fleet_paths.h"
#include "lib/store/store_path_read.h"

#define DAY_S 86400

struct gathered {
	TALLOC_CTX *mem;
	struct fleet_path_list list;
};

static bool see_path(void *context, const struct store_path *path,
		     const struct store_path_name *name, const char *reference)
{
	struct gathered *gathered = context;
	struct fleet_path_list *list = &gathered->list;
	TALLOC_CTX *mem = gathered->mem;

	list->items[list->count++] = (struct fleet_path){
	    .kind = name->kind,
	    .client = mem_strdup(mem, name->client),
	    .network = mem_strdup(mem, name->network),
	    .subject = mem_strdup(mem, name->subject),
	    .spf = path->spf,
	    .dkim = path->dkim,
	    .failed = path->failed,
	    .first_day = path->first_day,
	    .last_day = path->last_day,
	    .days = path->days,
	    .broken_s = path->broken_s,
	    .refused = path->refused,
	    .reference = mem_strdup(mem, reference),
	};
	return list->count < LIMIT_FLEET_PATHS;
}

static bool gather(const struct forwarder *forwarder, struct gathered *gathered,
		   struct error *err)
{
	struct store_reader *reader;

	gathered->list.items =
	    mem_array(gathered->mem, struct fleet_path, LIMIT_FLEET_PATHS);
	return store_reader_open(gathered->mem, forwarder->config->store.sqlite,
				 &reader, err) &&
	       store_paths_foremost(reader, LIMIT_FLEET_PATHS, see_path,
				    gathered, err);
}

/* What PostgreSQL never takes holds nothing up: tomorrow's may be others. */
static bool put(struct forwarder *forwarder, const struct fleet_path_list *list,
		struct error *err)
{
	enum pg_kind kind = fleet_paths_put(forwarder->pg, list, err);

	if (kind != PG_REFUSED)
		return forward_pg(forwarder, kind);
	forward_log("known paths are not taken: %s", err->words);
	return true;
}

bool forward_paths(struct forwarder *forwarder, struct error *err)
{
	int64_t day = forward_now_s(forwarder) / DAY_S;
	struct gathered gathered = {.mem = NULL};

	if (forwarder->paths_day == day)
		return true;
	gathered.mem = mem_context(NULL);
	bool is_done =
	    forward_local(forwarder, gather(forwarder, &gathered, err)) &&
	    put(forwarder, &gathered.list, err);
	mem_free(gathered.mem);
	if (is_done)
		forwarder->paths_day = day;
	return is_done;
}
