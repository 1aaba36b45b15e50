/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_POSTURE_MEMORY_H
#define TOOLS_POSTURE_MEMORY_H

/*
 * memory - since when what is found stands, and what senders were told before
 *
 * Kept in the store for the domains of own.domains alone, by whoever may write
 * it; who may only read it is told what others noted.
 */

#include "lib/posture/posture.h"
#include "tools/tool.h"

struct memory;

/* *memory is NULL where nothing can be remembered: no store, none that may be
 * read. */
bool memory_open(struct tool *tool, const struct config *config,
		 struct memory **memory, struct error *err)
    __attribute__((warn_unused_result));

/* The policies of MTA-STS that were offered, of all domains that are
 * remembered; below the tool. NULL is fine. */
bool memory_policies(struct memory *memory, struct sts_kept_list *policies,
		     struct error *err) __attribute__((warn_unused_result));

/* Notes the findings, sets their since_s, and adds those of age; likewise the
 * policy of MTA-STS. The posture is sorted. NULL is fine. */
bool memory_take(struct memory *memory, struct posture *posture,
		 struct error *err) __attribute__((warn_unused_result));

#endif
