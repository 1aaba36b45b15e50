/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_SERVICE_H
#define MILTER_SERVICE_H

/*
 * service - what all sessions share
 */

#include "lib/store/store.h"
#include "milter/current.h"
#include "milter/gate.h"

struct service {
	struct current current;
	struct gate gate;
	struct store *store;	     /* NULL: switched off */
	struct sightings *sightings; /* these two outlive the engines */
	struct hold_budget *holds;
	const char *host; /* names this machine in the store's rows */
};

#endif
