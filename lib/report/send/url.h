/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_SEND_URL_H
#define REPORT_SEND_URL_H

/*
 * url - parts of an address, as libcurl itself reads it
 */

#include "lib/base/mem.h"

/* "[::1]" with its brackets; NULL where there is none. Below `mem`. */
char *url_host(TALLOC_CTX *mem, const char *url);

/* Its port, or its scheme's; 0: it is no address. */
long url_port(const char *url);

#endif
