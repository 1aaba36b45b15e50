/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * config_state.c - when a configuration was taken over, and whether the last
 * was
 * Tested by test_wire_reload, test_wire_metrics.
 */
#include "milter/config_state.h"

#include <string.h>
#include <unistd.h>

#include "lib/app/daemon_status.h"
#include "milter/log.h"

static const char *mode_text(int mode)
{
	return mode == MODE_MONITOR ? "monitor" : "enforce";
}

static void write_status(const struct config_state *state)
{
	const struct daemon_status status = {
	    .version = PACKAGE_VERSION,
	    .pid = getpid(),
	    .started_s = state->started_s,
	    .config_path = state->config_path,
	    .taken_s = state->taken_s,
	    .tried_s = state->tried_s,
	    .refusal = state->is_refused ? state->refusal.words : NULL,
	    .mode = mode_text(state->mode),
	    .mode_since_s = state->mode_since_s,
	    .confinement = state->confinement,
	};
	struct error err;

	if (state->status_path != NULL &&
	    !daemon_status_write(state->status_path, &status, &err))
		log_write(LOG_LEVEL_WARNING, "the status file: %s", err.words);
}

/* Since when, as the daemon before this one left it; now, if its mode was
 * another or it left nothing. */
static int64_t mode_since(const struct config_state *state, int64_t now_s)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct daemon_status before;
	struct error unread;
	int64_t since_s = now_s;

	if (state->status_path != NULL &&
	    daemon_status_read(mem, state->status_path, &before, &unread) &&
	    strcmp(before.mode, mode_text(state->mode)) == 0 &&
	    before.mode_since_s > 0 && before.mode_since_s < now_s)
		since_s = before.mode_since_s;
	mem_free(mem);
	return since_s;
}

void config_state_start(struct config_state *state, const struct config *config,
			const char *path, const char *confinement,
			int64_t now_s)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *status_path = daemon_status_path(mem, &config->store);

	*state = (struct config_state){
	    .config_path = path == NULL ? CONFIG_PATH : path,
	    .mode = config->daemon.mode,
	    .tried_s = now_s,
	    .confinement = heap_strdup(confinement),
	};
	if (status_path != NULL)
		state->status_path = heap_strdup(status_path);
	state->started_s = now_s;
	state->taken_s = now_s;
	state->mode_since_s = mode_since(state, now_s);
	write_status(state);
	mem_free(mem);
}

void config_state_taken(struct config_state *state, const struct config *config,
			int64_t now_s)
{
	if (state->mode != config->daemon.mode)
		state->mode_since_s = now_s;
	state->mode = config->daemon.mode;
	state->taken_s = now_s;
	state->tried_s = now_s;
	state->is_refused = false;
	write_status(state);
}

void config_state_refused(struct config_state *state, const struct error *err,
			  int64_t now_s)
{
	state->refusal = *err;
	state->tried_s = now_s;
	state->is_refused = true;
	write_status(state);
}

void config_state_done(struct config_state *state)
{
	heap_free(state->status_path);
	heap_free(state->confinement);
	state->status_path = NULL;
	state->confinement = NULL;
}

const char *config_state_warning(TALLOC_CTX *mem,
				 const struct config_state *state)
{
	char when[CLOCK_TEXT];

	if (!state->is_refused)
		return NULL;
	return mem_printf(mem, "reload refused at %s: %s",
			  clock_text(state->tried_s, when),
			  text_escape(mem, span_of(state->refusal.words),
				      ERROR_WORDS_MAX, true));
}
