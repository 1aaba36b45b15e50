/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * confine_landlock.c - landlock(7): files, TCP ports, signals
 *
 * The C library has no functions for its three calls. Older headers lack what
 * newer kernels bar; the constants are the kernel's own and stay as they are
 * (Documentation/userspace-api/landlock.rst). An older kernel bars what its ABI
 * has: 1 files, 3 truncation, 4 TCP, 5 devices, 6 signals and abstract sockets.
 */
#include "lib/base/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/base/confine_files.h"

#define FS_TRUNCATE (UINT64_C(1) << 14)
#define FS_IOCTL_DEV (UINT64_C(1) << 15)
#define NET_BIND (UINT64_C(1) << 0)
#define NET_CONNECT (UINT64_C(1) << 1)
#define SCOPE_ABSTRACT_UNIX (UINT64_C(1) << 0)
#define SCOPE_SIGNAL (UINT64_C(1) << 1)
#define RULE_NET_PORT 2

#define FS_ALL_OF_ABI_1 ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)
#define FS_FILE                                                                \
	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |        \
	 FS_TRUNCATE)

/* struct landlock_ruleset_attr of ABI 6; an older kernel takes a shorter one,
 * or this one with zeroes. */
struct ruleset {
	uint64_t files;
	uint64_t ports;
	uint64_t scopes;
};

struct port_rule {
	uint64_t allowed;
	uint64_t port;
};

static const uint64_t rights[] = {
    [CONFINE_READ] = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
    [CONFINE_WRITE_FILE] =
	LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE,
    [CONFINE_WRITE_FOLDER] = FS_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
			     LANDLOCK_ACCESS_FS_MAKE_REG |
			     LANDLOCK_ACCESS_FS_REMOVE_FILE,
    [CONFINE_SOCKET_FOLDER] =
	LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_REMOVE_FILE,
    [CONFINE_BIND] = NET_BIND,
    [CONFINE_CONNECT] = NET_CONNECT,
};

/* Abstract sockets are barred, but where systemd listens at one. */
static uint64_t scopes_wanted(void)
{
	const char *notify = getenv("NOTIFY_SOCKET");

	return notify != NULL && *notify == '@'
		   ? SCOPE_SIGNAL
		   : SCOPE_SIGNAL | SCOPE_ABSTRACT_UNIX;
}

static struct ruleset barred_by(int abi)
{
	struct ruleset barred = {.files = FS_ALL_OF_ABI_1};

	if (abi >= 2)
		barred.files |= LANDLOCK_ACCESS_FS_REFER;
	if (abi >= 3)
		barred.files |= FS_TRUNCATE;
	if (abi >= 4)
		barred.ports = NET_BIND | NET_CONNECT;
	if (abi >= 5)
		barred.files |= FS_IOCTL_DEV;
	if (abi >= 6)
		barred.scopes = scopes_wanted();
	return barred;
}

static bool allow_path(int rules, const struct ruleset *barred,
		       const struct confine_path *path, struct error *err)
{
	struct landlock_path_beneath_attr rule = {
	    .allowed_access = rights[path->use] & barred->files,
	};
	struct stat found;

	rule.parent_fd = open(path->path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return true; /* what is not there cannot be needed */
	if (fstat(rule.parent_fd, &found) == 0 && !S_ISDIR(found.st_mode))
		rule.allowed_access &= FS_FILE;
	long failed = syscall(SYS_landlock_add_rule, rules,
			      LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	int number = errno;
	(void)close(rule.parent_fd);
	return failed == 0 ||
	       error_errno(err, ERROR_SYSTEM, number,
			   "landlock: a rule for %.120s", path->path);
}

static bool allow_port(int rules, const struct ruleset *barred,
		       const struct confine_port *port, struct error *err)
{
	struct port_rule rule = {
	    .allowed = rights[port->use] & barred->ports,
	    .port = (uint64_t)port->port,
	};

	if (rule.allowed == 0)
		return true;
	return syscall(SYS_landlock_add_rule, rules, RULE_NET_PORT, &rule, 0) ==
		   0 ||
	       error_errno(err, ERROR_SYSTEM, errno,
			   "landlock: a rule for port %ld", port->port);
}

static bool add_rules(int rules, const struct ruleset *barred,
		      const struct confine_files *files, struct error *err)
{
	for (size_t i = 0; i < files->path_count; i++) {
		if (!allow_path(rules, barred, &files->paths[i], err))
			return false;
	}
	for (size_t i = 0; i < files->port_count; i++) {
		if (!allow_port(rules, barred, &files->ports[i], err))
			return false;
	}
	return true;
}

static bool restrict_self(int rules, struct error *err)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    syscall(SYS_landlock_restrict_self, rules, 0) == 0)
		return true;
	return error_errno(err, ERROR_SYSTEM, errno, "landlock");
}

bool confine_landlock(const struct confine_files *files,
		      struct confine_state *state, struct error *err)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
			   LANDLOCK_CREATE_RULESET_VERSION);

	if (abi <= 0 && (errno == ENOSYS || errno == EOPNOTSUPP)) {
		state->is_landlock_absent = true; /* or not switched on */
		return true;
	}
	struct ruleset barred = barred_by((int)abi);
	if (files->has_signals)
		barred.scopes &= ~SCOPE_SIGNAL;
	int rules = abi <= 0 ? -1
			     : (int)syscall(SYS_landlock_create_ruleset,
					    &barred, sizeof barred, 0);
	if (rules < 0)
		return error_errno(err, ERROR_SYSTEM, errno, "landlock");
	bool is_done =
	    add_rules(rules, &barred, files, err) && restrict_self(rules, err);
	(void)close(rules);
	if (is_done)
		state->landlock = (int)abi;
	return is_done;
}
