/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_ACCOUNT_H
#define BASE_ACCOUNT_H

/*
 * account - users and groups by name, however large their entries
 *
 * An entry of a group holds the names of all its members; a directory service
 * may give thousands. Any thread; a lookup may ask the network.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "lib/base/error.h"

struct account_ids {
	uid_t user;
	gid_t group; /* the primary one */
};

/* False with words: there is none of that name, or it could not be looked up.
 * The kind of the error is ERROR_CONFIG: somebody has named it. */
bool account_find_user(const char *name, struct account_ids *ids,
		       struct error *err) __attribute__((warn_unused_result));
bool account_find_group(const char *name, gid_t *group, struct error *err)
    __attribute__((warn_unused_result));

#endif
