/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * site.c - one installation of alignd, with its files and its store
 */
#include "tests/simulate/site.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mail/eml.h"
#include "milter/log.h"
#include "milter/session.h"

struct site {
	TALLOC_CTX *mem;
	const char *folder;
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

void site_set_time(int64_t time_s)
{
	atomic_store(&now_s, time_s);
}

/* --- what stands in for the MTA and the log --------------------------------
 */

/* Of the message that is being judged. */
static enum disposition applied;
static bool is_held;
static bool is_replayed;

static const char *on_macro(void *context, const char *name)
{
	(void)context;
	return strcmp(name, "i") == 0 ? "4XyZ1234567890" : NULL;
}

static bool on_delete(void *context, const char *name, unsigned index)
{
	(void)context;
	(void)name;
	return index > 0;
}

static bool on_pair(void *context, const char *name, const char *value)
{
	(void)context;
	return name != NULL && value != NULL;
}

static bool on_quarantine(void *context, const char *reason)
{
	(void)context;
	is_held = true;
	return reason != NULL;
}

static bool on_recipient(void *context, const char *recipient)
{
	(void)context;
	return recipient != NULL;
}

static bool on_reply(void *context, const char *code, const char *enhanced,
		     const char *text)
{
	(void)context;
	return code != NULL && enhanced != NULL && text != NULL;
}

static const struct mta_ops mta_ops = {
    .macro = on_macro,
    .delete_header = on_delete,
    .insert_header = on_pair,
    .quarantine = on_quarantine,
    .delete_recipient = on_recipient,
    .add_recipient = on_recipient,
    .set_reply = on_reply,
};

void log_open(const struct log_settings *settings)
{
	(void)settings;
}

/* What the daemon has to say of itself, none of it good. */
void log_write(enum log_level level, const char *format, ...)
{
	va_list args;

	if (level > LOG_LEVEL_ERROR)
		return;
	va_start(args, format);
	(void)vfprintf(stderr, format, args);
	va_end(args);
	(void)fputc('\n', stderr);
	exit(EXIT_FAILURE);
}

void log_verdict(const struct verdict *verdict, const char *queue_id)
{
	const struct evidence_signatures *dkim = &verdict->evidence.dkim;

	(void)queue_id;
	applied = verdict->decision.applied;
	is_replayed = false;
	for (size_t i = 0; i < dkim->count; i++)
		is_replayed =
		    is_replayed || dkim->items[i].doubt == DOUBT_REPLAYED;
}

bool site_saw_replay(void)
{
	return is_replayed;
}

bool log_is_due(struct log_limit *limit)
{
	(void)limit;
	return true;
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

/* As the daemon starts: main.c. */
static bool start(struct site *site, const struct engine *first,
		  struct error *err)
{
	struct service *service = &site->service;
	struct config *config;
	struct engine *engine;

	if (!config_load(NULL,
			 mem_printf(site->mem, "%s/alignd.conf", site->folder),
			 &config, err) ||
	    !engine_new(config, first, &site_clock, random_system(), &engine,
			err))
		return false;
	gate_init(&service->gate);
	service->host = "mx." OWN_DOMAIN;
	service->sightings = sightings_new(&site_clock, random_system());
	service->holds = hold_budget_new(&site_clock);
	engine->evaluator.sightings = service->sightings;
	engine->evaluator.holds = service->holds;
	current_init(&service->current, engine);
	return store_open(&engine->config->store, service->host, &site_clock,
			  &service->store, err);
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
	mem_free(site->mem);
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

static enum fate fate_of(enum mta_answer answer)
{
	if (answer == MTA_REJECT)
		return FATE_REFUSED;
	if (answer != MTA_CONTINUE)
		return FATE_LATER;
	if (is_held)
		return FATE_HELD;
	return applied == DISPOSITION_NONE ? FATE_DELIVERED : FATE_TAGGED;
}

enum fate site_send(struct site *site, const struct mail *mail)
{
	struct mta mta = {.ops = &mta_ops, .grants = ~0U};
	struct session *session = session_new(&site->service, &mta);
	struct net_address address;

	is_held = false;
	if (net_address_parse(mail->client, &address))
		session_connect(session, mail->helo, &address);
	session_helo(session, mail->helo);
	session_mail(session, mail->mail_from);
	for (size_t i = 0; i < mail->rcpts.count; i++)
		session_recipient(session, mail->rcpts.items[i]);
	send_message(session, mail->message);
	enum fate fate = fate_of(session_end_of_message(session));
	session_free(session);
	return fate;
}
