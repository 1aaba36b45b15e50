/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * confinement.c - the daemon gives up what it will not need
 * Tested by test_wire_confinement.
 */
#include "milter/confinement.h"

#include <string.h>
#include <time.h>

#include "lib/app/confinement.h"
#include "milter/log.h"

#define PORT_MAX 65535

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

void confinement_bar_files(const struct config *config, const char *path,
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

void confinement_bar_calls(const struct config *config,
			   struct confine_state *state)
{
	struct error err;

	if (config->daemon.confine &&
	    !confine_seccomp(CONFINE_DAEMON, state, &err))
		tell_failure(&err);
}

char *confinement_tell(TALLOC_CTX *mem, const struct confine_state *state)
{
	char *words = confine_text(mem, state);

	log_write(state->landlock > 0 && state->seccomp ? LOG_LEVEL_INFO
							: LOG_LEVEL_WARNING,
		  "confined by %s", words);
	return words;
}
