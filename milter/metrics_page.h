/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_METRICS_PAGE_H
#define MILTER_METRICS_PAGE_H

/*
 * metrics_page - all that Prometheus is told, as one text
 *
 * Every label value comes from a closed set of ours: nothing that a message,
 * the DNS or a file says is ever shown.
 */

#include "milter/gate.h"

/* The page, below `mem`. One thread at a time (waiting.h). */
char *metrics_page(TALLOC_CTX *mem, struct service *service, int64_t now_s);

#endif
