/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command.c - alignctl doctor: what is wired wrongly, and the fix
 *
 * Reads configuration, mail server set-up, socket, resolver, store and clock;
 * changes nothing but, where --believe-clock asks for it, what the store holds
 * of the clock. Run it as root or as the user that runs alignd: what others may
 * not see, it says it could not see.
 */
#include "tools/doctor/doctor.h"

#include <stdio.h>

#include "tools/clock.h"
#include "tools/store.h"

static const struct tool_option own_options[] = {
    {.name = "--postfix", .value = "DIR"},
    {.name = "--sendmail", .value = "FILE"},
    {.name = "--etc", .value = "DIR"},
    {.name = "--believe-clock"},
    {.name = "--quick"},
    {.name = "--profile", .value = "NAME", .is_value_optional = true},
    {.name = "--json"},
    {.name = NULL},
};

static void (*const checks[])(struct doctor *doctor) = {
    doctor_check_doubts,      doctor_check_mode,     doctor_check_trust,
    doctor_check_overrides,   doctor_check_engines,  doctor_check_socket,
    doctor_check_postfix,     doctor_check_exempt,   doctor_check_sendmail,
    doctor_check_resolver,    doctor_check_suffixes, doctor_check_store,
    doctor_check_mark,	      doctor_check_report,   doctor_check_reload,
    doctor_check_confinement, doctor_check_clock,    doctor_check_fleet,
    doctor_check_desk,
};

/* --- running --- */

/* A file that cannot be read is the first problem, and the last: the other
 * checks would speak of settings that are not in force. */
static void examine(struct doctor *doctor, struct tool *tool)
{
	struct config *config = NULL;
	struct error err;

	doctor->findings->where = doctor->config_path;
	if (!tool_config(tool, &config, &err)) {
		finding_problem(doctor->findings, ERROR_CONFIG, "configuration",
				"mend the line it names; \"alignctl config "
				"check\" tells when it is good, then reload",
				"%s; an alignd that runs goes on with what it "
				"read before",
				err.words);
		return;
	}
	doctor->config = config;
	if (config->origins->file_count > 0)
		finding_ok(doctor->findings, "configuration",
			   "%s is good: %s mode",
			   config_files_text(doctor->mem, config),
			   config_mode_text(config->daemon.mode));
	else
		finding_note(
		    doctor->findings, "configuration",
		    "%s is not there: all settings have their defaults, and "
		    "the mode is %s",
		    doctor->config_path, config_mode_text(config->daemon.mode));
	if (tool_has(tool, "--quick")) {
		doctor_check_quickly(doctor);
		return;
	}
	for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
		doctor->findings->where = doctor->config_path;
		checks[i](doctor);
	}
}

/* The operator's word, where nothing keeps the clock. */
static int believe_clock(struct tool *tool)
{
	struct config *config = NULL;
	struct store_reports *reports;
	char now[CLOCK_TEXT];
	struct error err;

	if (clock_is_fixed(&tool->clock))
		return tool_usage(tool,
				  "--believe-clock: is about the machine's "
				  "clock, not about --now");
	if (!tool_config(tool, &config, &err) ||
	    !tool_store_reports(tool, config->store.sqlite, STORE_DB_WRITE,
				&reports, &err) ||
	    !tool_clock_believe(tool, reports, &err))
		return tool_fail(&err);
	(void)printf("the clock is believed: it is %s\n",
		     clock_text(clock_now_s(&tool->clock), now));
	return TOOL_DONE;
}

static int run_doctor(struct tool *tool)
{
	struct doctor doctor = {
	    .tool = tool,
	    .mem = tool->mem,
	    .config_path =
		tool->config_path == NULL ? CONFIG_PATH : tool->config_path,
	    .postfix_folder = tool_value(tool, "--postfix"),
	    .etc = tool_has(tool, "--etc") ? tool_value(tool, "--etc") : "/etc",
	    .sendmail_cf = tool_value(tool, "--sendmail"),
	    .now_s = clock_now_s(&tool->clock),
	    .findings = finding_list_new(tool->mem),
	};

	if (tool->operands.count > 0)
		return tool_usage(
		    tool, "doctor: one argument too many: %s",
		    finding_shown(doctor.findings, tool->operands.items[0]));
	if (tool_has(tool, "--believe-clock"))
		return believe_clock(tool);
	if (tool_has(tool, "--profile"))
		return doctor_check_profile(&doctor,
					    tool_value(tool, "--profile"));
	examine(&doctor, tool);
	finding_list_write(stdout, doctor.findings,
			   tool_has(tool, "--json") ? SHOW_JSON : SHOW_TEXT);
	return tool_status_of(finding_list_kind(doctor.findings));
}

const struct command command_doctor = {
    .name = "doctor",
    .summary = "Find the classic wiring mistakes, with the fix for each.",
    .usage = "[--postfix DIR] [--sendmail FILE] [--etc DIR] [--quick] "
	     "[--believe-clock] [--profile [NAME]] [--json]",
    .options = own_options,
    .run = run_doctor,
};
