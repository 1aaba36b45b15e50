/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * site.c - one installation of alignd, with its files and its store
 */
#include "tests/simulate/site.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/app/path_knowledge.h"
#include "lib/base/strbuf.h"
#include "lib/mail/eml.h"
#include "milter/session.h"
#include "tests/bench/quiet_mta.h"
#include "tests/simulate/stand_in.h"

#define WEEK_DAYS 7
#define PROPOSALS_MAX (4 * 1024 * 1024)

struct site {
	TALLOC_CTX *mem;
	const char *folder;
	bool takes_proposals;
	struct service service;
};

/* --- the clock ------------------------------------------------------------ */

static _Atomic int64_t now_s = TRAFFIC_START_S;

static int64_t tell_time_s(const struct clock *clock)
{
	(void)clock;
	return atomic_load(&now_s);
}

/* A computer that was started a day before. */
static int64_t tell_monotonic_ms(const struct clock *clock)
{
	(void)clock;
	return (atomic_load(&now_s) - TRAFFIC_START_S + 86400) * 1000;
}

static const struct clock site_clock = {.now_s = tell_time_s,
					.monotonic_ms = tell_monotonic_ms};

/* What the store does every ten minutes it does twice a day: two of its
 * messages are minutes apart, and not milliseconds. */
static int64_t tell_slow_ms(const struct clock *clock)
{
	return tell_monotonic_ms(clock) / 72;
}

static const struct clock store_clock = {.now_s = tell_time_s,
					 .monotonic_ms = tell_slow_ms};

void site_set_time(int64_t time_s)
{
	atomic_store(&now_s, time_s);
}

/* --- opening -------------------------------------------------------------- */

static bool write_file(const char *path, const char *text, struct error *err)
{
	FILE *file = fopen(path, "w");

	if (file == NULL)
		return error_set(err, ERROR_SYSTEM, "cannot write %s", path);
	(void)fputs(text, file);
	return fclose(file) == 0 ||
	       error_set(err, ERROR_SYSTEM, "cannot write %s", path);
}

static bool write_files(struct site *site, const struct setting_row *row,
			const struct world *world, const char *zone,
			struct error *err)
{
	TALLOC_CTX *mem = site->mem;
	const char *config = mem_printf(
	    mem,
	    "authserv_id = \"mx." OWN_DOMAIN "\"\nmode = enforce\n"
	    "overrides = \"overrides.conf\"\ndns { fixture = \"%s\" }\n"
	    "store { sqlite = \"%s/store.db\" }\n"
	    "own { domains = {\"" OWN_DOMAIN "\", \"" OWN_BRAND "\"} }\n%s",
	    zone, site->folder, row->config);
	const char *overrides =
	    row->overrides == NULL ? "" : row->overrides(mem, world);

	return write_file(mem_printf(mem, "%s/alignd.conf", site->folder),
			  config, err) &&
	       write_file(mem_printf(mem, "%s/overrides.conf", site->folder),
			  overrides, err);
}

static const char *write_zone(struct site *site, const struct world *world,
			      struct error *err)
{
	const char *path = mem_printf(site->mem, "%s/zone", site->folder);

	return write_file(path, world_zone(site->mem, world), err) ? path
								   : NULL;
}

static bool build_engine(const struct site *site, const struct engine *before,
			 struct engine **engine, struct error *err)
{
	const char *path =
	    mem_printf(site->mem, "%s/alignd.conf", site->folder);
	struct config *config;

	return config_load(NULL, path, &config, err) &&
	       engine_new(config, before, &site_clock, random_system(), engine,
			  err);
}

/* As the daemon starts: main.c. */
static bool start(struct site *site, const struct engine *first,
		  struct error *err)
{
	struct service *service = &site->service;
	struct engine *engine;

	if (!build_engine(site, first, &engine, err))
		return false;
	gate_init(&service->gate);
	service->host = "mx." OWN_DOMAIN;
	service->sightings = sightings_new(&site_clock, random_system());
	service->holds = hold_budget_new(&site_clock);
	service->exempt = exempt_budget_new(&site_clock, random_system());
	engine->evaluator.sightings = service->sightings;
	engine->evaluator.holds = service->holds;
	engine->evaluator.exempt = service->exempt;
	if (!store_open(&engine->config->store, service->host, &store_clock,
			&service->store, err))
		return false;
	engine->evaluator.paths = path_knowledge(service->store);
	current_init(&service->current, engine);
	return true;
}

/* As it reloads: current.c. */
static bool reload(struct site *site, struct error *err)
{
	struct current *current = &site->service.current;
	const struct evaluator *before = &current->engine->evaluator;
	struct engine *after;

	if (!build_engine(site, current->engine, &after, err))
		return false;
	after->evaluator.sightings = before->sightings;
	after->evaluator.holds = before->holds;
	after->evaluator.paths = before->paths;
	after->evaluator.exempt = before->exempt;
	current_replace(current, after);
	return true;
}

bool site_open(const char *folder, const struct setting_row *row,
	       const struct world *world, const struct site *first,
	       struct site **site, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct site *made = mem_new(mem, struct site);
	const char *zone;

	made->mem = mem;
	made->folder = folder;
	made->takes_proposals = row->takes_proposals;
	*site = made;
	zone = first == NULL ? write_zone(made, world, err)
			     : mem_printf(mem, "%s/zone", first->folder);
	return zone != NULL && write_files(made, row, world, zone, err) &&
	       start(made, first == NULL ? NULL : first->service.current.engine,
		     err);
}

void site_close(struct site *site)
{
	if (site == NULL)
		return;
	store_close(site->service.store);
	current_done(&site->service.current);
	sightings_free(site->service.sightings);
	hold_budget_free(site->service.holds);
	exempt_budget_free(site->service.exempt);
	mem_free(site->mem);
}

/* --- a person's work ------------------------------------------------------ */

/* What alignctl says, below `mem`; NULL: it failed. */
static char *run_alignctl(TALLOC_CTX *mem, const struct site *site,
			  const char *command)
{
	const char *build = getenv("top_builddir");
	struct strbuf said;
	char part[4096];
	size_t length;

	(void)fflush(NULL);
	FILE *pipe = popen(
	    mem_printf(mem,
		       "%s/tools/alignctl --config %s/alignd.conf --now %lld "
		       "%s",
		       build == NULL ? "." : build, site->folder,
		       (long long)atomic_load(&now_s), command),
	    "r");
	if (pipe == NULL)
		return NULL;
	strbuf_init(&said, mem, PROPOSALS_MAX);
	while ((length = fread(part, 1, sizeof part, pipe)) > 0)
		strbuf_add(&said, part, length);
	return pclose(pipe) == 0 ? strbuf_text(&said) : NULL;
}

static bool take_proposals(struct site *site, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *sections = run_alignctl(
	    mem, site, "override propose --owner postmaster --limit 1000");
	FILE *file;
	bool ok = sections != NULL;

	/* Where there is none it says so, and that is no comment. */
	if (ok && *sections == '#') {
		file = fopen(mem_printf(mem, "%s/overrides.conf", site->folder),
			     "a");
		ok = file != NULL && fputs(sections, file) >= 0;
		ok = file != NULL && fclose(file) == 0 && ok;
		ok = ok && reload(site, err);
	}
	mem_free(mem);
	return ok || error_set(err, ERROR_SYSTEM, "no proposals for %s",
			       site->folder);
}

bool site_begin_day(struct site *site, unsigned day, struct error *err)
{
	return !site->takes_proposals || day == 0 || day % WEEK_DAYS != 0 ||
	       take_proposals(site, err);
}

/* --- the mail ------------------------------------------------------------- */

static bool send_field(void *context, struct span name, struct span value)
{
	TALLOC_CTX *mem = mem_context(NULL);

	session_header(context, mem_strndup(mem, name.data, name.length),
		       mem_strndup(mem, value.data, value.length));
	mem_free(mem);
	return true;
}

static bool send_end_of_header(void *context)
{
	session_end_of_header(context);
	return true;
}

static bool send_body(void *context, struct span chunk)
{
	(void)session_body(context, chunk.data, chunk.length);
	return true;
}

static void send_message(struct session *session, struct span message)
{
	struct eml_handler handler = {.field = send_field,
				      .end_of_header = send_end_of_header,
				      .body = send_body,
				      .context = session};
	struct error err;
	FILE *file =
	    fmemopen((char *)(uintptr_t)message.data, message.length, "r");

	if (file == NULL || !eml_read(file, &handler, &err))
		abort();
	(void)fclose(file);
}

static enum fate fate_of(enum mta_answer answer, bool is_held)
{
	if (answer == MTA_REJECT)
		return FATE_REFUSED;
	if (answer != MTA_CONTINUE)
		return FATE_LATER;
	if (is_held)
		return FATE_HELD;
	return stand_in_judged.applied == DISPOSITION_NONE ? FATE_DELIVERED
							   : FATE_TAGGED;
}

bool site_saw_replay(void)
{
	return stand_in_judged.is_replayed;
}

enum fate site_send(struct site *site, const struct mail *mail)
{
	struct quiet_mta state = {.is_held = false};
	struct mta mta = quiet_mta(&state);
	struct session *session = session_new(&site->service, &mta);
	struct net_address address;

	stand_in_judged = (struct judged){.applied = DISPOSITION_NONE};
	if (net_address_parse(mail->client, &address))
		session_connect(session, mail->helo, &address);
	session_helo(session, mail->helo);
	session_mail(session, mail->mail_from);
	for (size_t i = 0; i < mail->rcpts.count; i++)
		session_recipient(session, mail->rcpts.items[i]);
	send_message(session, mail->message);
	enum mta_answer answer = session_end_of_message(session);
	enum fate fate = fate_of(answer, state.is_held);
	session_free(session);
	return fate;
}
