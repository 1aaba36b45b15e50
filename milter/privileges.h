/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_PRIVILEGES_H
#define MILTER_PRIVILEGES_H

/*
 * privileges - from root to the daemon's own user
 *
 * Started as anyone but root the process stays who it is.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "lib/base/error.h"

struct identity {
	bool is_change; /* false: the process is not root */
	uid_t user;
	gid_t group;
};

/* Who `user` is; looked up early, so that a wrong name is found early. */
bool privileges_find(const char *user, struct identity *identity,
		     struct error *err) __attribute__((warn_unused_result));

/* For what is done to files: from here on root's rights are not at hand, so
 * that links in a folder of the user's lead nowhere that he may not go himself.
 * `group`, unless it is (gid_t)-1, is one that files may be given to. */
bool privileges_lower(const struct identity *identity, gid_t group,
		      struct error *err) __attribute__((warn_unused_result));
/* The rights that privileges_lower() put away; privileges_drop() wants them. */
bool privileges_raise(const struct identity *identity, struct error *err)
    __attribute__((warn_unused_result));

/* Becomes `identity` for good, and makes sure of it; leaves for "/". */
bool privileges_drop(const struct identity *identity, struct error *err)
    __attribute__((warn_unused_result));

#endif
