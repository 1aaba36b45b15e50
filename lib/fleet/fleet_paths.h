/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FLEET_FLEET_PATHS_H
#define FLEET_FLEET_PATHS_H

/*
 * fleet_paths - known paths of all hosts: brought whole once a day, and summed
 *
 * Of clients and of authors through them (lib/store/store_path.h); what one is
 * worth each host finds by itself, and is not shared.
 */

#include "lib/base/limits.h"
#include "lib/fleet/pg.h"

struct fleet_path {
	int64_t kind; /* enum store_path_kind: client, author */
	const char *client;
	const char *network; /* "" of a sum */
	const char *subject; /* "" of a client */
	int64_t hosts;	     /* of a sum: that have it */
	int64_t spf;
	int64_t dkim;
	int64_t failed;
	int64_t first_day;
	int64_t last_day;
	int64_t days;	  /* of a sum: of the host that has most */
	int64_t broken_s; /* of a sum: the last time; 0: it is not */
	int64_t refused;
	const char *reference; /* of what broke it; "" */
};

struct fleet_path_list {
	size_t count;
	struct fleet_path *items;
};

/* By a host's role: these in place of all that it brought before; at most
 * LIMIT_FLEET_PATHS. */
enum pg_kind fleet_paths_put(struct pg *pg, const struct fleet_path_list *list,
			     struct error *err)
    __attribute__((warn_unused_result));

/* By a reader's role: the sums of hosts that are not removed, those by which
 * most came first, `limit` at most; of that client, network, author ("": any).
 * Texts are hosts' words, below `mem`. */
struct fleet_path_wanted {
	const char *client;
	const char *network;
	const char *author;
	bool is_broken;
	int64_t limit;
};
enum pg_kind fleet_paths_read(TALLOC_CTX *mem, struct pg *pg,
			      const struct fleet_path_wanted *wanted,
			      struct fleet_path_list *list, struct error *err)
    __attribute__((warn_unused_result));

#endif
