/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * privileges.c - from root to the daemon's own user
 * Tested by test_root_hands.
 */
#include "milter/privileges.h"

#include <errno.h>
#include <grp.h>
#include <unistd.h>

#include "lib/base/account.h"

bool privileges_find(const char *user, struct identity *identity,
		     struct error *err)
{
	struct account_ids found;

	if (geteuid() != 0) {
		*identity = (struct identity){.is_change = false};
		return true;
	}
	if (!account_find_user(user, &found, err))
		return error_wrap(err, "user");
	if (found.user == 0)
		return error_set(err, ERROR_CONFIG,
				 "user: alignd does not run as root, \"%s\" is "
				 "no user for it",
				 user);
	*identity = (struct identity){
	    .is_change = true,
	    .user = found.user,
	    .group = found.group,
	};
	return true;
}

bool privileges_lower(const struct identity *identity, gid_t group,
		      struct error *err)
{
	if (!identity->is_change)
		return true;
	if (setgroups(group == (gid_t)-1 ? 0 : 1, &group) == 0 &&
	    setegid(identity->group) == 0 && seteuid(identity->user) == 0)
		return true;
	return error_errno(err, ERROR_SYSTEM, errno, "cannot put root aside");
}

bool privileges_raise(const struct identity *identity, struct error *err)
{
	if (!identity->is_change || (seteuid(0) == 0 && setegid(0) == 0))
		return true;
	return error_errno(err, ERROR_SYSTEM, errno,
			   "cannot take root up again, to give it up");
}

static bool become(const struct identity *identity, struct error *err)
{
	/* In this order: without root neither groups nor gid can change. */
	if (setgroups(0, NULL) != 0 || setgid(identity->group) != 0 ||
	    setuid(identity->user) != 0)
		return error_errno(err, ERROR_SYSTEM, errno,
				   "cannot give up root");
	if (getuid() != identity->user || geteuid() != identity->user ||
	    getgid() != identity->group || setuid(0) == 0)
		return error_set(err, ERROR_SYSTEM,
				 "gave up root, but it is not gone");
	return true;
}

bool privileges_drop(const struct identity *identity, struct error *err)
{
	if (identity->is_change && !become(identity, err))
		return false;
	if (chdir("/") != 0)
		return error_errno(err, ERROR_SYSTEM, errno, "chdir /");
	return true;
}
