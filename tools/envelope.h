/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_ENVELOPE_H
#define TOOLS_ENVELOPE_H

/*
 * envelope - what a stored message does not tell: client and envelope
 *
 * The options are those of subcommands that evaluate files, --json with them.
 */

#include "lib/app/stored_message.h"
#include "tools/tool.h"

#define TOOL_ENVELOPE_OPTIONS                                                  \
	{.name = "--client-ip", .value = "IP"},                                \
	    {.name = "--client-name", .value = "N"},                           \
	    {.name = "--helo", .value = "N"},                                  \
	    {.name = "--mail-from", .value = "ADDR"},                          \
	    {.name = "--rcpt", .value = "ADDR", .is_repeatable = true},        \
	    {.name = "--auth-user", .value = "U"},                             \
	    {.name = "--tls-version", .value = "V"},                           \
	{                                                                      \
		.name = "--json"                                               \
	}

/* Those alone. */
extern const struct tool_option tool_envelope_options[];

/* Reads them; --client-ip must be there. False: usage, which was printed. */
bool tool_envelope(struct tool *tool, struct stored_envelope *envelope);

/* Evaluates a file, "-" for standard input; the verdict belongs to `mem`. */
bool tool_evaluate(TALLOC_CTX *mem, const struct evaluator *evaluator,
		   const struct stored_envelope *envelope, const char *name,
		   const struct verdict **verdict, struct error *err)
    __attribute__((warn_unused_result));

/* Calls `seen` for each operand, or for "-" where there is none. One that
 * cannot be read is told; the others are seen all the same. Returns the exit
 * status. */
int tool_each_file(const struct tool *tool,
		   bool (*seen)(void *context, const char *name,
				struct error *err),
		   void *context);

#endif
