/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DESK_HTTP_H
#define DESK_HTTP_H

/*
 * http - the desk over HTTP
 *
 * One thread of the library's answers one request after the other; each
 * connection carries one. Memory, connections and time are bounded.
 */

#include "desk/service.h"

struct desk_http;

/* Serves at the listener, which is its own from here on. */
bool desk_http_start(int listener, bool is_tcp, struct desk_service *service,
		     struct desk_http **http, struct error *err)
    __attribute__((warn_unused_result));

/* NULL is fine. */
void desk_http_stop(struct desk_http *http);

#endif
