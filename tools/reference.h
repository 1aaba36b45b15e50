/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_REFERENCE_H
#define TOOLS_REFERENCE_H

/*
 * reference - an incident's reference as people type it
 *
 * It was read out over the telephone, or copied from a bounce. References hold
 * no 0, 1, I and O; who types one has misheard or misread another letter.
 */

#include "lib/store/store.h"

/* In capitals, without blanks, with the hyphen in its place. */
const char *tool_reference(TALLOC_CTX *mem, const char *typed);

/* Words about a reference that was not found: that other options left it out,
 * those that are spelled nearly like it, or how one is spelled. ERROR_INPUT;
 * returns false. */
bool tool_reference_missing(TALLOC_CTX *mem, struct store_reader *reader,
			    const char *path, const char *reference,
			    struct error *err);

#endif
