/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_SETTINGS_SCAN_H
#define BASE_SETTINGS_SCAN_H

/*
 * settings_scan - a configuration file made safe for libconfuse's lexer
 *
 * The lexer replaces "${NAME}" from the environment, drops characters it does
 * not know, lets a text run over line ends, ends it at an escaped NUL,
 * takes the end of the file for a closing brace, and miscounts lines after
 * comments; with "|", a name reaches into another section. All of that is
 * refused or removed here, so that what it reads is what the file says.
 */

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"

/* The file's text below `mem`, blanks for comments, so that every byte stands
 * where it stood. False: the words name `path` and the line. */
bool settings_scan(TALLOC_CTX *mem, const char *path, struct span file,
		   char **clean, struct error *err)
    __attribute__((warn_unused_result));

/* The bytes of the section that closes after `number` others, from its first
 * word to its }, in a file of titled sections that was read without a fault. */
struct span settings_section(struct span file, size_t number);

#endif
