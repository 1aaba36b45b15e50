/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POSTURE_SHOW_H
#define POSTURE_SHOW_H

/*
 * show - findings for people, and for programs
 *
 * JSON has one object a finding, then one for the domain, each on a line; CSV
 * one row a finding.
 */

#include "lib/posture/posture.h"
#include "lib/show/rows.h"

/* What begins the output; to be kept for the domains. */
struct rows posture_show_begin(FILE *file, enum show_form form);

/* One domain, sorted. */
void posture_show(struct rows *rows, const struct posture *posture);

/* All that can be found, in the order in which it is shown. */
void posture_show_kinds(FILE *file, enum show_form form);

#endif
