/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link.c - addresses of pages, from where a page stands
 *
 * Relative ones, so that the desk may stand below any path of a reverse proxy,
 * and its files in any folder.
 * Tested by test_alignctl_pages, test_desk.
 */
#include "lib/desk/page.h"

#include <string.h>

#include "lib/base/limits.h"

/* "../" for "/incident/K7QX-2M4D". */
static const char *way_up(const struct desk_page *page)
{
	const char *path = page->request->path;

	return *path == '/' && strchr(path + 1, '/') != NULL ? "../" : "";
}

/* Of the pages with parameters, one for each value is a file. */
static const char *file_address(const struct desk_page *page, const char *path,
				const char *value)
{
	const char *name = *path == '\0' ? "index" : path;

	if (strcmp(path, "search") == 0)
		return NULL;
	if (value == NULL)
		return mem_printf(page->mem, "%s%s.html", way_up(page), name);
	return strcmp(path, "groups") == 0
		   ? mem_printf(page->mem, "%s%s-%s.html", way_up(page), name,
				value)
		   : NULL;
}

const char *desk_address(const struct desk_page *page, const char *path)
{
	if (page->desk->is_files)
		return file_address(page, path, NULL);
	/* "" is the page itself: the folder is "./". */
	return mem_printf(page->mem, "%s%s", way_up(page),
			  *path == '\0' ? "./" : path);
}

const char *desk_address_with(const struct desk_page *page, const char *path,
			      const char *name, const char *value)
{
	struct strbuf url;

	if (page->desk->is_files)
		return file_address(page, path, value);
	strbuf_init(&url, page->mem, LIMIT_DESK_TARGET_BYTES);
	strbuf_printf(&url, "%s%s?%s=", way_up(page), path, name);
	desk_url_add(&url, value);
	return strbuf_is_full(&url) ? NULL : strbuf_text(&url);
}

void desk_link(struct desk_page *page, const char *address, const char *words)
{
	if (address == NULL)
		HTML(&page->html, "{}", words);
	else
		HTML(&page->html, "<a href=\"{}\">{}</a>", address, words);
}

const char *desk_incident_address(const struct desk_page *page,
				  const char *reference, int64_t time_s)
{
	struct strbuf path;

	if (page->desk->is_files && time_s < page->desk->files_since_s)
		return NULL;
	strbuf_init(&path, page->mem, LIMIT_DESK_TARGET_BYTES);
	strbuf_add_text(&path, "incident/");
	desk_url_add(&path, reference);
	return strbuf_is_full(&path) ? NULL
				     : desk_address(page, strbuf_text(&path));
}
