/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_POSTURE_TRAFFIC_H
#define TOOLS_POSTURE_TRAFFIC_H

/*
 * traffic - what recorded mail shows of domains
 *
 * Only mail that passed DMARC, since anybody can write anything else: with
 * which keys it was signed, and from which names below a listed domain it came.
 */

#include "lib/posture/facts.h"
#include "tools/tool.h"

struct traffic {
	size_t count; /* sorted by domain; those of which something is known */
	struct posture_traffic *items;
};

/* Of a listed domain; NULL for any other. */
struct posture_traffic *traffic_find(const struct traffic *traffic,
				     const char *domain);

/* Reads the store at `path`; without one nothing is known. Below the tool. */
bool traffic_read(struct tool *tool, const char *path,
		  const struct text_list *domains, struct traffic *traffic,
		  struct error *err) __attribute__((warn_unused_result));

#endif
