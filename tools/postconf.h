/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_POSTCONF_H
#define TOOLS_POSTCONF_H

/*
 * postconf - a Postfix is asked for its set-up, and told another value
 *
 * `folder` is where its main.cf lies; NULL: the usual one.
 */

#include "lib/wiring/postfix_facts.h"
#include "tools/program.h"

/* What main.cf and master.cf say, below `mem`; the facts are empty on
 * failure. */
bool postconf_facts(TALLOC_CTX *mem, const char *folder,
		    struct postfix_facts *facts, struct error *err)
    __attribute__((warn_unused_result));

/* The parameter as main.cf has it, $names and all; "" for none. */
bool postconf_written(TALLOC_CTX *mem, const char *folder, const char *name,
		      const char **value, struct error *err)
    __attribute__((warn_unused_result));

/* Writes "NAME = VALUE" into main.cf. */
bool postconf_edit(TALLOC_CTX *mem, const char *folder, const char *assignment,
		   struct error *err) __attribute__((warn_unused_result));

#endif
