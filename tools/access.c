/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * access.c - may another user use a file?
 * Tested by test_alignctl_doctor.
 */
#include "tools/access.h"

#include <grp.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/base/account.h"

#define GROUPS_MAX 256
#define READ_WRITE 06U
#define ENTER 01U

struct account {
	uid_t user;
	int group_count;
	gid_t groups[GROUPS_MAX];
};

static bool find_account(const char *user, struct account *account)
{
	struct account_ids found;
	struct error unknown;

	if (!account_find_user(user, &found, &unknown))
		return false;
	account->user = found.user;
	account->group_count = GROUPS_MAX;
	if (getgrouplist(user, found.group, account->groups,
			 &account->group_count) < 0)
		account->group_count = GROUPS_MAX;
	return true;
}

static bool is_in_group(const struct account *account, gid_t group)
{
	for (int i = 0; i < account->group_count; i++) {
		if (account->groups[i] == group)
			return true;
	}
	return false;
}

/* The first of owner, group and others that fits decides. */
static bool has_bits(const struct account *account, const struct stat *found,
		     unsigned bits)
{
	unsigned mode = (unsigned)found->st_mode;

	if (account->user == 0)
		return true;
	if (account->user == found->st_uid)
		mode >>= 6;
	else if (is_in_group(account, found->st_gid))
		mode >>= 3;
	return (mode & bits) == bits;
}

static enum tool_access_answer judge_part(const struct account *account,
					  const char *path, unsigned bits)
{
	struct stat found;

	if (stat(path, &found) != 0)
		return TOOL_ACCESS_NO_FILE;
	return has_bits(account, &found, bits) ? TOOL_ACCESS_YES
					       : TOOL_ACCESS_NO;
}

enum tool_access_answer tool_access(TALLOC_CTX *mem, const char *user,
				    const char *path, const char **culprit)
{
	enum tool_access_answer answer = TOOL_ACCESS_YES;
	char *part = mem_strdup(mem, path);
	struct account account;

	if (!find_account(user, &account))
		return TOOL_ACCESS_NO_USER;
	for (char *slash = strchr(part + 1, '/');
	     slash != NULL && answer == TOOL_ACCESS_YES;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		answer = judge_part(&account, part, ENTER);
		*culprit = mem_strdup(mem, part);
		*slash = '/';
	}
	if (answer == TOOL_ACCESS_YES) {
		answer = judge_part(&account, part, READ_WRITE);
		*culprit = part;
	}
	return answer;
}

bool tool_access_has_group(const char *user, gid_t group)
{
	struct account account;

	return find_account(user, &account) && is_in_group(&account, group);
}
