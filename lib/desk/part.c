/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * part.c - a part of a page that takes long where there is much mail
 *
 * A run of alignctl desk has the time, and keeps it; alignd-desk shows what was
 * kept within the last hour, and else makes it while a page may take. What is
 * not made in time costs the page that part alone.
 * Tested by test_alignctl_pages, test_desk.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/base/clock.h"
#include "lib/base/file_read.h"
#include "lib/base/limits.h"
#include "lib/desk/page.h"

#define KEPT_S 3600

const char *desk_part_name(TALLOC_CTX *mem, const struct desk *desk,
			   const char *name)
{
	return desk->fleet == NULL ? name : mem_printf(mem, "fleet-%s", name);
}

/* Markup of ours, of a folder that is the desk's own user's. NULL: there is
 * none that is new enough. */
static const char *read_kept(struct desk_page *page, const char *name,
			     int64_t *made_s)
{
	const struct desk *desk = page->desk;
	struct stat found;
	struct span bytes;
	struct error unused;

	if (desk->parts == NULL || *desk->parts == '\0' ||
	    page->who->author_domain != NULL)
		return NULL;
	const char *path =
	    mem_printf(page->mem, "%s/%s.part", desk->parts,
		       desk_part_name(page->mem, page->desk, name));
	if (stat(path, &found) != 0 || found.st_mtime > desk->now_s ||
	    found.st_mtime < desk->now_s - KEPT_S ||
	    !file_read(page->mem, path, LIMIT_DESK_PAGE_BYTES, &bytes, &unused))
		return NULL;
	*made_s = found.st_mtime;
	return mem_strndup(page->mem, bytes.data, bytes.length);
}

static bool put_kept(struct desk_page *page, const char *name)
{
	int64_t made_s;
	const char *kept = read_kept(page, name, &made_s);
	char time[CLOCK_TEXT];

	if (kept == NULL)
		return false;
	HTML(&page->html, "<p class=\"small soft\">As of {}.</p>\n",
	     clock_text(made_s, time));
	strbuf_add_text(&page->html, kept);
	return true;
}

bool desk_put_kept_data(struct desk_page *page, const char *name)
{
	int64_t made_s;
	const char *kept = read_kept(page, name, &made_s);

	return kept != NULL && fputs(kept, page->data) >= 0;
}

/* The part alone, with the links of files or those of a desk that is served. */
static struct strbuf tell_part(struct desk_page *page, bool is_files,
			       const struct desk_part *part, const void *found)
{
	const struct desk *desk = page->desk;
	struct strbuf before = page->html;
	struct desk way = *desk;

	way.is_files = is_files;
	page->desk = &way;
	strbuf_init(&page->html, page->mem, LIMIT_DESK_PAGE_BYTES);
	part->put(page, found);
	struct strbuf told = page->html;
	page->html = before;
	page->desk = desk;
	return told;
}

/* What is kept is shown by a desk that is served, and made for it. */
static bool keep_part(struct desk_page *page, const struct desk_part *part,
		      const void *found, struct error *err)
{
	const struct desk *desk = page->desk;

	if (desk->keep == NULL)
		return true;
	struct strbuf told = tell_part(page, false, part, found);
	return desk->keep(desk->keeper,
			  desk_part_name(page->mem, desk, part->name),
			  span_make(strbuf_text(&told), told.length), err);
}

static void put_fault(struct desk_page *page)
{
	HTML(&page->html,
	     "<p class=\"note\">This part could not be made ({}): where "
	     "there is much mail, alignd-desk-pages.timer keeps it, and parts "
	     "in desk.conf names its folder.</p>\n",
	     page->fault);
}

/* After a fault nothing more is read for the page: time is up, or the
 * transaction takes no further question. */
bool desk_put_part(struct desk_page *page, const struct desk_part *part,
		   struct error *err)
{
	const struct desk *desk = page->desk;
	void *found = NULL;

	if (put_kept(page, part->name))
		return true;
	if (page->fault == NULL) {
		if (part->read(page, &found, err) &&
		    keep_part(page, part, found, err)) {
			struct strbuf told =
			    tell_part(page, desk->is_files, part, found);
			strbuf_add_text(&page->html, strbuf_text(&told));
			return true;
		}
		page->fault = mem_strdup(page->mem, err->words);
	}
	if (!desk->is_files)
		put_fault(page);
	return !desk->is_files;
}
