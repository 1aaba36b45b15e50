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

extern const struct tool_option tool_envelope_options[];

/* Reads them; --client-ip must be there. False: usage, which was printed. */
bool tool_envelope(struct tool *tool, struct stored_envelope *envelope);

/* Evaluates a file, "-" for standard input; the verdict belongs to `mem`. */
bool tool_evaluate(TALLOC_CTX *mem, const struct evaluator *evaluator,
		   const struct stored_envelope *envelope, const char *name,
		   const struct verdict **verdict, struct error *err)
    __attribute__((warn_unused_result));

#endif
