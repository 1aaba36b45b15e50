/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POSTURE_FETCH_POLICY_H
#define POSTURE_FETCH_POLICY_H

/*
 * fetch_policy - an MTA-STS policy over HTTPS, as senders fetch it (RFC 8461
 * 3.3)
 *
 * One GET of https://HOST/.well-known/mta-sts.txt. The certificate must be
 * valid for the host before anything is asked; redirects are not followed, no
 * proxy is used; bytes and time are bounded (limits.h), whatever the host does.
 * Waits for the host. Any thread.
 */

#include <stdint.h>

#include "lib/base/mem.h"
#include "lib/base/net.h"
#include "lib/base/text.h"

enum fetch_outcome {
	FETCH_NOT_TRIED,
	FETCH_DONE,	   /* there is a text */
	FETCH_STATUS,	   /* the host has none: 404, 500 */
	FETCH_REDIRECT,	   /* it is elsewhere, where no sender looks */
	FETCH_CERTIFICATE, /* not valid, or of another name */
	FETCH_TOO_LARGE,
	FETCH_FAILED, /* no answer in time: it says nothing of the host */
};

struct fetch_request {
	const char *host; /* inner form */
	size_t count;	  /* addresses to try, one at least */
	const struct net_address *addresses;
	uint16_t port;
	const char *ca_file; /* whom to trust; NULL: whom the system does */
};

struct fetched_policy {
	enum fetch_outcome outcome;
	const char *why;  /* one clean line; NULL when done */
	const char *type; /* media type, clean; "" where none is told */
	struct span text;
};

/* All of it below `mem`. */
struct fetched_policy fetch_policy(TALLOC_CTX *mem,
				   const struct fetch_request *request);

#endif
