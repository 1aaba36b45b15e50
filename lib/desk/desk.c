/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * desk.c - which page is asked for, and what becomes of a fault
 * Tested by test_desk, test_alignctl_pages.
 */
#include "lib/desk/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/desk/fleet.h"
#include "lib/desk/page.h"

const struct desk_route desk_routes[] = {
    {"", "Start", DESK_ANALYST, true, false, desk_start, false, false},
    {"incidents", "Incidents", DESK_ANALYST, true, true, desk_incidents, false,
     false},
    {"groups", NULL, DESK_ANALYST, true, true, desk_groups, false, false},
    {"likely", "Likely legitimate", DESK_ANALYST, true, true, desk_likely,
     false, false},
    {"search", NULL, DESK_HELPDESK, false, false, desk_search, false, false},
    {"incident/", NULL, DESK_HELPDESK, true, true, desk_incident, false, false},
    {"overrides", "Overrides", DESK_ANALYST, true, false, desk_overrides, true,
     false},
    {"reports", "Reports", DESK_ANALYST, true, false, desk_reports, true,
     false},
    {"hosts", "Hosts", DESK_ANALYST, true, true, desk_hosts, true, true},
    {.path = NULL},
};

#define HTML_TYPE "text/html; charset=utf-8"

/* --- which page --- */

/* Does the route lead there? `rest` is what follows it. */
static bool leads_to(const struct desk_route *route, const char *path,
		     const char **rest)
{
	size_t length = strlen(route->path);
	bool takes_more = length > 0 && route->path[length - 1] == '/';

	if (strncmp(path, route->path, length) != 0)
		return false;
	*rest = path + length;
	return takes_more ? **rest != '\0' && strchr(*rest, '/') == NULL
			  : **rest == '\0';
}

bool desk_route_is_for(const struct desk_route *route,
		       const struct desk_who *who)
{
	return who->role >= route->role &&
	       !(route->is_of_all && who->author_domain != NULL);
}

bool desk_route_is_there(const struct desk_route *route,
			 const struct desk *desk)
{
	return !route->is_of_fleet || desk->fleet != NULL;
}

const char *desk_record_name(const struct desk_page *page)
{
	return page->desk->fleet != NULL ? DESK_FLEET_NAME : page->desk->store;
}

static const struct desk_route *find_route(struct desk_page *page)
{
	for (const struct desk_route *route = desk_routes; route->path != NULL;
	     route++) {
		if (desk_route_is_there(route, page->desk) &&
		    leads_to(route, page->request->path + 1, &page->rest))
			return route;
	}
	return NULL;
}

/* --- a page that says why --- */

static const char *advice_for(const struct desk *desk, enum error_kind kind)
{
	switch (kind) {
	case ERROR_STORE:
		if (desk->fleet != NULL)
			return "Try again in a moment. If it stays: does "
			       "alignctl fleet status answer on a host of the "
			       "fleet? FLEET.md says what to do. Meanwhile "
			       "alignctl --local explain tells on each host "
			       "what it refused.";
		return "Try again in a moment. If it stays: is alignd running "
		       "on the host, and does alignctl doctor find anything?";
	case ERROR_CONFIG:
		return "Ask whoever runs the host: alignctl config check says "
		       "what is wrong.";
	case ERROR_INPUT:
		return desk->fleet != NULL
			   ? "Was it read out right? It may also have been "
			     "purged after fleet.keep_incidents, or its host "
			     "has not brought it yet: alignctl fleet status."
			   : "Was it read out right? It may also have been "
			     "purged after store.keep_incidents, or be of "
			     "another host.";
	default:
		return "Go back, and choose or type it anew.";
	}
}

static unsigned status_for(enum error_kind kind)
{
	switch (kind) {
	case ERROR_INPUT:
		return 404;
	case ERROR_USAGE:
		return 400;
	default:
		return 503;
	}
}

static void begin(struct desk_page *page, struct desk_answer *answer)
{
	page->status = 200;
	page->title = "alignd desk";
	strbuf_init(&page->html, page->mem, LIMIT_DESK_PAGE_BYTES);
	*answer = (struct desk_answer){.type = HTML_TYPE};
	strbuf_init(&answer->body, page->mem, LIMIT_DESK_PAGE_BYTES);
}

static const char *title_of(unsigned status)
{
	static const struct {
		unsigned status;
		const char *title;
	} table[] = {
	    {400, "Not understood"}, {401, "Who are you?"},
	    {403, "Not yours"},	     {421, "Not by that name"},
	    {503, "Not now"},
	};

	for (size_t i = 0; i < COUNT_OF(table); i++) {
		if (table[i].status == status)
			return table[i].title;
	}
	return "Not found";
}

static void refuse(struct desk_page *page, unsigned status, const char *words,
		   const char *advice, struct desk_answer *answer)
{
	begin(page, answer);
	page->title = title_of(status);
	HTML(&page->html, "<p class=\"lead\">{}</p>\n", words);
	if (advice != NULL)
		HTML(&page->html, "<p>{}</p>\n", advice);
	answer->status = status;
	answer->fault = mem_strdup(page->mem, words);
	desk_frame(page, &answer->body);
}

void desk_refuse(TALLOC_CTX *mem, const struct desk *desk, unsigned status,
		 const char *words, const char *advice,
		 struct desk_answer *answer)
{
	static const struct desk_who nobody = {.role = DESK_NOBODY};
	static const struct desk_request request = {.path = "/"};
	struct desk_page page = {
	    .mem = mem, .desk = desk, .who = &nobody, .request = &request};

	refuse(&page, status, words, advice, answer);
}

/* --- the store --- */

static bool open_own(const struct desk_page *page, struct store_reader **reader,
		     struct error *err)
{
	const struct desk *desk = page->desk;

	return store_reader_open(page->mem, desk->store, reader, err) &&
	       store_reader_begin_page(*reader, desk->page_ms, err);
}

/* This host may have no store, or one that cannot be read now: what is taken of
 * it is a help, and no more. */
static bool open_fleet(struct desk_page *page, struct error *err)
{
	const struct desk *desk = page->desk;
	struct store_reader *own = NULL;
	struct error unused;

	if (*desk->store == '\0' || !open_own(page, &own, &unused))
		own = NULL;
	if (!desk_fleet_begin(desk->fleet, page->mem, own, desk->page_ms,
			      &page->reader, err)) {
		mem_free(own);
		return false;
	}
	(void)talloc_steal(page->reader, own);
	return true;
}

static bool open_record(struct desk_page *page, struct error *err)
{
	return page->desk->fleet != NULL ? open_fleet(page, err)
					 : open_own(page, &page->reader, err);
}

static void tell_flaws(struct desk_page *page, const struct store_flaws *flaws)
{
	if (store_flaws_count(flaws) == 0)
		return;
	HTML(&page->html,
	     "<p class=\"note\">{} of the store's rows cannot be read and were "
	     "left out: alignd does not write such; who else can write to the "
	     "file?</p>\n",
	     mem_printf(page->mem, "%llu",
			(unsigned long long)store_flaws_count(flaws)));
}

/* --- data --- */

static bool read_form(struct desk_page *page, const struct desk_route *route,
		      struct error *err)
{
	const char *text = desk_request_value(page->request, "format");

	page->form = SHOW_TEXT;
	if (text == NULL || strcmp(text, "html") == 0)
		return true;
	if (strcmp(text, "json") == 0 && route->has_json)
		page->form = SHOW_JSON;
	else if (strcmp(text, "csv") == 0 && route->has_csv)
		page->form = SHOW_CSV;
	else
		return error_set(
		    err, ERROR_USAGE, "format: \"%s\" (allowed here: html%s%s)",
		    text_escape(page->mem, span_of(text), 20, true),
		    route->has_json ? ", json" : "",
		    route->has_csv ? ", csv" : "");
	return true;
}

/* What a list writes as it goes. */
static bool make_data(struct desk_page *page, const struct desk_route *route,
		      struct desk_answer *answer, struct error *err)
{
	char *bytes = NULL;
	size_t length = 0;

	page->data = open_memstream(&bytes, &length);
	if (page->data == NULL)
		return error_set(err, ERROR_SYSTEM, "no memory for the list");
	bool ok = route->make(page, err);
	(void)fclose(page->data);
	page->data = NULL;
	if (ok)
		strbuf_add(&answer->body, bytes, length);
	heap_free(bytes);
	answer->type = page->form == SHOW_CSV
			   ? "text/csv; charset=utf-8"
			   : "application/json; charset=utf-8";
	answer->file = page->form == SHOW_CSV ? "alignd.csv" : NULL;
	return ok;
}

/* --- the answer --- */

static bool make_page(struct desk_page *page, const struct desk_route *route,
		      struct desk_answer *answer, struct error *err)
{
	struct store_flaws *flaws = store_flaws_new(page->mem);

	if (!read_form(page, route, err) || !open_record(page, err))
		return false;
	store_reader_list_flaws(page->reader, flaws);
	if (page->form != SHOW_TEXT && !make_data(page, route, answer, err))
		return false;
	if (page->form == SHOW_TEXT && !route->make(page, err))
		return false;
	/* A fault of a filter is told on a page, whatever was wanted. */
	bool is_page = page->form == SHOW_TEXT || page->status != 200;
	if (is_page) {
		tell_flaws(page, flaws);
		strbuf_clear(&answer->body);
		answer->type = HTML_TYPE;
		answer->file = NULL;
		desk_frame(page, &answer->body);
	}
	answer->status = page->status;
	answer->location = page->location;
	return true;
}

static void answer_route(struct desk_page *page, const struct desk_route *route,
			 struct desk_answer *answer)
{
	struct error err;

	begin(page, answer);
	bool ok = make_page(page, route, answer, &err);
	/* The transaction ends before anything is sent. */
	mem_free(page->reader);
	page->reader = NULL;
	if (!ok)
		refuse(page, status_for(err.kind), err.words,
		       advice_for(page->desk, err.kind), answer);
	else if (strbuf_is_full(&page->html) || strbuf_is_full(&answer->body))
		refuse(page, 503, "the page would be larger than 8 MiB",
		       "Ask for fewer rows, or a shorter time.", answer);
}

/* The way in of those who look things up. */
static void lead_to_search(struct desk_page *page, struct desk_answer *answer)
{
	begin(page, answer);
	page->title = "Find";
	answer->status = 303;
	answer->location = desk_address(page, "search");
	desk_frame(page, &answer->body);
}

void desk_answer(TALLOC_CTX *mem, const struct desk *desk,
		 const struct desk_who *who, const struct desk_request *request,
		 struct desk_answer *answer)
{
	struct desk_page page = {
	    .mem = mem, .desk = desk, .who = who, .request = request};
	const struct desk_route *route = find_route(&page);

	if (route == NULL)
		refuse(&page, 404, "there is no such page",
		       "Choose one of the menu, or search.", answer);
	else if (who->role == DESK_HELPDESK && *route->path == '\0')
		lead_to_search(&page, answer);
	else if (who->role < route->role)
		refuse(&page, 403,
		       who->role == DESK_NOBODY
			   ? "you are not among those who may read here"
			   : "this page is for analysts; you may look up one "
			     "reference, queue id or sender at a time",
		       who->role == DESK_NOBODY
			   ? "Ask whoever runs the host to put you among the "
			     "helpdesk or the analysts in desk.conf."
			   : NULL,
		       answer);
	else if (!desk_route_is_for(route, who))
		refuse(&page, 403,
		       "this page is of all mail, and you see that of one "
		       "domain",
		       NULL, answer);
	else
		answer_route(&page, route, answer);
}
