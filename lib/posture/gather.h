/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POSTURE_GATHER_H
#define POSTURE_GATHER_H

/*
 * gather - asks all that a judgement of a domain needs
 *
 * Each subject has a session of its own, since what one message may ask bounds
 * a session; what they share is in the cache. Waits for the DNS. Any thread,
 * with a context of its own.
 */

#include "lib/auth/spf_settings.h"
#include "lib/posture/connect.h"
#include "lib/posture/facts.h"

struct profile;
struct prober;

struct posture_sources {
	struct dns *dns;
	int64_t budget_ms; /* of one subject */
	const struct spf_settings *spf;
	const struct text_list *gone;  /* addresses of services that are gone */
	const struct text_list *hosts; /* addresses our mail leaves from */
	const struct text_list *hosts_of; /* domains they send for; empty: all */
	const struct text_list *mx;    /* the only ones there should be; empty:
					  any */
	const struct text_list *selectors;
	size_t traffic_count; /* sorted by domain */
	const struct posture_traffic *traffic;
	struct sts_kept_list sts_kept; /* policies seen before */
	int64_t now_s;
	struct prober *prober; /* of mail servers (prober.h); NULL: none */
	bool is_validating;    /* the resolver */
	bool is_offline;       /* ask no server but those of `connects` */
	const struct connect_rules *connects;
	const char *ca_file; /* whom servers' certificates are trusted from;
				NULL: whom the system trusts */
	bool is_parked;	     /* none of the domains should send mail */
	const struct profile *profile; /* whose rows are asked for; or NULL */
};

/* Below `mem`; the domain, in inner form, is copied. */
struct posture_facts *posture_gather(TALLOC_CTX *mem,
				     const struct posture_sources *sources,
				     const char *domain);

#endif
