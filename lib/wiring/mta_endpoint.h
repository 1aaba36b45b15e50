/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WIRING_MTA_ENDPOINT_H
#define WIRING_MTA_ENDPOINT_H

/*
 * mta_endpoint - one socket, in the two spellings that mail servers use
 *
 * alignd and Sendmail write inet:PORT@HOST, Postfix inet:HOST:PORT; both write
 * unix:PATH (or local:PATH). A name stands for what the host's own look-up
 * finds (a seam: the caller asks); else pure.
 */

#include <stdbool.h>

#include "lib/base/mem.h"
#include "lib/base/net.h"
#include "lib/base/text.h"

/* All addresses of a name, below `mem`; none where it has none. */
typedef struct net_list (*mta_lookup)(TALLOC_CTX *mem, const char *name);

struct mta_endpoint {
	const char *path;	   /* of a unix socket; NULL for inet */
	const char *host;	   /* inet: as written, without [ ] */
	struct net_list addresses; /* inet: where it is */
	long port;
};

/* False: it is no such socket. The texts belong to `mem`. */
bool mta_endpoint_from_listen(TALLOC_CTX *mem, struct span text,
			      mta_lookup lookup, struct mta_endpoint *endpoint);

/* `family`: the one that Postfix keeps to (inet_protocols); NET_NONE: both. */
bool mta_endpoint_from_postfix(TALLOC_CTX *mem, struct span text,
			       mta_lookup lookup, enum net_family family,
			       struct mta_endpoint *endpoint);

/* As Postfix writes it, below `mem`. */
const char *mta_endpoint_as_postfix(TALLOC_CTX *mem,
				    const struct mta_endpoint *endpoint);

enum mta_reach {
	MTA_REACHES,
	MTA_REACHES_OTHER,	    /* another socket altogether */
	MTA_REACHES_OTHER_LOOPBACK, /* the port, on another loopback address */
	MTA_REACHES_IN_CHROOT,	    /* the path, but the chroot has another */
};

/* Where the MTA finds what is written in its set-up. A path of the MTA without
 * a leading / starts in `folder`, Postfix's queue; with `is_chroot` every path
 * does. */
enum mta_reach mta_endpoint_reach(TALLOC_CTX *mem,
				  const struct mta_endpoint *written,
				  const struct mta_endpoint *daemon,
				  const char *folder, bool is_chroot);

/* Is the socket open to other hosts? */
bool mta_endpoint_is_open(const struct mta_endpoint *daemon);

#endif
