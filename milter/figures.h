/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_FIGURES_H
#define MILTER_FIGURES_H

/*
 * figures - the daemon's state at one moment, as numbers
 *
 * What is not counted event by event (milter/metrics.h) but asked of those who
 * know: DNS, the store, the gate, the configuration, the overrides, the
 * kernel. One table says how each is shown.
 */

#include "lib/auth/key_cache.h"
#include "lib/base/strbuf.h"
#include "milter/process_figures.h"
#include "milter/service.h"

/* Of overrides: "soon". */
#define OVERRIDE_ENDS_SOON_S (14 * 86400)

struct override_figures {
	uint64_t count;
	uint64_t expired;
	uint64_t ending;     /* within OVERRIDE_ENDS_SOON_S */
	uint64_t next_end_s; /* of those that apply; 0: none has an end */
};

struct figures {
	uint64_t connections; /* now, as the next two */
	uint64_t connections_max;
	uint64_t begun;
	uint64_t evaluating;
	uint64_t evaluating_max;
	uint64_t longest_wait_ms;
	uint64_t is_enforcing;
	uint64_t mode_since_s;
	uint64_t started_s;
	uint64_t is_reload_good;
	uint64_t taken_s; /* the configuration in force */
	struct override_figures overrides;
	struct dns_statistics dns;
	struct key_cache_statistics keys;
	struct store_statistics store; /* zeros where there is none */
	struct sightings_statistics sightings;
	struct hold_statistics holds;
	struct process_figures process;
};

/* Any thread. Takes the locks of those it asks, each for a moment; goes over
 * all overrides. */
void figures_read(struct service *service, int64_t now_s,
		  struct figures *figures);

/* All of them in Prometheus's text format. */
void figures_write(struct strbuf *page, const struct figures *figures);

#endif
