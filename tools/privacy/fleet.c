/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fleet.c - alignctl privacy export and erase with --fleet
 * Tested by test_fleet_privacy.
 */
#include "tools/privacy/fleet.h"

#include "lib/fleet/fleet_erase.h"
#include "lib/fleet/fleet_named.h"
#include "tools/fleet/people.h"

#define PAGE 1000 /* rows whose rest is asked for at once */

bool privacy_fleet_open(struct tool *tool, const struct config *config,
			const struct store_subject *subject,
			struct privacy_fleet *fleet, struct error *err)
{
	*fleet = (struct privacy_fleet){.config = config, .subject = subject};
	return fleet_admin_open(tool, config, NULL, &fleet->pg, err);
}

static bool is_done(const struct privacy_fleet *fleet, enum pg_kind kind,
		    struct error *err)
{
	return kind == PG_DONE || fleet_people_failed(fleet->config, kind, err);
}

bool privacy_fleet_count(TALLOC_CTX *mem, const struct privacy_fleet *fleet,
			 struct store_erasure *erasure, struct error *err)
{
	return is_done(
	    fleet,
	    fleet_erasure_count(mem, fleet->pg, fleet->subject, erasure, err),
	    err);
}

bool privacy_fleet_erase(TALLOC_CTX *mem, const struct privacy_fleet *fleet,
			 struct store_erasure *erasure, struct error *err)
{
	return is_done(
	    fleet,
	    fleet_erasure_run(mem, fleet->pg, fleet->subject, erasure, err),
	    err);
}

/* --- export --- */

struct exporting {
	bool (*seen)(void *context, const char *table, const char *json);
	void *context;
	const char *table;
	bool goes_on;
	size_t count;
	int64_t numbers[PAGE];
};

static bool see_row(void *context, const struct fleet_named_row *row)
{
	struct exporting *exporting = context;

	exporting->numbers[exporting->count++] = row->number;
	exporting->goes_on =
	    exporting->seen(exporting->context, exporting->table, row->json);
	return exporting->goes_on && exporting->count < PAGE;
}

static enum pg_kind export_kind(const struct privacy_fleet *fleet,
				enum fleet_named_kind kind,
				struct exporting *exporting, struct error *err)
{
	enum pg_kind done = PG_DONE;
	int64_t after = 0;

	exporting->table = fleet_named_table(kind);
	do {
		exporting->count = 0;
		done = fleet_named_find(fleet->pg, kind, fleet->subject, after,
					see_row, exporting, err);
		if (done == PG_DONE && exporting->goes_on)
			done = fleet_named_rest(
			    fleet->pg, kind, exporting->numbers,
			    exporting->count, exporting->seen,
			    exporting->context, err);
		if (exporting->count > 0)
			after = exporting->numbers[exporting->count - 1];
	} while (done == PG_DONE && exporting->goes_on &&
		 exporting->count == PAGE);
	return done;
}

bool privacy_fleet_export(const struct privacy_fleet *fleet,
			  bool (*seen)(void *context, const char *table,
				       const char *json),
			  void *context, struct error *err)
{
	struct exporting *exporting = mem_new(NULL, struct exporting);
	enum pg_kind done = PG_DONE;

	*exporting = (struct exporting){
	    .seen = seen, .context = context, .goes_on = true};
	for (int kind = 0;
	     done == PG_DONE && exporting->goes_on && kind < FLEET_NAMED_KINDS;
	     kind++)
		done = export_kind(fleet, (enum fleet_named_kind)kind,
				   exporting, err);
	mem_free(exporting);
	return is_done(fleet, done, err);
}
