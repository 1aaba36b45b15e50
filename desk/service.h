/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DESK_SERVICE_H
#define DESK_SERVICE_H

/*
 * service - one request answered, whatever carries it
 *
 * Used by the one thread that serves (http.c).
 */

#include "desk/settings.h"
#include "desk/who.h"
#include "lib/base/confine.h"
#include "lib/desk/desk.h"

#define DESK_PAGE_MS 2000 /* of reading for one page */

struct desk_service;

/* A request as it came. */
struct desk_call {
	const char *method;
	const char *target; /* path and query, not decoded */
	struct desk_arrival arrival;
};

/* Reads alignd's configuration, and again whenever it has changed. */
struct desk_service *desk_service_new(const struct desk_settings *settings,
				      const struct desk_gate *gate);
void desk_service_free(struct desk_service *service); /* NULL is fine */

/* All of the answer is below `mem`. */
void desk_service_answer(struct desk_service *service, TALLOC_CTX *mem,
			 const struct desk_call *call,
			 struct desk_answer *answer);

/* Connects to the fleet's PostgreSQL, where one is read, so that what libraries
 * load for it is loaded; that none is there is told, and each page says it. */
void desk_service_connect(struct desk_service *service);

/* The files that it will read, and the ports that it will connect to, for
 * confine_landlock(); false: the store is not known, and pages will say so. */
bool desk_service_files(const struct desk_service *service,
			struct confine_files *files);

/* One more was turned away before it was read: too many at once. */
void desk_service_count_busy(struct desk_service *service);

#endif
