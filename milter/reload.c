/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reload.c - a new configuration while mail flows
 * Tested by test_wire_reload.
 */
#include "milter/reload.h"

#include <string.h>

#include "lib/base/random.h"
#include "milter/engine_notice.h"
#include "milter/log.h"
#include "milter/metrics.h"
#include "milter/notify.h"
#include "milter/override_log.h"

static void tell_change(void *context, const char *name, const char *before,
			const char *after, bool is_reloadable)
{
	size_t *count = context;

	(*count)++;
	log_write(is_reloadable ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
		  "reload: %s was %s, is %s%s", name, before, after,
		  is_reloadable ? "" : " (needs a restart)");
}

static void tell_changes(const struct engine *before,
			 const struct engine *after)
{
	size_t count = 0;

	settings_differences(config_sections, before->config, after->config,
			     tell_change, &count);
	override_log_changes(before->config, after->config);
	log_write(LOG_LEVEL_INFO, "reload: done, %zu settings changed", count);
}

static bool refuse_emptied(const char *file, const char *found,
			   const char *otherwise, struct error *err)
{
	return error_set(err, ERROR_CONFIG,
			 "%s is %s; is it being written? Put it in place by "
			 "renaming (%s)",
			 file, found, otherwise);
}

/* The overrides that are left out by a setting are meant to go. */
static bool check_overrides_stay(const struct config *before,
				 const struct config *after, struct error *err)
{
	static const char otherwise[] =
	    "for no overrides at all, leave a comment in it";
	const char *file = after->overrides_file;

	if (before->overrides == NULL || before->overrides->count == 0 ||
	    file == NULL || strcmp(file, before->overrides_path) != 0)
		return true;
	if (after->overrides == NULL)
		return refuse_emptied(file, "gone", otherwise, err);
	return !after->overrides->is_blank ||
	       refuse_emptied(file, "empty", otherwise, err);
}

/* Whoever writes a file in place empties it first: what is in force, monitor
 * mode, the name servers and the overrides among it, must not go for that
 * moment. */
static bool check_not_emptied(const struct config *before,
			      const struct config *after, struct error *err)
{
	if (!settings_are_given(before->origins) ||
	    settings_are_given(after->origins))
		return check_overrides_stay(before, after, err);
	return refuse_emptied(
	    before->origins->file,
	    after->origins->file == NULL ? "gone"
					 : "empty, no setting stands in it",
	    "for the defaults, restart, or leave one setting", err);
}

/* The engine behind the file; `before` lends its DNS, and what the daemon
 * remembers stays. */
static bool build(const char *path, const struct engine *before,
		  struct engine **after, struct error *err)
{
	struct config *config;

	if (!config_load(NULL, path, &config, err))
		return false;
	if (!check_not_emptied(before->config, config, err)) {
		mem_free(config);
		return false;
	}
	if (!engine_new(config, before, clock_system(), random_system(), after,
			err))
		return false;
	(*after)->evaluator.sightings = before->evaluator.sightings;
	(*after)->evaluator.holds = before->evaluator.holds;
	return true;
}

static bool swap(struct service *service, const char *path,
		 struct engine *before)
{
	int64_t now_s = clock_now_s(clock_system());
	struct engine *after;
	struct error err;

	if (!build(path, before, &after, &err)) {
		metrics_count(METRIC_RELOADS_FAILED);
		config_state_refused(&service->config_state, &err, now_s);
		log_write(LOG_LEVEL_ERROR,
			  "reload: refused, the configuration stays as it "
			  "was: %s",
			  err.words);
		return false;
	}
	/* It is in force before anybody is told so. */
	current_replace(&service->current, after);
	metrics_count(METRIC_RELOADS);
	config_state_taken(&service->config_state, after->config, now_s);
	log_open(&after->config->log);
	tell_changes(before, after);
	engine_notice_tell(after->config);
	override_log_expired(after->config, now_s);
	return true;
}

bool reload_run(struct service *service, const char *path)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct engine *before = current_share(&service->current);

	notify_reloading();
	bool is_done = swap(service, path, before);
	engine_unref(before);
	notify_ready(is_done
			 ? "reloaded"
			 : config_state_warning(mem, &service->config_state));
	log_write(LOG_LEVEL_INFO, "counters: %s", metrics_line(mem));
	mem_free(mem);
	return is_done;
}
