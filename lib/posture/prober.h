/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POSTURE_PROBER_H
#define POSTURE_PROBER_H

/*
 * prober - looks at mail servers by SMTP with STARTTLS
 *
 * Opens, greets, shakes hands and leaves; no mail is named. One server at a
 * time, with a pause between connections, each address of a server once however
 * many domains it serves. Any thread; who asks has SIGPIPE blocked from then on.
 */

#include "lib/base/error.h"
#include "lib/base/net.h"
#include "lib/posture/probe.h"

struct prober_settings {
	const char *ca_file; /* NULL: the machine's */
	const char *from;    /* our name, for EHLO and for who reads */
	int64_t wait_ms;     /* of one connection, all in all */
	int64_t now_s;
};

struct prober;

/* Below `mem`, which outlives all that is asked of it. */
bool prober_new(TALLOC_CTX *mem, const struct prober_settings *settings,
		struct prober **prober, struct error *err)
    __attribute__((warn_unused_result));

/* Where a server is. */
struct probe_place {
	struct net_address address;
	long port;
	bool is_named; /* by who asks: then it may be a private address */
};

/* What the server of that name shows there; lives as long as the prober. */
const struct posture_probe *prober_look(struct prober *prober, const char *host,
					const struct probe_place *place);

#endif
