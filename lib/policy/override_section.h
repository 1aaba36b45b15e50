/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POLICY_OVERRIDE_SECTION_H
#define POLICY_OVERRIDE_SECTION_H

/*
 * override_section - where in a file's bytes does an override stand?
 *
 * For a file that override_parse has read: nothing is judged here.
 */

#include "lib/base/text.h"

/* The section of that name, from its word `override` to its brace; whole lines
 * where nothing else stands on them. False: there is none. */
bool override_find_section(struct span file, const char *name,
			   struct span *section);

#endif
