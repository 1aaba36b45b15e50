/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * incident.c - one incident: why, what may be done, what is recorded, what else
 * came from there
 * Tested by test_alignctl_pages, test_desk.
 */
#include "lib/review/incident.h"

#include <string.h>

#include "lib/base/clock.h"
#include "lib/desk/page.h"
#include "lib/explain/explain.h"
#include "lib/review/candidate_show.h"
#include "lib/review/counted.h"
#include "lib/review/list.h"
#include "lib/review/reference.h"
#include "lib/store/store_path_read.h"

#define NEIGHBOURS 10
#define SCORE_LINES 1 /* of a candidate: its reference, told already */
#define TOLD 4	      /* of one reference, whole */

/* What is told of one. */
struct telling {
	struct desk_page *page;
	struct store_incident incident;
	struct review_candidate *candidate;
	const struct explanation *explanation;
	size_t number; /* of those that have the reference; 0: it is alone */
};

/* Those of a reference, the newest first. */
struct finding {
	struct desk_page *page;
	struct store_incident incidents[TOLD];
	size_t found; /* also those beyond */
};

/* --- finding it --- */

static bool keep_found(void *context, const struct store_incident *incident)
{
	struct finding *finding = context;
	struct desk_page *page = finding->page;

	if (!desk_in_scope(page, incident->author_domain))
		return true;
	if (finding->found < TOLD)
		finding->incidents[finding->found] =
		    review_copy(page->mem, incident);
	finding->found++;
	return true;
}

/* --- where it is told --- */

/* An id stands once on a page. */
static const char *id_of(const struct telling *telling, const char *id)
{
	return telling->number == 0 ? id
				    : mem_printf(telling->page->mem, "%s-%zu",
						 id, telling->number);
}

static const char *host_of(const struct telling *telling)
{
	const char *host = telling->incident.host;

	return *host == '\0' ? "a host that is not named"
			     : desk_shown(telling->page->mem, host);
}

static bool is_of_fleet(const struct telling *telling)
{
	return telling->page->desk->fleet != NULL;
}

/* --- why --- */

static bool find_paths(struct desk_page *page,
		       const struct store_path_list **paths, struct error *err)
{
	struct store_path_list *read;

	*paths = page->desk->paths;
	if (*paths != NULL)
		return true;
	read = mem_new(page->mem, struct store_path_list);
	*paths = read;
	return store_path_list_read(page->mem, page->reader, page->desk->now_s,
				    read, err);
}

static bool read_explanation(struct telling *telling, struct error *err)
{
	static const struct text_list nobody;
	struct desk_page *page = telling->page;
	const struct config *config = page->desk->config;
	TALLOC_CTX *mem = page->mem;
	const struct store_path_list *paths;
	struct explain_today today = {
	    .origins = config == NULL ? NULL : config->origins,
	    .overrides = config == NULL ? NULL : config->overrides,
	    .is_unknown = config == NULL,
	    .now_s = page->desk->now_s,
	};
	struct review_candidate *candidate =
	    review_candidate_new(mem, &telling->incident);

	if (!find_paths(page, &paths, err) ||
	    !review_find_passes(page->reader, &candidate, 1, err))
		return false;
	review_find_paths(paths, &candidate, 1);
	review_weigh(mem, candidate);
	telling->candidate = candidate;
	today.paths = paths;
	if (config != NULL) {
		today.own = identity_names(mem, &config->own.domains, &nobody);
		today.protected =
		    identity_names(mem, &config->protect.names, &nobody);
	}
	telling->explanation =
	    explain_incident(mem, &telling->incident, &today, true);
	return true;
}

static void put_lines(struct desk_page *page,
		      const struct explanation_step *step)
{
	for (size_t i = 0; i < step->lines.count; i++) {
		const char *line = step->lines.items[i];
		size_t blanks = strspn(line, " ");
		HTML(&page->html,
		     blanks > 0 ? "<p class=\"in\">{}</p>\n" : "<p>{}</p>\n",
		     desk_shown(page->mem, line + blanks));
	}
}

static bool is_operator_step(const struct explanation_step *step)
{
	return strcmp(step->name, "operator") == 0;
}

static void put_steps(const struct telling *telling)
{
	struct desk_page *page = telling->page;

	desk_heading(page, 2, id_of(telling, "why"), "Why");
	for (size_t i = 0; i < telling->explanation->count; i++) {
		const struct explanation_step *step =
		    &telling->explanation->steps[i];
		if (is_operator_step(step))
			continue;
		HTML(&page->html, "<h3>{}</h3>\n", step->title);
		put_lines(page, step);
	}
}

/* --- what may be done --- */

/* A command is made of what can be no other than a reference. */
static bool is_fit_for_command(const char *reference)
{
	return review_reference_is_spelled(reference) &&
	       strspn(reference, "ABCDEFGHIJKLMNOPQRSTUVWXYZ23456789-") ==
		   strlen(reference);
}

/* What is held lies on one host, whose own record leads to it. */
static void put_release(const struct telling *telling)
{
	const struct store_incident *incident = &telling->incident;
	struct desk_page *page = telling->page;
	TALLOC_CTX *mem = page->mem;

	if (strcmp(incident->applied, "quarantine") != 0)
		return;
	if (is_of_fleet(telling))
		desk_put_command(
		    &page->html,
		    mem_printf(mem, "alignctl --local review release %s",
			       incident->reference),
		    mem_printf(mem,
			       "It is wanted, and waits: let it go on. It lies "
			       "on %s: to be run there.",
			       host_of(telling)));
	else
		desk_put_command(&page->html,
				 mem_printf(mem, "alignctl review release %s",
					    incident->reference),
				 "It is wanted, and waits: let it go on.");
}

static void put_commands(const struct telling *telling)
{
	const char *reference = telling->incident.reference;
	struct desk_page *page = telling->page;
	TALLOC_CTX *mem = page->mem;
	const char *allow = review_candidate_command(mem, telling->candidate);

	if (!is_fit_for_command(reference))
		return;
	strbuf_add_text(&page->html, "<ul class=\"todo\">\n");
	put_release(telling);
	desk_put_command(
	    &page->html,
	    mem_printf(mem, "alignctl review confirm %s", reference),
	    "It was rightly stopped: note it, so that nobody looks again.");
	if (allow != NULL)
		desk_put_command(
		    &page->html, allow,
		    "Such mail is wanted: an override for what has "
		    "a past of passing here, with an owner and an "
		    "end.");
	desk_put_command(&page->html,
			 mem_printf(mem, "alignctl explain %s", reference),
			 "The same as this page, at a shell.");
	strbuf_add_text(&page->html, "</ul>\n");
}

/* Where the commands are run that are not of one host's. */
static void put_who(const struct telling *telling)
{
	if (is_of_fleet(telling))
		HTML(&telling->page->html,
		     "<p>For whoever may act, as root: on {}, which answered "
		     "the mail, or but for what lies there on any host of the "
		     "fleet whose fleet.people names an operator's role.</p>\n",
		     host_of(telling));
	else
		strbuf_add_text(&telling->page->html,
				"<p>For whoever may act, on the host, as "
				"root:</p>\n");
}

static void put_todo(const struct telling *telling)
{
	struct desk_page *page = telling->page;

	desk_heading(page, 2, id_of(telling, "todo"), "What you can do");
	for (size_t i = 0; i < telling->explanation->count; i++) {
		if (is_operator_step(&telling->explanation->steps[i]))
			put_lines(page, &telling->explanation->steps[i]);
	}
	put_who(telling);
	put_commands(telling);
}

/* --- what speaks for it, and what is recorded --- */

static void put_evidence(const struct telling *telling)
{
	struct desk_page *page = telling->page;

	desk_heading(page, 2, id_of(telling, "evidence"), "What speaks for it");
	if (telling->candidate->count == 0)
		strbuf_add_text(&page->html, "<p>Nothing that a spoofer could "
					     "not arrange.</p>\n");
	else
		desk_put_show(
		    &page->html,
		    review_candidate_show(page->mem, telling->candidate),
		    SCORE_LINES);
}

static bool put_record(const struct telling *telling, struct error *err)
{
	struct desk_page *page = telling->page;
	struct show *show;

	if (!review_incident_show(page->mem, page->reader, &telling->incident,
				  &show, err))
		return false;
	desk_heading(page, 2, id_of(telling, "record"), "What is recorded");
	desk_put_show(&page->html, show, 1);
	return true;
}

/* --- what else came --- */

/* Regions of a page have each a name of its own. */
static const char *neighbours_caption(const struct telling *telling,
				      const char *heading)
{
	TALLOC_CTX *mem = telling->page->mem;

	return telling->number == 0
		   ? mem_printf(mem, "%s: the newest", heading)
		   : mem_printf(mem,
				"%s as the incident of %s (%zu): the newest",
				heading, host_of(telling), telling->number);
}

static bool put_neighbours(const struct telling *telling, const char *id,
			   const char *heading, const char *field,
			   const char *value, struct store_filter filter,
			   struct error *err)
{
	struct desk_page *page = telling->page;
	struct desk_list list = {
	    .filter = filter, .caption = neighbours_caption(telling, heading)};

	if (*value == '\0' || page->who->role < DESK_ANALYST)
		return true;
	list.filter.limit = NEIGHBOURS;
	desk_heading(page, 2, id_of(telling, id), heading);
	if (!desk_scope(page, &list.filter))
		return true;
	if (!desk_put_list(page, &list, err))
		return false;
	if (page->desk->is_files)
		return true;
	strbuf_add_text(&page->html, "<p>");
	desk_link(page, desk_address_with(page, "incidents", field, value),
		  "All of them");
	strbuf_add_text(&page->html, "</p>\n");
	return true;
}

static bool put_all_neighbours(const struct telling *telling, struct error *err)
{
	const char *client = telling->incident.client_ip;
	const char *author = telling->incident.author_domain;
	struct error unused;
	struct net_block block;

	/* A row that somebody else wrote may have any text there. */
	if (!net_block_parse(client, &block, &unused))
		client = "";
	return put_neighbours(
		   telling, "source", "From the same source", "ip", client,
		   (struct store_filter){.client_ip = client}, err) &&
	       put_neighbours(
		   telling, "author", "In the same name", "from", author,
		   (struct store_filter){.author_domain = author}, err);
}

/* --- all of it --- */

static const char *zone_time(TALLOC_CTX *mem, int64_t time_s)
{
	time_t time = (time_t)time_s;
	struct tm local;
	char text[64];

	if (localtime_r(&time, &local) == NULL ||
	    strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %Z", &local) == 0)
		return "";
	return mem_strdup(mem, text);
}

static void put_lead(const struct telling *telling)
{
	const struct store_incident *incident = &telling->incident;
	struct desk_page *page = telling->page;
	char time[CLOCK_TEXT];

	HTML(&page->html,
	     "<p class=\"facts\"><span class=\"badge\">{}</span>"
	     "<span>{}</span><span>{} here</span>",
	     desk_shown(page->mem, incident->applied),
	     clock_text(incident->time_s, time),
	     zone_time(page->mem, incident->time_s));
	if (is_of_fleet(telling))
		HTML(&page->html, "<span>on {}</span>", host_of(telling));
	HTML(&page->html, "</p>\n<p class=\"lead\">{}</p>\n",
	     desk_shown(page->mem, *incident->reply != '\0'
				       ? incident->reply
				       : incident->reason));
}

static bool tell_one(struct telling *telling, struct error *err)
{
	if (!read_explanation(telling, err))
		return false;
	put_lead(telling);
	put_todo(telling);
	put_steps(telling);
	put_evidence(telling);
	return put_record(telling, err) && put_all_neighbours(telling, err);
}

/* --- several of one reference: over hosts it may come again --- */

static void put_place(const struct telling *telling)
{
	char time[CLOCK_TEXT];

	HTML(&telling->page->html,
	     "<li><a href=\"#{}\">{} of {}, {}</a></li>\n",
	     id_of(telling, "of"),
	     desk_shown(telling->page->mem, telling->incident.applied),
	     host_of(telling), clock_text(telling->incident.time_s, time));
}

static void put_places(struct desk_page *page, const struct finding *finding,
		       const struct telling *tellings, size_t count)
{
	HTML(&page->html,
	     "<p class=\"note\">{} incidents have this reference, the newest "
	     "first{}:</p>\n<ul>\n",
	     mem_printf(page->mem, "%zu", finding->found),
	     finding->found > count ? "; alignctl explain tells of all of them"
				    : "");
	for (size_t i = 0; i < count; i++)
		put_place(&tellings[i]);
	strbuf_add_text(&page->html, "</ul>\n");
}

static bool tell_several(struct desk_page *page, struct finding *finding,
			 struct error *err)
{
	size_t count = finding->found < TOLD ? finding->found : TOLD;
	struct telling tellings[TOLD];
	char time[CLOCK_TEXT];

	for (size_t i = 0; i < count; i++)
		tellings[i] =
		    (struct telling){.page = page,
				     .incident = finding->incidents[i],
				     .number = i + 1};
	put_places(page, finding, tellings, count);
	for (size_t i = 0; i < count; i++) {
		desk_heading(
		    page, 2, id_of(&tellings[i], "of"),
		    mem_printf(page->mem, "%s, %s", host_of(&tellings[i]),
			       clock_text(tellings[i].incident.time_s, time)));
		if (!tell_one(&tellings[i], err))
			return false;
	}
	return true;
}

static bool tell(struct desk_page *page, struct finding *finding,
		 struct error *err)
{
	struct telling alone = {.page = page,
				.incident = finding->incidents[0]};

	page->title = desk_shown(page->mem, alone.incident.reference);
	if (!(finding->found > 1 ? tell_several(page, finding, err)
				 : tell_one(&alone, err)))
		return false;
	if (!page->desk->is_files)
		desk_put_forms(page,
			       mem_printf(page->mem, "incident/%s", page->rest),
			       true);
	return true;
}

/* --- one that was only counted, or is not there --- */

static void take_counted(void *context, const struct show *show)
{
	struct desk_page *page = context;

	desk_put_show(&page->html, show, 0);
}

static struct review_reading reading_of(struct desk_page *page,
					const char *reference,
					const struct show_taker *taker)
{
	return (struct review_reading){
	    .file = page->data,
	    .form = page->form,
	    .reader = page->reader,
	    .path = desk_record_name(page),
	    .now_s = page->desk->now_s,
	    .has_scope = page->who->author_domain != NULL,
	    .taker = taker,
	    .filter = {.reference = reference,
		       .author_domain = page->who->author_domain}};
}

static bool refuse_unknown(const struct desk_page *page, const char *reference,
			   struct error *err)
{
	return error_set(err, ERROR_INPUT, "no incident %s is recorded",
			 text_escape(page->mem, span_of(reference), 40, true));
}

static bool tell_counted(struct desk_page *page, const char *reference,
			 struct error *err)
{
	const struct show_taker taker = {.context = page, .show = take_counted};
	const struct review_reading reading =
	    reading_of(page, reference, &taker);
	bool is_found = false;

	page->title = desk_shown(page->mem, reference);
	if (page->who->author_domain == NULL &&
	    !review_counted_tell(&reading, &is_found, err))
		return false;
	return is_found || refuse_unknown(page, reference, err);
}

/* Of those that were only counted the row does not say whose they all are. */
static bool write_data(struct desk_page *page, const char *reference,
		       bool is_kept, struct error *err)
{
	const struct review_reading reading = reading_of(page, reference, NULL);
	bool is_found = false;

	if ((is_kept || page->who->author_domain == NULL) &&
	    !review_list_whole(&reading, &is_found, err))
		return false;
	return is_found || refuse_unknown(page, reference, err);
}

bool desk_incident(struct desk_page *page, struct error *err)
{
	const char *reference = review_reference(page->mem, page->rest);
	const struct store_filter filter = {.reference = reference};
	struct finding finding = {.page = page};

	page->title = "Incident";
	if (!store_incidents(page->reader, &filter, keep_found, &finding, err))
		return false;
	if (page->form != SHOW_TEXT)
		return write_data(page, reference, finding.found > 0, err);
	return finding.found > 0 ? tell(page, &finding, err)
				 : tell_counted(page, reference, err);
}
