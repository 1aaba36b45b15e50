/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_DOCTOR_MTA_ENDPOINT_H
#define TOOLS_DOCTOR_MTA_ENDPOINT_H

/*
 * mta_endpoint - one socket, in the two spellings that mail servers use
 *
 * alignd and Sendmail write inet:PORT@HOST, Postfix inet:HOST:PORT; both write
 * unix:PATH (or local:PATH). Pure.
 */

#include <stdbool.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"

struct mta_endpoint {
	const char *path; /* of a unix socket; NULL for inet */
	const char *host; /* inet: as written, without [ ] */
	long port;
};

/* False: it is no such socket. The texts belong to `mem`. */
bool mta_endpoint_from_listen(TALLOC_CTX *mem, struct span text,
			      struct mta_endpoint *endpoint);
bool mta_endpoint_from_postfix(TALLOC_CTX *mem, struct span text,
			       struct mta_endpoint *endpoint);

/* Does what is written in the MTA's set-up reach the daemon's socket? A path of
 * the MTA without a leading / starts in `folder`, Postfix's queue; with
 * `is_chroot` every path does. */
bool mta_endpoint_reaches(TALLOC_CTX *mem, const struct mta_endpoint *written,
			  const struct mta_endpoint *daemon, const char *folder,
			  bool is_chroot);

#endif
