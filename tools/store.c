/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store.c - the store, opened so that what cannot be read in it is told
 *
 * Tested by test_alignctl_hostile_store.
 */
#include "tools/store.h"

#include <inttypes.h>
#include <stdio.h>

struct store_flaws *tool_store_flaws(struct tool *tool)
{
	if (tool->flaws == NULL)
		tool->flaws = store_flaws_new(tool->mem);
	return tool->flaws;
}

bool tool_store_reader(struct tool *tool, const char *path,
		       struct store_reader **reader, struct error *err)
{
	if (!store_reader_open(tool->mem, path, reader, err))
		return false;
	store_reader_list_flaws(*reader, tool_store_flaws(tool));
	return true;
}

bool tool_store_reports(struct tool *tool, const char *path,
			enum store_db_mode mode, struct store_reports **reports,
			struct error *err)
{
	if (!store_reports_open(tool->mem, path, mode, reports, err))
		return false;
	store_reports_list_flaws(*reports, tool_store_flaws(tool));
	return true;
}

/* The words are clean: store_db.c escapes the key. */
void tool_store_tell(const struct tool *tool)
{
	const char *words;

	if (tool->flaws == NULL || store_flaws_count(tool->flaws) == 0)
		return;
	for (size_t i = 0; (words = store_flaws_words(tool->flaws, i)) != NULL;
	     i++)
		(void)fprintf(stderr, "alignctl: left out: %s\n", words);
	(void)fprintf(stderr,
		      "alignctl: %" PRIu64 " of the store's rows cannot be "
		      "read and were left out: alignd does not write such; "
		      "who else can write to the file?\n",
		      store_flaws_count(tool->flaws));
}
