/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * privileges.c - the daemon gives up what it will not need
 * Tested by test_root_hands, test_wire_confinement.
 */
#include "milter/privileges.h"

#include <errno.h>
#include <grp.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/app/confinement.h"
#include "lib/base/account.h"
#include "milter/log.h"

#define PORT_MAX 65535

/* --- root ---------------------------------------------------------------- */

bool privileges_find(const char *user, struct identity *identity,
		     struct error *err)
{
	struct account_ids found = {.user = 0};

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

static bool become_user(const struct identity *identity, struct error *err)
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
	if (identity->is_change && !become_user(identity, err))
		return false;
	if (chdir("/") != 0)
		return error_errno(err, ERROR_SYSTEM, errno, "chdir /");
	return true;
}

/* --- files and calls ----------------------------------------------------- */

/* "unix:/run/alignd/alignd.sock": its folder; "inet:8893@127.0.0.1": its port,
 * which the daemon also connects to when it wakes itself. */
static void allow_listening(struct confine_files *files, const char *listen)
{
	struct span scheme;
	struct span rest;
	struct span port;
	struct span host;
	long number;

	if (!span_cut(span_of(listen), ':', &scheme, &rest))
		return;
	if (span_cut(rest, '@', &port, &host) &&
	    text_number(port, 1, PORT_MAX, &number)) {
		confine_bind_port(files, number);
		confine_connect_port(files, number);
		return;
	}
	const char *path = mem_strndup(files, rest.data, rest.length);
	const char *slash = strrchr(path, '/');
	if (slash != NULL && slash != path)
		confine_socket_folder(
		    files, mem_strndup(files, path, (size_t)(slash - path)));
}

static void allow_metrics(struct confine_files *files, const char *listen)
{
	struct metrics_endpoint endpoint;
	struct error unread;

	if (*listen != '\0' &&
	    metrics_endpoint_parse(listen, &endpoint, &unread))
		confine_bind_port(files, endpoint.port);
}

static void tell_failure(const struct error *err)
{
	log_write(LOG_LEVEL_ERROR,
		  "alignd could not confine itself and goes on without: %s",
		  err->words);
}

void privileges_bar_files(const struct config *config, const char *path,
			  struct confine_state *state)
{
	struct confine_files *files;
	struct error err;

	*state = (struct confine_state){.landlock = 0};
	if (!config->daemon.confine)
		return;
	tzset(); /* syslog(3) would read the zone in the middle of a message */
	files = confine_files_new(NULL);
	confinement_allow_config(files, config, path);
	confinement_allow_store(files, config);
	allow_listening(files, config->daemon.listen);
	allow_metrics(files, config->metrics.listen);
	if (!confine_landlock(files, state, &err))
		tell_failure(&err);
	mem_free(files);
}

void privileges_bar_calls(const struct config *config,
			  struct confine_state *state)
{
	struct error err;

	if (config->daemon.confine &&
	    !confine_seccomp(CONFINE_DAEMON, state, &err))
		tell_failure(&err);
}

char *privileges_tell_bars(TALLOC_CTX *mem, const struct confine_state *state)
{
	char *words = confine_text(mem, state);

	log_write(state->landlock > 0 && state->seccomp ? LOG_LEVEL_INFO
							: LOG_LEVEL_WARNING,
		  "confined by %s", words);
	return words;
}
