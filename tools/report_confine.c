/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_confine.c - the engine of a run that sends reports, in a process that
 * has given up the rest
 */
#include "tools/report_confine.h"

#include <stdio.h>
#include <string.h>

#include "lib/app/confinement.h"
#include "lib/report/smtp.h"

static void bar(struct tool *tool, const struct config *config)
{
	const struct report_settings *report = &config->report;
	struct confine_files *files = confine_files_new(tool->mem);
	struct confine_state state = {.landlock = 0};
	struct error err;

	confinement_allow_config(files, config, tool->config_path);
	confinement_allow_store(files, config);
	confine_read_beside(files, report->sign_key);
	confine_read_beside(files, report->smtp_password_file);
	confine_read_beside(files, report->smtp_ca_file);
	confine_connect_port(files, smtp_port(report->smtp_url));
	if (!confine_landlock(files, &state, &err) ||
	    !confine_seccomp(CONFINE_SENDER, &state, &err))
		(void)fprintf(stderr,
			      "alignctl: could not confine itself and goes on "
			      "without: %s\n",
			      err.words);
}

bool report_confined_engine(struct tool *tool, struct engine **engine,
			    struct error *err)
{
	struct config *config;

	if (!tool_config(tool, &config, err))
		return false;
	if (config->daemon.confine)
		bar(tool, config);
	return engine_new(config, NULL, &tool->clock, random_system(), engine,
			  err);
}
