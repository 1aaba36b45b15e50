/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_SECRET_TEXT_H
#define BASE_SECRET_TEXT_H

/*
 * secret_text - a text that may hold a password, made fit to be shown
 *
 * For connection strings of PostgreSQL, which may name one as a parameter
 * (password = ...) or in an address (postgresql://user:...@host), whole or
 * mistyped, and for the lines they stand in. Errs to hiding too much. Pure.
 */

#include "lib/base/mem.h"

/* The text with "***" for what may be a password. */
char *secret_text_hide(TALLOC_CTX *mem, const char *text);

/* Is there anything that secret_text_hide would hide? */
bool secret_text_has_any(const char *text);

#endif
