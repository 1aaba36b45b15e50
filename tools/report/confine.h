/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_REPORT_CONFINE_H
#define TOOLS_REPORT_CONFINE_H

/*
 * confine - processes of the user that sends reports, which have given
 * up what they do not need
 *
 * As the daemon (milter/privileges.h): landlock and seccomp where the kernel
 * has them, unless "confine = no". What is left: the configuration, the key and
 * the password, the store's folder; the DNS and the mail server's port.
 */

#include "tools/engine.h"

/* tool_engine(), confined. What the kernel has and refuses is told on standard
 * error, and the run goes on. */
bool report_confined_engine(struct tool *tool, struct engine **engine,
			    struct error *err)
    __attribute__((warn_unused_result));

/* The same for who needs no engine, with what it has allowed in `files`
 * besides. */
struct confine_files;
void report_confine_sender(struct tool *tool, const struct config *config,
			   struct confine_files *files);

/* For one that reads what strangers sent, as the user whose keys those are,
 * from a file that is open: it keeps the store's folder, and no port. */
void report_confine_bounces(struct tool *tool, const struct config *config);

/* For one that keeps what strangers sent, from standard input: it keeps the
 * store's folder, and no port. Calls stay as they are, since it starts the
 * process that reads (read_process.h), which gives up more. Before the store is
 * opened. */
void report_confine_taker(struct tool *tool, const struct config *config);

#endif
