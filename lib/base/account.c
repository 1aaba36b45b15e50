/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account.c - users and groups by name, however large their entries
 *
 * getpwnam_r(3) and getgrnam_r(3) want room for an entry's texts and say ERANGE
 * when it was too little; how much is enough they do not say.
 */
#include "lib/base/account.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>

#include "lib/base/limits.h"
#include "lib/base/mem.h"

#define FIRST_BYTES 4096

/* The room for another try, or NULL when there was one at the limit. */
static char *make_room(TALLOC_CTX *mem, size_t *size)
{
	*size = *size == 0 ? FIRST_BYTES : *size * 2;
	return *size > LIMIT_ACCOUNT_BYTES ? NULL : mem_array(mem, char, *size);
}

static bool tell(const char *kind, const char *name, int failed,
		 struct error *err)
{
	/* Some sources report a name that is not there as a failure, too:
	 * getpwnam(3), ERRORS. */
	if (failed == 0 || failed == ENOENT || failed == ESRCH)
		return error_set(err, ERROR_CONFIG, "there is no %s \"%s\"",
				 kind, name);
	return error_errno(err, ERROR_CONFIG, failed,
			   "cannot look up the %s \"%s\"", kind, name);
}

bool account_find_user(const char *name, struct account_ids *ids,
		       struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct passwd entry;
	struct passwd *found = NULL;
	int failed = ERANGE;
	size_t size = 0;
	bool is_found;
	char *room;

	while (failed == ERANGE && (room = make_room(mem, &size)) != NULL)
		failed = getpwnam_r(name, &entry, room, size, &found);
	is_found = found != NULL;
	if (is_found)
		*ids = (struct account_ids){
		    .user = found->pw_uid,
		    .group = found->pw_gid,
		};
	mem_free(mem);
	return is_found || tell("user", name, failed, err);
}

bool account_find_group(const char *name, gid_t *group, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct group entry;
	struct group *found = NULL;
	int failed = ERANGE;
	size_t size = 0;
	bool is_found;
	char *room;

	while (failed == ERANGE && (room = make_room(mem, &size)) != NULL)
		failed = getgrnam_r(name, &entry, room, size, &found);
	is_found = found != NULL;
	if (is_found)
		*group = found->gr_gid;
	mem_free(mem);
	return is_found || tell("group", name, failed, err);
}
