/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_WAITING_H
#define MILTER_WAITING_H

/*
 * waiting - what waits in the store, asked now and then
 *
 * Nothing that messages need: held mail that nobody has looked at, and runs of
 * reports, digests and alerts, which are another program's. The store is asked when somebody scrapes
 * the metrics, and once in five minutes at most. One thread's.
 */

#include "lib/app/config.h"
#include "lib/store/store_waiting.h"

#define WAITING_ASKED_S 300

struct waiting {
	int64_t asked_s; /* 0: never */
	struct store_waiting found;
};

/* As it was then. What does not apply is 0: held mail where quarantined mail is
 * not held, runs where no reports are sent or nobody is told. A store that cannot be read leaves
 * what was found before. */
struct store_waiting waiting_ask(struct waiting *waiting,
				 const struct config *config, int64_t now_s);

#endif
