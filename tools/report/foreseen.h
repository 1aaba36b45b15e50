/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_REPORT_FORESEEN_H
#define TOOLS_REPORT_FORESEEN_H

/*
 * foreseen - alignctl report send --dry-run: what a run would do
 */

#include "lib/report/send/run.h"
#include "lib/show/rows.h"

/* On standard output: the reports that would be made, where each would go and
 * where not and why, then those that wait already. Nothing is noted down.
 * Quiet: not a word where there are none. */
bool report_print_foreseen(struct report_sender *sender, enum show_form form,
			   bool is_quiet, struct error *err)
    __attribute__((warn_unused_result));

#endif
