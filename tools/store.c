/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store.c - the store, opened so that what cannot be read in it is told
 *
 * Tested by test_alignctl_hostile_store.
 */
#include "tools/store.h"

#include <inttypes.h>
#include <stdio.h>

#include "lib/fleet/fleet_db.h"

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

const char *tool_fleet(const struct tool *tool, const struct config *config)
{
	if (!store_is_of_fleet(&config->store) || tool_has(tool, "--local") ||
	    tool_has(tool, "--store"))
		return NULL;
	return config_fleet_people(config);
}

const char *tool_record_name(const char *fleet, const char *path)
{
	return fleet == NULL ? path : "the fleet's record";
}

bool tool_record_reader(struct tool *tool, const char *fleet, const char *path,
			struct store_reader **reader, struct error *err)
{
	struct store_reader *own = NULL;
	struct store_db *db;
	struct error unused;

	if (fleet == NULL)
		return tool_store_reader(tool, path, reader, err);
	if (!fleet_db_open(fleet, STORE_DB_READ, &db, err))
		return error_wrap(err, "the fleet's record (--local reads this "
				       "host's own)");
	/* A desk need not have a store of its own. */
	if (!tool_store_reader(tool, path, &own, &unused))
		own = NULL;
	*reader = store_reader_over(tool->mem, db,
				    tool_record_name(fleet, path), own);
	store_reader_list_flaws(*reader, tool_store_flaws(tool));
	return true;
}

bool tool_record_acts(struct tool *tool, const char *fleet, const char *path,
		      struct store_acts_writer **acts, struct error *err)
{
	struct store_db *db;

	if (fleet == NULL)
		return store_acts_open(tool->mem, path, acts, err);
	if (!fleet_db_open(fleet, STORE_DB_WRITE, &db, err))
		return error_wrap(err, "cannot record what is done");
	*acts = store_acts_over(tool->mem, db, tool_record_name(fleet, path));
	return true;
}

bool tool_record_posture(struct tool *tool, const char *fleet, const char *path,
			 enum store_db_mode mode, struct store_posture **store,
			 bool *may_write, struct error *err)
{
	struct store_db *db;

	*may_write = mode == STORE_DB_WRITE;
	if (fleet == NULL) {
		if (!store_posture_open(tool->mem, path, mode, store, err))
			return false;
	} else if (!fleet_db_open(fleet, mode, &db, err) ||
		   !store_posture_of_fleet(tool->mem, db, store, may_write,
					   err)) {
		return error_wrap(err, "what was found before (--local: this "
				       "host's own)");
	}
	store_posture_list_flaws(*store, tool_store_flaws(tool));
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
