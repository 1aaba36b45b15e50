/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_FILTER_H
#define STORE_STORE_FILTER_H

/*
 * store_filter - which incidents somebody asks for, as plain data
 */

#include <stdbool.h>
#include <stdint.h>

/* Which incidents; zero or NULL members do not filter. Newest first. */
struct store_filter {
	int64_t id; /* the store's, of one */
	int64_t since_s;
	int64_t until_s;
	const char *author_domain; /* the domain and all below it */
	const char *client_ip;	   /* an address, or a network "192.0.2.0/24" */
	const char *client_name;   /* the name and all below it */
	const char *applied;
	const char *would; /* what enforce mode would have applied */
	const char *reference;
	const char *dmarc_result;
	const char *asked; /* "" finds those without a policy */
	const char *override_type;
	const char *reason; /* part of it; ASCII case does not matter */
	const char *host;   /* that received it */
	const char *queue_id;
	const char *mail_from; /* whole; ASCII case does not matter. No index
				  has it: with an author domain */
	const char *from_address;   /* of From, or */
	const char *sender_address; /* of MAIL FROM where it is another; both in
				       small letters, each by its index, of a
				       file alone (store_entry.h) */
	bool is_open;	       /* nobody has acted on it (store_acts.h) */
	/* Only what comes behind this one in a list, newest first: a page's
	 * last row makes the next page. */
	int64_t before_s;
	int64_t before_id; /* 0: from the beginning */
	long limit;	   /* 0: all */
};

#endif
