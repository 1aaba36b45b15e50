/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TOOL_H
#define TOOLS_TOOL_H

/*
 * tool - what every subcommand of alignctl shares
 *
 * A subcommand is one file cmd_NAME.c, or command.c of its wing, with one
 * struct command, listed in alignctl.c. tool.c reads all options, common ones
 * and the subcommand's own, which may stand before or after the subcommand and
 * its operands; the subcommand finds them in the struct tool. It prints its
 * result on standard output and returns the exit status; faults go to standard
 * error through tool_fail and tool_usage.
 */

#include "lib/app/config.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/show/rows.h"

/* Exit status; a verdict is no error. */
enum tool_status {
	TOOL_DONE = 0,
	TOOL_BAD_USAGE = 1,
	TOOL_BAD_CONFIG = 2,
	TOOL_BAD_INPUT = 3,
	TOOL_BAD_STORE = 4,
	TOOL_BAD_DNS = 5,
	TOOL_FINDINGS = 6,   /* something is wrong with what was looked at */
	TOOL_UNCHECKED = 7,  /* it could not be found out in time */
	TOOL_TRY_AGAIN = 75, /* EX_TEMPFAIL, for a mail server's pipe */
};

/* One option of a subcommand, or one that all share. */
struct tool_option {
	const char *name;  /* "--json"; NULL ends the table */
	const char *value; /* what stands behind it in usage; NULL: nothing */
	bool is_repeatable;
	/* The value may be left out: it is taken where a word follows that has
	 * no dot, as names of files, domains and addresses would. */
	bool is_value_optional;
};

struct store_flaws;
struct tool;

struct command {
	const char *name;
	const char *summary;		   /* for --help, one line */
	const char *usage;		   /* what follows "alignctl NAME" */
	const struct tool_option *options; /* own ones; NULL for none */
	int (*run)(struct tool *tool);
};

/* One option that was given. */
struct tool_given {
	const struct tool_option *option;
	const char *value; /* NULL when it takes none */
};

struct tool {
	TALLOC_CTX *mem; /* lives until the program ends */
	const struct command *command;
	const char *config_path; /* --config; NULL: the usual place */
	struct clock clock;	 /* stands still at --now */
	struct text_list operands;
	size_t given_count;
	struct tool_given *given;  /* all options, in order */
	struct store_flaws *flaws; /* of the store (store.h) */
};

/* NULL ends it; in the order of --help. */
extern const struct command *const tool_commands[];

extern const struct command command_alert;
extern const struct command command_check;
extern const struct command command_compare;
extern const struct command command_config;
extern const struct command command_desk;
extern const struct command command_digest;
extern const struct command command_doctor;
extern const struct command command_explain;
extern const struct command command_fleet;
extern const struct command command_import;
extern const struct command command_inbox;
extern const struct command command_lookup;
extern const struct command command_override;
extern const struct command command_paths;
extern const struct command command_posture;
extern const struct command command_privacy;
extern const struct command command_report;
extern const struct command command_review;
extern const struct command command_scorecard;
extern const struct command command_setup;
extern const struct command command_stats;
extern const struct command command_store;
extern const struct command command_whatif;

/* --- tool.c --- */

/* Reads the command line. TOOL_DONE: the tool is filled, and `command` is NULL
 * only when no subcommand stands there (--help, --version). Else the fault was
 * printed and the status is returned. */
int tool_read_arguments(struct tool *tool, int argc, char **argv);

/* Was the option given? Its last value, or NULL; all its values below mem. */
bool tool_has(const struct tool *tool, const char *option);
const char *tool_value(const struct tool *tool, const char *option);
struct text_list tool_values(const struct tool *tool, const char *option);

/* In which form the result is wanted: --json, --csv, else text. */
enum show_form tool_form(const struct tool *tool);

/* The configuration, with --dns and --resolver put over it. Owned by the
 * tool. */
bool tool_config(struct tool *tool, struct config **config, struct error *err)
    __attribute__((warn_unused_result));

/* The exit status for trouble of that kind; none is TOOL_DONE. */
int tool_status_of(enum error_kind kind);

/* Prints "alignctl: WORDS" and returns the status of the error's kind. */
int tool_fail(const struct error *err);

/* Prints the words and the usage line; returns TOOL_BAD_USAGE. */
int tool_usage(const struct tool *tool, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The name of the person who acts, under sudo too, for what is recorded of
 * it. */
const char *tool_operator(TALLOC_CTX *mem);

/* "usage: alignctl NAME ..." as one line below the tool. */
const char *tool_usage_line(const struct tool *tool);

#endif
