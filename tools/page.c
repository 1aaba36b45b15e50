/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page.c - the file that --html names, whole or not there
 * Tested by test_alignctl_stats_page, test_alignctl_posture.
 */
#include "tools/page.h"

#include "tools/file.h"

void tool_page_begin(struct tool *tool, struct strbuf *page)
{
	strbuf_init(page, tool->mem, TOOL_PAGE_BYTES);
}

bool tool_page_write(struct tool *tool, struct strbuf *page, const char *remedy,
		     struct error *err)
{
	if (strbuf_is_full(page))
		return error_set(err, ERROR_USAGE,
				 "the page would be larger than %zu MiB; %s",
				 TOOL_PAGE_BYTES >> 20, remedy);
	return tool_file_write(tool->mem, tool_value(tool, "--html"),
			       strbuf_text(page), page->length, err);
}
