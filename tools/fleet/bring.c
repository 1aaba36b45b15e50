/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bring.c - the fleet's overrides and hosts, brought to where alignd reads them
 *
 * A version of the overrides is taken when it is newer than the one that lies
 * here, or has its number and another text, when its bytes are what their
 * digest says, and when the daemon's own parser takes it together with this
 * host's own file; else what lies here holds, and the trouble is told. A lower
 * version is never taken: PostgreSQL was played back, and what somebody had
 * taken away would be in force again. Tested by test_fleet_overrides.
 */
#include "tools/fleet/forwarder.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/app/daemon_status.h"
#include "lib/app/fellows.h"
#include "lib/app/fleet_files.h"
#include "lib/base/file_change.h"
#include "lib/base/file_read.h"
#include "lib/fleet/fleet_hosts.h"
#include "lib/fleet/fleet_overrides.h"
#include "lib/report/send/stop_point.h"

#define FILE_MODE 0640
#define HOSTS_EVERY_MS 60000
#define HEADING "# The fleet's overrides, version "
#define HEADING_END                                                            \
	". Written by alignctl fleet forward, which\n"                         \
	"# replaces it; changed by alignctl override add --fleet.\n"
#define HEADING_MAX 200
#define REFUSED_MS 60000

/* --- what lies here --- */

/* The number behind the heading's words; 0: none of ours. */
static int64_t version_of(struct span file)
{
	struct span number;
	struct span rest;
	int64_t version;

	if (!span_starts(file, HEADING))
		return 0;
	(void)span_cut(span_from(file, strlen(HEADING)), '.', &number, &rest);
	return text_number64(number, 1, INT64_MAX, &version) ? version : 0;
}

/* What stands behind the heading; a file that somebody changed has a digest
 * that no version has. */
static void take_digest(struct forwarder *forwarder, struct span file)
{
	size_t heading = 0;

	for (int line = 0; line < 2; line++) {
		while (heading < file.length && file.data[heading] != '\n')
			heading++;
		heading += heading < file.length;
	}
	if (!fleet_digest_make(span_from(file, heading),
			       forwarder->overrides_digest))
		memset(forwarder->overrides_digest, 0, FLEET_DIGEST);
}

/* All zero: there is none. */
static struct stat file_of(const char *path)
{
	struct stat found;

	if (stat(path, &found) != 0)
		memset(&found, 0, sizeof found);
	return found;
}

void forward_look_at_overrides(struct forwarder *forwarder)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *path = fleet_overrides_path(mem, &forwarder->config->store);
	struct error unread;
	struct span file;

	forwarder->state.overrides = 0;
	forwarder->overrides_file = file_of(path);
	if (file_read_plain(mem, path,
			    LIMIT_FLEET_OVERRIDES_BYTES + HEADING_MAX, &file,
			    &unread)) {
		forwarder->state.overrides = version_of(file);
		take_digest(forwarder, file);
	}
	mem_free(mem);
}

/* Somebody may have deleted it, or changed it; here it is written anew. */
static void look_where_changed(struct forwarder *forwarder)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const struct stat now =
	    file_of(fleet_overrides_path(mem, &forwarder->config->store));
	const struct stat *then = &forwarder->overrides_file;

	if (now.st_ino != then->st_ino || now.st_size != then->st_size ||
	    now.st_mtim.tv_sec != then->st_mtim.tv_sec ||
	    now.st_mtim.tv_nsec != then->st_mtim.tv_nsec)
		forward_look_at_overrides(forwarder);
	mem_free(mem);
}

/* --- a newer version --- */

/* Both files as a reload will read them. */
static bool check_with_own(TALLOC_CTX *mem, const struct config *config,
			   struct override_file fleet, struct error *err)
{
	struct override_file files[2];
	size_t count = 0;

	if (config->overrides_file != NULL &&
	    file_read(mem, config->overrides_file, LIMIT_OVERRIDES_BYTES,
		      &files[0].bytes, err))
		files[count++].path = config->overrides_file;
	files[count++] = fleet;
	return override_check_files(files, count, err);
}

static bool put_version(struct forwarder *forwarder, TALLOC_CTX *mem,
			const struct fleet_version *version, struct span whole,
			struct error *err)
{
	const struct config *config = forwarder->config;
	const char *path = fleet_overrides_path(mem, &config->store);
	const struct override_file fleet = {path, whole};

	if (!check_with_own(mem, config, fleet, err) ||
	    !file_put(path, fleet.bytes, FILE_MODE, err))
		return false;
	stop_point("fleet-overrides-written");
	forward_log("the fleet's overrides, version %" PRId64 ", are here",
		    version->number);
	return true;
}

static void set_fault(struct forwarder *forwarder, const char *words)
{
	struct fleet_state *state = &forwarder->state;

	if (strcmp(state->overrides_fault, words) == 0)
		return;
	state->overrides_fault = mem_strdup(forwarder->tool->mem, words);
	if (*words != '\0')
		forward_log("%s", words);
}

static bool take_version(struct forwarder *forwarder,
			 const struct fleet_version *version, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *heading =
	    mem_printf(mem, HEADING "%" PRId64 HEADING_END, version->number);
	struct error refusal;
	struct span whole;
	enum pg_kind kind = fleet_overrides_fetch(mem, forwarder->pg, version,
						  heading, &whole, err);

	if (kind != PG_DONE && kind != PG_REFUSED) {
		mem_free(mem);
		return forward_pg(forwarder, kind);
	}
	bool is_put = kind == PG_DONE &&
		      put_version(forwarder, mem, version, whole, &refusal);
	set_fault(
	    forwarder,
	    is_put ? ""
		   : mem_printf(mem,
				"version %" PRId64
				" of the fleet's overrides is not taken: "
				"%s",
				version->number,
				kind == PG_DONE ? refusal.words : err->words));
	mem_free(mem);
	if (is_put)
		forward_look_at_overrides(forwarder);
	memcpy(forwarder->refused_digest, version->digest, FLEET_DIGEST);
	forwarder->refused_ms = is_put ? 0 : forward_now_ms();
	return true;
}

/* What stands in its way may be mended on this host meanwhile. */
static bool was_refused_now(const struct forwarder *forwarder,
			    const struct fleet_version *version)
{
	return forwarder->refused_ms > 0 &&
	       forward_now_ms() - forwarder->refused_ms < REFUSED_MS &&
	       memcmp(forwarder->refused_digest, version->digest,
		      FLEET_DIGEST) == 0;
}

static bool bring_overrides(struct forwarder *forwarder, struct error *err)
{
	const struct fleet_answer *answer = &forwarder->answer;
	look_where_changed(forwarder);
	int64_t here = forwarder->state.overrides;
	struct fleet_version newest = {.number = answer->override_version};

	memcpy(newest.digest, answer->override_digest, sizeof newest.digest);
	if (was_refused_now(forwarder, &newest))
		return true;
	/* Under the number that lies here another text: what was said anew
	 * after PostgreSQL was played back, or a file that was changed here. */
	if (newest.number > here ||
	    (newest.number == here && here > 0 &&
	     memcmp(newest.digest, forwarder->overrides_digest, FLEET_DIGEST) !=
		 0))
		return take_version(forwarder, &newest, err);
	TALLOC_CTX *mem = mem_context(NULL);
	set_fault(
	    forwarder,
	    newest.number == here
		? ""
		: mem_printf(mem,
			     "the fleet's overrides went back from "
			     "version %" PRId64 " to %" PRId64
			     ", which is not taken: was PostgreSQL played "
			     "back? Say once more what shall hold "
			     "(alignctl override add --fleet) until it is "
			     "past that version",
			     here, newest.number));
	mem_free(mem);
	return true;
}

/* --- the fleet's hosts --- */

static bool has_same_bytes(const char *path, const char *text)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct error unread;
	struct span file;
	bool is_same =
	    file_read_plain(mem, path, FELLOWS_BYTES_MAX, &file, &unread) &&
	    span_equals(file, text);

	mem_free(mem);
	return is_same;
}

/* Whoever is among them has a word in what alignd believes. */
static void tell_hosts(const struct fellow *fellows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct span all = span_of("");
		for (size_t k = 0; k < fellows[i].addresses.count; k++)
			all =
			    span_of(mem_printf(mem, "%s %s", all.data,
					       fellows[i].addresses.items[k]));
		forward_log("the fleet's hosts changed: %s is %s at%s%s",
			    fellows[i].name, fellows[i].authserv_id,
			    all.length == 0 ? " no address" : all.data,
			    fellow_is_sound(&fellows[i])
				? ""
				: ", which is not its name: left out");
		mem_free(mem);
	}
}

static bool bring_hosts(struct forwarder *forwarder, struct error *err)
{
	int64_t now_ms = forward_now_ms();
	struct fleet_host_list list;

	if (forwarder->hosts_ms > 0 &&
	    now_ms - forwarder->hosts_ms < HOSTS_EVERY_MS)
		return true;
	TALLOC_CTX *mem = mem_context(NULL);
	const char *path = fleet_hosts_path(mem, &forwarder->config->store);
	bool is_done = forward_pg(
	    forwarder, fleet_hosts_fellows(mem, forwarder->pg, &list, err));
	if (is_done) {
		struct fellow *fellows =
		    mem_array(mem, struct fellow, list.count);
		for (size_t i = 0; i < list.count; i++)
			fellows[i] = (struct fellow){
			    .name = list.items[i].name,
			    .authserv_id = list.items[i].authserv_id,
			    .addresses =
				fellow_addresses(mem, list.items[i].addresses),
			};
		const char *text = fellows_text(mem, fellows, list.count);
		if (!has_same_bytes(path, text)) {
			/* the first time all of them are new */
			if (!forwarder->is_once && access(path, F_OK) == 0)
				tell_hosts(fellows, list.count);
			is_done = forward_local(
			    forwarder,
			    file_put(path, span_of(text), FILE_MODE, err));
		}
		forwarder->hosts_ms = now_ms;
	}
	mem_free(mem);
	return is_done;
}

/* --- alignd takes them --- */

/* A pid that was left by one that ended may be anybody's today. */
static bool is_alignd(int64_t pid)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *path = mem_printf(mem, "/proc/%" PRId64 "/comm", pid);
	FILE *file = fopen(path, "re");
	char name[32] = "";

	if (file != NULL) {
		if (fgets(name, sizeof name, file) == NULL)
			name[0] = '\0';
		(void)fclose(file);
	}
	mem_free(mem);
	return strcmp(name, "alignd\n") == 0;
}

static bool is_newer(const char *path, int64_t time_s)
{
	struct stat found;

	return stat(path, &found) == 0 && (int64_t)found.st_mtime >= time_s;
}

/* Where alignd is another user's this may not be: then a unit of systemd looks
 * at the files, alignd-fleet-reload.path. */
static void reload_alignd(const struct forwarder *forwarder)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const struct store_settings *store = &forwarder->config->store;
	struct daemon_status status;

	if (daemon_status_find(mem, store, &status) &&
	    daemon_status_is_running(&status) && is_alignd(status.pid) &&
	    (is_newer(fleet_overrides_path(mem, store), status.tried_s) ||
	     is_newer(fleet_hosts_path(mem, store), status.tried_s)))
		(void)kill((pid_t)status.pid, SIGUSR1);
	mem_free(mem);
}

bool forward_bring(struct forwarder *forwarder, struct error *err)
{
	bool is_done =
	    bring_overrides(forwarder, err) && bring_hosts(forwarder, err);

	reload_alignd(forwarder);
	return is_done;
}
