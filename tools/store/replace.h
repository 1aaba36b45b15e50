/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_STORE_REPLACE_H
#define TOOLS_STORE_REPLACE_H

/*
 * replace - a recovered store in the place of the damaged one
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"

/* False, with words, while the daemon of this store runs: it would go on
 * writing to the file that is set aside. */
bool replace_is_possible(TALLOC_CTX *mem, const char *path, struct error *err)
    __attribute__((warn_unused_result));

/* Gives `copy`, in the same folder, owner, group and mode of the store at
 * `path` and its name; what was there is kept under *remains. */
bool replace_store(TALLOC_CTX *mem, const char *path, const char *copy,
		   int64_t now_s, const char **remains, struct error *err)
    __attribute__((warn_unused_result));

#endif
