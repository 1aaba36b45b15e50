/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fleet.c - does this host's record come to that of its fleet?
 *
 * The forwarder leaves word beside the store; where it has not for long, the
 * connection is tried from here. A host by itself is told nothing.
 * Tested by test_fleet_status.
 */
#include "tools/doctor/doctor.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/app/fleet_files.h"
#include "lib/app/fleet_state.h"
#include "lib/base/clock.h"
#include "lib/base/secret_text.h"
#include "lib/fleet/pg.h"

#define CHECK_NAME "fleet"
#define SILENT_S 900
#define OFFSET_MS 60000
#define WAIT_MS 3000
#define START "systemctl enable --now alignd-forward"
#define TRACK "\"alignctl fleet status\" follows it"

/* What to do about the kinds of trouble of fleet_state.h. */
static const struct {
	const char *kind;
	const char *fix;
} fixes[] = {
    {"away", "look whether PostgreSQL runs and can be reached from here; what "
	     "this host counts waits meanwhile"},
    {"denied", "alignctl fleet init --host NAME, by who may, makes the role"},
    {"schema", "alignctl fleet init --upgrade of the newer program"},
    {"tls", "the server's certificate must be in force, hold the name in "
	    "host=, and be signed by a CA that sslrootcert=FILE in "
	    "store.postgresql names"},
    {"string", "mend store.postgresql"},
};

static const char *fix_of(const char *kind)
{
	for (size_t i = 0; i < COUNT_OF(fixes); i++) {
		if (strcmp(fixes[i].kind, kind) == 0)
			return fixes[i].fix;
	}
	return TRACK;
}

static void tell_trouble(struct doctor *doctor, const char *kind,
			 const char *words)
{
	finding_problem(doctor->findings, ERROR_STORE, CHECK_NAME, fix_of(kind),
			"%s", text_printable(doctor->mem, words));
}

/* alignd.conf is for all to read. */
static void check_password(struct doctor *doctor)
{
	const char *setting = "store.postgresql";
	const struct settings_origins *origins = doctor->config->origins;
	const struct setting_origin *origin = settings_origin(origins, setting);
	struct stat found;

	if (!secret_text_has_any(doctor->config->store.postgresql) ||
	    origin->file == NULL || stat(origin->file, &found) != 0 ||
	    (found.st_mode & 04) == 0)
		return;
	finding_warn(
	    doctor->findings, setting,
	    "put it into a file of alignd-forward's, and passfile=FILE "
	    "in its place",
	    "a password stands in %s, which everybody may read",
	    finding_shown(doctor->findings, origin->file));
}

static void try_connection(struct doctor *doctor)
{
	struct error err;
	struct pg *pg;
	enum pg_kind kind = pg_connect(
	    doctor->mem, doctor->config->store.postgresql, WAIT_MS, &pg, &err);

	if (kind == PG_DONE)
		finding_note(doctor->findings, CHECK_NAME,
			     "PostgreSQL takes a connection from here");
	else
		tell_trouble(doctor, pg_kind_text(kind), err.words);
}

static void judge_state(struct doctor *doctor, const struct fleet_state *state)
{
	size_t before = doctor->findings->count;
	int64_t offset_ms =
	    state->offset_ms < 0 ? -state->offset_ms : state->offset_ms;
	char heard[CLOCK_TEXT];

	if (*state->fault != '\0')
		tell_trouble(doctor, state->kind, state->fault);
	if (*state->overrides_fault != '\0')
		finding_warn(
		    doctor->findings, CHECK_NAME, TRACK, "%s",
		    text_printable(doctor->mem, state->overrides_fault));
	if (state->aside > 0)
		finding_warn(doctor->findings, CHECK_NAME,
			     "the forwarder's log has PostgreSQL's words",
			     "%" PRId64 " rows were refused by PostgreSQL and "
			     "set aside",
			     state->aside);
	if (offset_ms > OFFSET_MS)
		finding_warn(doctor->findings, CHECK_NAME,
			     "keep it by NTP, here or there",
			     "this host's clock is %" PRId64
			     " s from PostgreSQL's",
			     state->offset_ms / 1000);
	if (doctor->findings->count == before)
		finding_ok(doctor->findings, CHECK_NAME,
			   "PostgreSQL has what this host counted; it answered "
			   "at %s",
			   clock_text(state->heard_s, heard));
}

void doctor_check_fleet(struct doctor *doctor)
{
	const struct config *config = doctor->config;
	struct fleet_state state;
	char when[CLOCK_TEXT];

	if (!store_is_of_fleet(&config->store))
		return;
	check_password(doctor);
	bool has_word = fleet_state_find(doctor->mem, &config->store, &state);
	if (has_word && doctor->now_s - state.written_s <= SILENT_S) {
		judge_state(doctor, &state);
		return;
	}
	if (has_word)
		finding_problem(doctor->findings, ERROR_STORE, CHECK_NAME,
				START, "the forwarder left its last word at %s",
				clock_text(state.written_s, when));
	else
		finding_problem(doctor->findings, ERROR_STORE, CHECK_NAME,
				START,
				"the forwarder has not run yet: what this host "
				"counts waits in its store");
	try_connection(doctor);
}
