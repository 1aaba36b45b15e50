/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_POSTURE_REPORTED_H
#define TOOLS_POSTURE_REPORTED_H

/*
 * reported - what kept reports of others say of mail in the domains' names
 *
 * Those whose mail passed DMARC for whom they name: all others anybody may have
 * written, so that they are told and not counted (lib/inbox/claim.h).
 */

#include "tools/posture/traffic.h"

/* Adds what the last POSTURE_REPORTED_DAYS say; the traffic was read from the
 * same store. */
bool reported_read(struct tool *tool, const char *path, struct traffic *traffic,
		   struct error *err) __attribute__((warn_unused_result));

#endif
