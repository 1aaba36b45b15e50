/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_COUNTED_H
#define TOOLS_COUNTED_H

/*
 * counted - incidents that were only counted, for people and programs
 */

#include "lib/store/store.h"
#include "tools/tool.h"

/* Tells of the row that the reference leads to; *is_found is false where there
 * is none, and nothing is printed. */
bool tool_counted_tell(struct store_reader *reader, const char *reference,
		       bool is_json, bool *is_found, struct error *err)
    __attribute__((warn_unused_result));

/* A line, or an object, for each row that may hold incidents of the filter; its
 * limit counts rows. *count is how many were printed. */
bool tool_counted_list(struct store_reader *reader,
		       const struct store_filter *filter, bool is_json,
		       size_t *count, struct error *err)
    __attribute__((warn_unused_result));

/* One line for all of them together; nothing where there are none. */
bool tool_counted_sum(struct store_reader *reader,
		      const struct store_filter *filter, struct error *err)
    __attribute__((warn_unused_result));

#endif
