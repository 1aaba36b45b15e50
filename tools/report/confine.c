/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * confine.c - processes of the user that sends reports, which have given
 * up what they do not need
 */
#include "tools/report/confine.h"

#include <stdio.h>

#include "lib/app/confinement.h"
#include "lib/base/confine_files.h"
#include "lib/report/send/url.h"

static void tell_unconfined(const struct error *err)
{
	(void)fprintf(stderr,
		      "alignctl: could not confine itself and goes on without: "
		      "%s\n",
		      err->words);
}

static void apply_limits(const struct confine_files *files,
			 enum confine_calls calls)
{
	struct confine_state state = {.landlock = 0};
	struct error err;

	if (!confine_landlock(files, &state, &err) ||
	    !confine_seccomp(calls, &state, &err))
		tell_unconfined(&err);
}

void report_confine_sender(struct tool *tool, const struct config *config,
			   struct confine_files *files)
{
	const struct report_settings *report = &config->report;

	if (!config->daemon.confine)
		return;
	confinement_allow_config(files, config, tool->config_path);
	confinement_allow_store(files, config);
	confine_read_beside(files, report->sign_key);
	confine_read_beside(files, report->smtp_password_file);
	confine_read_beside(files, report->smtp_ca_file);
	confine_connect_port(files, url_port(report->smtp_url));
	apply_limits(files, CONFINE_SENDER);
}

/* What is left to one that has all it needs but the store. */
static struct confine_files *store_alone(struct tool *tool,
					 const struct config *config)
{
	struct confine_files *files = confine_files_new(tool->mem);

	confine_read(files, "/usr"); /* the public suffix list */
	confine_read(files, "/dev/urandom");
	confine_add_watched_files(files);
	confinement_allow_store(files, config);
	return files;
}

void report_confine_bounces(struct tool *tool, const struct config *config)
{
	if (config->daemon.confine)
		apply_limits(store_alone(tool, config), CONFINE_DAEMON);
}

void report_confine_taker(struct tool *tool, const struct config *config)
{
	struct confine_files *files = store_alone(tool, config);
	struct confine_state state = {.landlock = 0};
	struct error err;

	/* What the process that reads has for standard error. */
	confine_write_file(files, "/dev/null");
	if (config->daemon.confine && !confine_landlock(files, &state, &err))
		tell_unconfined(&err);
}

bool report_confined_engine(struct tool *tool, struct engine **engine,
			    struct error *err)
{
	struct config *config;

	if (!tool_config(tool, &config, err))
		return false;
	report_confine_sender(tool, config, confine_files_new(tool->mem));
	return engine_new(config, NULL, &tool->clock, random_system(), engine,
			  err);
}
