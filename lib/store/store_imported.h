/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_IMPORTED_H
#define STORE_STORE_IMPORTED_H

/*
 * store_imported - what another filter refused or held, from its counters
 *
 * Imported messages (store_import.h) are no incidents: what is known of them is
 * their tuples. Here those that were stopped are added up by author domain and
 * client, beside what else of that client and of that author is in the store,
 * whoever recorded it.
 */

#include "lib/store/store_reader.h"

struct store_imported {
	const char *author_domain;
	const char *client_ip;
	const char *mail_from_domain; /* of one of them */
	int64_t messages;
	int64_t refused; /* of these; the others were held */
	int64_t first_s; /* hours */
	int64_t last_s;
	int64_t spf;	 /* messages in which SPF passed, unaligned */
	int64_t dkim;	 /* in which a signature passed, unaligned */
	int64_t passed;	 /* messages of that author, from that client, that
			    passed DMARC */
	int64_t authors; /* other author domains of which mail passed from
			    there */
};

/* Of the filter's time and author domain, what most speaks for first, then the
 * most frequent; at most its limit. Calls `seen` for each until it returns
 * false. */
bool store_imported_stopped(struct store_reader *reader,
			    const struct store_filter *filter,
			    bool (*seen)(void *context,
					 const struct store_imported *row),
			    void *context, struct error *err)
    __attribute__((warn_unused_result));

/* Is any message in the store imported? */
bool store_imported_is_any(struct store_reader *reader, bool *is_any,
			   struct error *err)
    __attribute__((warn_unused_result));

#endif
