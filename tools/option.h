/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_OPTION_H
#define TOOLS_OPTION_H

/*
 * option - values of options that several subcommands have
 *
 * Each reads the option's value; without the option the variable stays. False:
 * usage, which has been printed.
 */

#include "tools/tool.h"

/* --limit, from 1. */
bool tool_limit(struct tool *tool, long max, long *limit);

/* A domain name, in the form it is recorded in. */
bool tool_domain(struct tool *tool, const char *option, const char **domain);

#endif
