/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_PAGE_H
#define TOOLS_PAGE_H

/*
 * page - the file that --html names, whole or not there
 */

#include "lib/base/strbuf.h"
#include "tools/tool.h"

#define TOOL_PAGE_BYTES ((size_t)64 << 20) /* of a page, at most */

/* An empty page, to be written into; below `tool->mem`. */
void tool_page_begin(struct tool *tool, struct strbuf *page);

/* Puts it where --html says. `remedy` is what to do where it became too large:
 * "give a smaller --limit". */
bool tool_page_write(struct tool *tool, struct strbuf *page, const char *remedy,
		     struct error *err) __attribute__((warn_unused_result));

#endif
