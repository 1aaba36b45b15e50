/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * current.c - the configuration in force: its engine, and a new one while mail
 * flows
 * Tested by test_wire_reload, test_wire_metrics, test_session.
 */
#include "milter/current.h"

#include <string.h>
#include <unistd.h>

#include "lib/app/daemon_status.h"
#include "lib/app/past_defaults.h"
#include "lib/auth/engine.h"
#include "lib/base/random.h"
#include "milter/log.h"
#include "milter/metrics.h"
#include "milter/override_log.h"

/* --- the engine ---------------------------------------------------------- */

void current_init(struct current *current, struct engine *engine)
{
	*current = (struct current){.engine = engine};
	(void)pthread_mutex_init(&current->lock, NULL);
}

struct engine *current_share(struct current *current)
{
	(void)pthread_mutex_lock(&current->lock);
	struct engine *share = engine_ref(current->engine);
	(void)pthread_mutex_unlock(&current->lock);
	return share;
}

void current_replace(struct current *current, struct engine *engine)
{
	(void)pthread_mutex_lock(&current->lock);
	struct engine *before = current->engine;
	current->engine = engine;
	(void)pthread_mutex_unlock(&current->lock);
	/* The last share of an engine ends its DNS threads: not under a lock
	 * that every MAIL takes. */
	engine_unref(before);
}

void current_done(struct current *current)
{
	engine_unref(current->engine);
	heap_free(current->status_path);
	heap_free(current->confinement);
	(void)pthread_mutex_destroy(&current->lock);
}

/* --- its state ----------------------------------------------------------- */

static size_t count_overrides(const struct config *config)
{
	return config_own_overrides(config);
}

static void write_status(const struct current *current)
{
	const struct daemon_status status = {
	    .version = PACKAGE_VERSION,
	    .pid = getpid(),
	    .started_s = current->started_s,
	    .config_path = current->path == NULL ? CONFIG_PATH : current->path,
	    .taken_s = current->taken_s,
	    .tried_s = current->tried_s,
	    .refusal = current->is_refused ? current->refusal.words : NULL,
	    .mode = config_mode_text(current->mode),
	    .mode_since_s = current->mode_since_s,
	    .overrides = (int64_t)current->overrides,
	    .confinement = current->confinement,
	    .defaults = past_default_count(),
	    .defaults_before = current->defaults_before,
	    .defaults_since_s = current->defaults_since_s,
	};
	struct error err;

	if (current->status_path != NULL &&
	    !daemon_status_write(current->status_path, &status, &err))
		log_write(LOG_LEVEL_WARNING, "the status file: %s", err.words);
}

/* The mode since when; now, if it was another. */
static int64_t find_mode_since(const struct current *current,
			       const struct daemon_status *before,
			       int64_t now_s)
{
	bool is_same =
	    strcmp(before->mode, config_mode_text(current->mode)) == 0;

	return is_same && before->mode_since_s > 0 &&
		       before->mode_since_s < now_s
		   ? before->mode_since_s
		   : now_s;
}

/* A reload would refuse this; a start must not stop all mail for it. */
static void warn_of_lost_overrides(TALLOC_CTX *mem, const struct config *config,
				   const struct daemon_status *before)
{
	if (before->overrides > 0 && config->overrides_file != NULL &&
	    (config->overrides_path == NULL || config->overrides->is_blank))
		log_write(LOG_LEVEL_WARNING,
			  "overrides: %s; the alignd before this one had "
			  "%lld. Put the file back and reload",
			  config_overrides_text(mem, config),
			  (long long)before->overrides);
}

/* Which defaults held before those of this program, and until when. */
static void note_defaults(struct current *current,
			  const struct daemon_status *before, int64_t now_s)
{
	bool is_same = before->defaults == past_default_count();

	current->defaults_before =
	    is_same ? before->defaults_before : before->defaults;
	current->defaults_since_s = is_same ? before->defaults_since_s : now_s;
}

/* Also from what the daemon before this one left, if it left anything. */
void current_start(struct current *current, const char *path,
		   const char *confinement, int64_t now_s)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const struct config *config = current->engine->config;
	const char *status_path = daemon_status_path(mem, &config->store);
	struct daemon_status before = {
	    .mode = "",
	    .defaults = past_default_count(),
	    .defaults_before = past_default_count(),
	};

	if (daemon_status_find(mem, &config->store, &before))
		warn_of_lost_overrides(mem, config, &before);
	current->path = path;
	current->mode = config->daemon.mode;
	current->overrides = count_overrides(config);
	current->tried_s = now_s;
	current->confinement = heap_strdup(confinement);
	if (status_path != NULL)
		current->status_path = heap_strdup(status_path);
	current->started_s = now_s;
	current->taken_s = now_s;
	current->mode_since_s = find_mode_since(current, &before, now_s);
	note_defaults(current, &before, now_s);
	write_status(current);
	mem_free(mem);
}

static void note_taken(struct current *current, const struct config *config,
		       int64_t now_s)
{
	if (current->mode != config->daemon.mode)
		current->mode_since_s = now_s;
	current->mode = config->daemon.mode;
	current->overrides = count_overrides(config);
	current->taken_s = now_s;
	current->tried_s = now_s;
	current->is_refused = false;
	write_status(current);
}

static void note_refused(struct current *current, const struct error *err,
			 int64_t now_s)
{
	current->refusal = *err;
	current->tried_s = now_s;
	current->is_refused = true;
	write_status(current);
}

const char *current_warning(TALLOC_CTX *mem, const struct current *current)
{
	char when[CLOCK_TEXT];

	if (!current->is_refused)
		return NULL;
	return mem_printf(mem, "reload refused at %s: %s",
			  clock_text(current->tried_s, when),
			  text_escape(mem, span_of(current->refusal.words),
				      ERROR_WORDS_MAX, true));
}

/* --- a reload ------------------------------------------------------------ */

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

	if (before->fleet_overrides_path != NULL &&
	    after->fleet_overrides_path == NULL &&
	    store_is_of_fleet(&after->store))
		return error_set(err, ERROR_CONFIG,
				 "%s, the overrides of the fleet, is gone "
				 "(alignctl fleet forward writes it)",
				 before->fleet_overrides_path);
	if (config_own_overrides(before) == 0 || file == NULL ||
	    strcmp(file, before->overrides_path) != 0)
		return true;
	if (after->overrides_path == NULL)
		return refuse_emptied(file, "gone", otherwise, err);
	return !after->overrides->is_blank ||
	       refuse_emptied(file, "empty", otherwise, err);
}

static const struct settings_file *
find_file(const struct settings_origins *origins, const char *path)
{
	for (size_t i = 0; i < origins->file_count; i++) {
		if (strcmp(origins->files[i].path, path) == 0)
			return &origins->files[i];
	}
	return NULL;
}

/* Whoever writes a file in place empties it first: what is in force, monitor
 * mode, the name servers and the overrides among it, must not go for that
 * moment. */
static bool check_not_emptied(const struct config *before,
			      const struct config *after, struct error *err)
{
	const struct settings_origins *then = before->origins;

	for (size_t i = 0; i < then->file_count; i++) {
		const char *path = then->files[i].path;
		const struct settings_file *now =
		    find_file(after->origins, path);
		if (then->files[i].given > 0 &&
		    (now == NULL || now->given == 0))
			return refuse_emptied(
			    path,
			    now == NULL ? "gone"
					: "empty, no setting stands in it",
			    "to do without it, restart, or leave one setting",
			    err);
	}
	return check_overrides_stay(before, after, err);
}

void current_take_marks(struct engine *engine,
			const struct random_source *random)
{
	struct error err;

	if (!engine_use_marks(engine, random, &err))
		log_write(LOG_LEVEL_WARNING,
			  "%s; until a reload finds it right, our field is "
			  "removed from mail that a filter hands back",
			  err.words);
}

/* The engine behind the file; `before` lends its DNS, and what the daemon
 * remembers stays. */
static bool build_engine(const char *path, const struct engine *before,
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
	(*after)->evaluator.paths = before->evaluator.paths;
	(*after)->evaluator.memory = before->evaluator.memory;
	(*after)->evaluator.exempt = before->evaluator.exempt;
	current_take_marks(*after, NULL);
	return true;
}

void current_tell(const struct config *config, int64_t now_s)
{
	bool is_library = config->dkim.engine == ENGINE_LIBRARY ||
			  config->spf.engine == ENGINE_LIBRARY;

	log_write(is_library ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO,
		  "%s verifies DKIM, %s evaluates SPF%s",
		  engine_dkim_text(config->dkim.engine),
		  engine_spf_text(config->spf.engine),
		  is_library ? "; the known limits of the library are in "
			       "alignd.conf(5)"
			     : "");
	override_log_expired(config, now_s);
}

bool current_reload(struct current *current)
{
	int64_t now_s = clock_now_s(clock_system());
	struct engine *before = current_share(current);
	struct engine *after;
	struct error err;

	if (!build_engine(current->path, before, &after, &err)) {
		engine_unref(before);
		metrics_count(METRIC_RELOADS_FAILED);
		note_refused(current, &err, now_s);
		log_write(LOG_LEVEL_ERROR,
			  "reload: refused, the configuration stays as it "
			  "was: %s",
			  err.words);
		return false;
	}
	/* It is in force before anybody is told so. */
	current_replace(current, after);
	metrics_count(METRIC_RELOADS);
	note_taken(current, after->config, now_s);
	log_open(&after->config->log);
	tell_changes(before, after);
	engine_unref(before);
	current_tell(after->config, now_s);
	return true;
}
