/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * service.c - one request answered
 *
 * Its line in the log says who looked at what: a page holds personal data.
 * Tested by test_desk_server.
 */
#include "desk/service.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/app/config_store.h"
#include "lib/base/clock.h"
#include "lib/base/limits.h"
#include "lib/desk/fleet.h"
#include "lib/fleet/pg_confine.h"

#define LOGGED_MAX 200
#define LOOK_EVERY_S 2 /* whether the configuration has changed */

enum count {
	COUNT_REQUESTS,
	COUNT_REFUSED, /* 4xx but 404 */
	COUNT_FAULTS,  /* 5xx */
	COUNT_BUSY,
	COUNTS
};

static const struct {
	const char *name;
	const char *help;
} counts[COUNTS] = {
    [COUNT_REQUESTS] = {"alignd_desk_requests_total", "Requests answered."},
    [COUNT_REFUSED] = {"alignd_desk_refused_total",
		       "Requests of who may not, or not understood."},
    [COUNT_FAULTS] = {"alignd_desk_faults_total",
		      "Pages that could not be made."},
    [COUNT_BUSY] = {"alignd_desk_busy_total",
		    "Connections closed to make room, and answers too many "
		    "at once."},
};

/* How a file was when it was read. */
struct file_state {
	ino_t inode;
	off_t size;
	struct timespec changed;
};

struct desk_service {
	const struct desk_settings *settings;
	const struct desk_gate *gate;
	TALLOC_CTX *mem; /* of the configuration */
	struct config *config;
	const char *store;
	struct desk_fleet *fleet; /* NULL: none is read */
	int64_t looked_s;
	struct file_state states[2]; /* of alignd.conf and overrides.conf */
	int64_t totals[COUNTS];
	int64_t spent_us;
};

/* --- alignd's configuration --- */

static struct file_state state_of(const char *path)
{
	struct stat found;
	struct file_state state = {.inode = 0};

	if (path != NULL && stat(path, &found) == 0)
		state = (struct file_state){.inode = found.st_ino,
					    .size = found.st_size,
					    .changed = found.st_mtim};
	return state;
}

static bool is_same(const struct file_state *a, const struct file_state *b)
{
	return a->inode == b->inode && a->size == b->size &&
	       a->changed.tv_sec == b->changed.tv_sec &&
	       a->changed.tv_nsec == b->changed.tv_nsec;
}

static const char *overrides_of(const struct desk_service *service)
{
	return service->config == NULL ? NULL : service->config->overrides_file;
}

/* The store that a refused configuration means, as alignctl takes it. */
static const char *store_of(const struct desk_service *service)
{
	struct config_store place;
	struct error unused;

	if (*service->settings->store != '\0')
		return service->settings->store;
	if (service->config != NULL)
		return service->config->store.sqlite;
	return *service->settings->config != '\0' &&
		       config_store_find(service->mem,
					 service->settings->config, &place,
					 &unused)
		   ? place.path
		   : "";
}

static void read_config(struct desk_service *service)
{
	const char *path = service->settings->config;
	struct error err;

	mem_free(service->mem);
	service->mem = mem_context(NULL);
	service->config = NULL;
	if (*path != '\0' &&
	    !config_load(service->mem, path, &service->config, &err)) {
		service->config = NULL;
		(void)fprintf(stderr, "alignd-desk: %s\n", err.words);
	}
	service->store = store_of(service);
	service->states[0] = state_of(path);
	service->states[1] = state_of(overrides_of(service));
}

static void look_at_config(struct desk_service *service, int64_t now_s)
{
	const struct file_state now[2] = {state_of(service->settings->config),
					  state_of(overrides_of(service))};

	if (now_s - service->looked_s < LOOK_EVERY_S &&
	    now_s >= service->looked_s)
		return;
	service->looked_s = now_s;
	if (!is_same(&now[0], &service->states[0]) ||
	    !is_same(&now[1], &service->states[1]))
		read_config(service);
}

struct desk_service *desk_service_new(const struct desk_settings *settings,
				      const struct desk_gate *gate)
{
	struct desk_service *service = heap_new(struct desk_service);

	service->settings = settings;
	service->gate = gate;
	if (*settings->postgresql != '\0')
		service->fleet = desk_fleet_new(NULL, settings->postgresql,
						"postgresql of desk.conf");
	read_config(service);
	return service;
}

void desk_service_free(struct desk_service *service)
{
	if (service == NULL)
		return;
	mem_free(service->fleet);
	mem_free(service->mem);
	heap_free(service);
}

void desk_service_connect(struct desk_service *service)
{
	struct error err;

	if (service->fleet != NULL &&
	    !desk_fleet_connect(service->fleet, DESK_PAGE_MS, &err))
		(void)fprintf(stderr, "alignd-desk: %s\n", err.words);
}

/* A sort that does not fit memory goes to a file, which the unit gives a folder
 * of its own. */
static void allow_temporary(struct confine_files *files)
{
	const char *folder = getenv("TMPDIR");

	if (folder == NULL || *folder == '\0')
		folder = "/tmp";
	confine_write_folder(files, folder);
	(void)setenv("SQLITE_TMPDIR", folder, 0);
}

bool desk_service_files(const struct desk_service *service,
			struct confine_files *files)
{
	confine_system(files);
	confine_read_beside(files, service->settings->config);
	confine_read_beside(files, overrides_of(service));
	confine_read_beside(files, service->settings->parts);
	if (service->config != NULL) {
		const struct settings_origins *origins =
		    service->config->origins;
		for (size_t i = 0; i < origins->file_count; i++)
			confine_read_beside(files, origins->files[i].path);
	}
	if (service->fleet != NULL)
		pg_confine(files, service->settings->postgresql);
	allow_temporary(files);
	confine_read_beside(files, service->store);
	return *service->store != '\0' || service->fleet != NULL;
}

void desk_service_count_busy(struct desk_service *service)
{
	service->totals[COUNT_BUSY]++;
}

/* --- what is no page --- */

static void put_plain(TALLOC_CTX *mem, unsigned status, const char *text,
		      struct desk_answer *answer)
{
	*answer = (struct desk_answer){.status = status,
				       .type = "text/plain; charset=utf-8"};
	strbuf_init(&answer->body, mem, strlen(text));
	strbuf_add_text(&answer->body, text);
}

static void answer_metrics(const struct desk_service *service, TALLOC_CTX *mem,
			   struct desk_answer *answer)
{
	struct strbuf text;

	strbuf_init(&text, mem, 4096);
	for (size_t i = 0; i < COUNTS; i++)
		strbuf_printf(
		    &text, "# HELP %s %s\n# TYPE %s counter\n%s %" PRId64 "\n",
		    counts[i].name, counts[i].help, counts[i].name,
		    counts[i].name, service->totals[i]);
	strbuf_printf(&text,
		      "# HELP alignd_desk_seconds_total Time that answers "
		      "took.\n# TYPE alignd_desk_seconds_total counter\n"
		      "alignd_desk_seconds_total %" PRId64 ".%06" PRId64 "\n",
		      service->spent_us / 1000000, service->spent_us % 1000000);
	put_plain(mem, 200, strbuf_text(&text), answer);
	answer->type = "text/plain; version=0.0.4; charset=utf-8";
}

static bool open_record(const struct desk_service *service, TALLOC_CTX *mem,
			struct store_reader **reader, struct error *err)
{
	if (service->fleet != NULL)
		return desk_fleet_begin(service->fleet, mem, NULL, DESK_PAGE_MS,
					reader, err);
	return store_reader_open(mem, service->store, reader, err) &&
	       store_reader_begin_page(*reader, DESK_PAGE_MS, err);
}

/* Can the record be read? */
static void answer_health(const struct desk_service *service, TALLOC_CTX *mem,
			  struct desk_answer *answer)
{
	struct store_reader *reader;
	struct error err;

	if (open_record(service, mem, &reader, &err)) {
		mem_free(reader);
		put_plain(mem, 200, "ok\n", answer);
		return;
	}
	put_plain(mem, 503,
		  mem_printf(mem, "%s: %s\n",
			     service->fleet != NULL ? "fleet" : "store",
			     err.words),
		  answer);
}

/* Figures without names: for whoever reaches the socket. */
static bool answer_watcher(const struct desk_service *service, TALLOC_CTX *mem,
			   const char *target, struct desk_answer *answer)
{
	bool is_metrics = strcmp(target, "/metrics") == 0;

	if (is_metrics)
		answer_metrics(service, mem, answer);
	else if (strcmp(target, "/healthz") == 0)
		answer_health(service, mem, answer);
	else
		return false;
	return true;
}

/* --- pages --- */

static void answer_page(const struct desk_service *service, TALLOC_CTX *mem,
			const struct desk_call *call, struct desk_who *who,
			struct desk_answer *answer)
{
	const struct desk desk = {
	    .store = service->store,
	    .fleet = service->fleet,
	    .config = service->config,
	    .now_s = clock_now_s(clock_system()),
	    .page_ms = DESK_PAGE_MS,
	    .likely_max = LIMIT_DESK_LIKELY,
	    .parts = service->settings->parts,
	    .note = call->arrival.is_tcp
			? "Tried out on loopback, with a token for everybody: "
			  "in earnest it is served behind a web server that "
			  "asks who you are."
			: NULL,
	};
	struct desk_request request;
	struct error err;

	struct desk_refusal refusal =
	    desk_gate_check(service->gate, &call->arrival);
	if (refusal.status == 0)
		refusal =
		    desk_gate_who(mem, service->gate, &call->arrival, who);
	if (refusal.status != 0)
		desk_refuse(mem, &desk, refusal.status, refusal.words, NULL,
			    answer);
	else if (!desk_request_read(mem, call->target, &request, &err))
		desk_refuse(mem, &desk, 400, err.words,
			    "Go back, and choose or type it anew.", answer);
	else
		desk_answer(mem, &desk, who, &request, answer);
}

/* Without the query, and without the words about it: what was typed may be an
 * address. */
static void log_answer(TALLOC_CTX *mem, const struct desk_call *call,
		       const struct desk_who *who,
		       const struct desk_answer *answer, int64_t took_us)
{
	static const char *const roles[] = {
	    [DESK_NOBODY] = "nobody",
	    [DESK_HELPDESK] = "helpdesk",
	    [DESK_ANALYST] = "analyst",
	};
	struct span path = span_make(call->target, strcspn(call->target, "?"));
	const char *fault = answer->status >= 500 ? answer->fault : NULL;

	(void)fprintf(
	    stderr, "user=%s role=%s path=%s status=%u ms=%" PRId64 "%s%s\n",
	    text_escape(mem, span_of(who->user == NULL ? "-" : who->user),
			LOGGED_MAX, false),
	    roles[who->role], text_escape(mem, path, LOGGED_MAX, false),
	    answer->status, took_us / 1000, fault == NULL ? "" : " fault=",
	    fault == NULL ? ""
			  : text_escape(mem, span_of(fault), LOGGED_MAX, true));
}

static void count_answer(struct desk_service *service, unsigned status,
			 int64_t took_us)
{
	service->totals[COUNT_REQUESTS]++;
	if (status >= 500)
		service->totals[COUNT_FAULTS]++;
	else if (status >= 400 && status != 404)
		service->totals[COUNT_REFUSED]++;
	service->spent_us += took_us;
}

void desk_service_answer(struct desk_service *service, TALLOC_CTX *mem,
			 const struct desk_call *call,
			 struct desk_answer *answer)
{
	int64_t began_us = clock_monotonic_us();
	struct desk_who who = {.role = DESK_NOBODY};

	look_at_config(service, clock_now_s(clock_system()));
	if (strcmp(call->method, "GET") != 0 &&
	    strcmp(call->method, "HEAD") != 0)
		put_plain(mem, 405, "GET or HEAD: nothing is changed here\n",
			  answer);
	else if (answer_watcher(service, mem, call->target, answer))
		return;
	else
		answer_page(service, mem, call, &who, answer);
	int64_t took_us = clock_monotonic_us() - began_us;
	count_answer(service, answer->status, took_us);
	log_answer(mem, call, &who, answer, took_us);
}
