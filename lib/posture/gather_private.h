/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POSTURE_GATHER_PRIVATE_H
#define POSTURE_GATHER_PRIVATE_H

/*
 * gather_private - what the gatherers of the subjects share
 */

#include "lib/posture/gather.h"

struct gathering {
	TALLOC_CTX *mem;
	const struct posture_sources *sources;
	struct dns_session *session; /* of the subject at hand */
	struct posture_facts *facts;
	struct text_list hosts; /* that send for the domain */
};

/* Notes a name that a record leads to, and whether it could be registered.
 * `place` says which record. */
void gather_name(struct gathering *gathering, const char *place,
		 const char *name);

/* Asks ahead for what gather_name will want. */
void gather_name_ahead(struct gathering *gathering, const char *name);

/* Does the host take mail? */
enum posture_reach gather_reach(struct gathering *gathering, const char *host);

/* --- subjects --- */

void gather_dmarc(struct gathering *gathering);
void gather_spf(struct gathering *gathering);
void gather_hosts(struct gathering *gathering);
void gather_pointers(struct gathering *gathering);
void gather_tls(struct gathering *gathering);
void gather_sts(struct gathering *gathering);
void gather_keys(struct gathering *gathering);
void gather_live(struct gathering *gathering); /* after gather_hosts */

#endif
