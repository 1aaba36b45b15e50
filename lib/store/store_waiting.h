/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_WAITING_H
#define STORE_STORE_WAITING_H

/*
 * store_waiting - what waits for a person, and how the last runs went of what
 * timers start
 *
 * Figures for whoever watches. Any thread; opens the store for reading, and
 * takes as long as going over the index of the incidents since then does.
 */

#include <stdint.h>

#include "lib/base/error.h"
#include "lib/store/store_notice.h"
#include "lib/store/store_reader.h"

struct store_waiting {
	int64_t held;	       /* quarantined, and nobody has acted on them */
	int64_t held_oldest_s; /* the first of them; 0: there is none */
	/* Of `alignctl report send`; 0: there was none. */
	int64_t run_started_s;
	int64_t run_ended_s;
	bool has_run_failed; /* the last one that ended */
	struct store_notice_run digest;
	struct store_notice_run alert;
};

/* Of incidents since then, by a reader; of a fleet's record it is all hosts'.
 */
bool store_waiting_by(struct store_reader *reader, int64_t since_s,
		      struct store_waiting *waiting, struct error *err)
    __attribute__((warn_unused_result));

/* Likewise of a file. */
bool store_waiting_read(const char *path, int64_t since_s,
			struct store_waiting *waiting, struct error *err)
    __attribute__((warn_unused_result));

#endif
