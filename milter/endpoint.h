/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_ENDPOINT_H
#define MILTER_ENDPOINT_H

/*
 * endpoint - mode and owner of the socket the MTA connects to
 *
 * libmilter creates the socket and leaves its mode to the umask.
 */

#include <stdbool.h>

#include "lib/app/config.h"
#include "lib/base/error.h"
#include "milter/privileges.h"

struct endpoint {
	const char *path; /* of a unix socket; NULL for inet */
	mode_t mode;
	gid_t group; /* (gid_t)-1: leave it */
};

/* Reads the settings; `settings` outlives it. */
bool endpoint_read(const struct daemon_settings *settings,
		   struct endpoint *endpoint, struct error *err)
    __attribute__((warn_unused_result));

/* Its folder is ours to write in, and nobody answers there yet. libmilter takes
 * a unix socket from whoever listens at it, who then runs on unheard; a stale
 * one is free, an address is refused by the kernel. */
bool endpoint_is_free(const struct endpoint *endpoint, struct error *err)
    __attribute__((warn_unused_result));

/* Sets the umask that gives a new socket its mode, and puts root aside where
 * the socket has a path: the folder may belong to the daemon's user, who then
 * makes the socket, too. A low port needs root. */
bool endpoint_prepare(const struct endpoint *endpoint,
		      const struct identity *identity, struct error *err)
    __attribute__((warn_unused_result));

/* Gives the socket to its group, lets it send at once, sets a safe umask for
 * all files to come, and takes root up again. */
bool endpoint_finish(const struct endpoint *endpoint,
		     const struct identity *identity, struct error *err)
    __attribute__((warn_unused_result));

/* Warns of a socket that more than the mail server can reach. */
void endpoint_tell(const struct daemon_settings *settings);

/* Removes a unix socket; libmilter does not. */
void endpoint_remove(const struct endpoint *endpoint);

#endif
