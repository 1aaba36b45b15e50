/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_METRICS_HTTP_H
#define MILTER_METRICS_HTTP_H

/*
 * metrics_http - where Prometheus scrapes
 *
 * GET and HEAD of /metrics, and of /healthz for those who only want to know
 * that the daemon lives. One thread of its own, a few connections, one request
 * on each, a short time and little memory for it: whatever is done to it, mail
 * does not notice.
 */

#include "milter/gate.h"

struct metrics_http;

/* Binds and listens, while the process is still what it was started as. False
 * with ERROR_CONFIG: the place is taken, or there is no such address. */
bool metrics_http_bind(const char *listen, int *listener, struct error *err)
    __attribute__((warn_unused_result));

/* Answers at `listener`, which it takes over; starts the thread. */
bool metrics_http_start(int listener, struct service *service,
			struct metrics_http **http, struct error *err)
    __attribute__((warn_unused_result));

/* Ends the thread and closes; afterwards nothing of `service` is read. NULL is
 * fine. */
void metrics_http_stop(struct metrics_http *http);

#endif
