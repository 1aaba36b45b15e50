/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search.c - finding an incident by what somebody read out
 *
 * Each kind by an index of the store: a reference, a queue id, an address in From
 * or MAIL FROM, a client. What is spelled nearly like a
 * reference is looked for only where nothing is found.
 * Tested by test_desk.
 */
#include <string.h>

#include "lib/base/domain.h"
#include "lib/desk/page.h"
#include "lib/review/reference.h"
#include "lib/store/store_counted.h"

#define REFERENCE_LENGTH 9
#define FOUND_MAX 100

struct search {
	struct desk_page *page;
	const char *typed;
	const char *reference; /* of the first one that was found */
	bool is_reference;     /* by which they were found */
	bool is_in_parts; /* more than one list: an empty one is not told */
	size_t count;
};

static bool note_one(void *context, const struct store_incident *incident)
{
	struct search *search = context;

	if (!desk_in_scope(search->page, incident->author_domain))
		return true;
	if (search->count++ == 0)
		search->reference =
		    mem_strdup(search->page->mem, incident->reference);
	return search->count < FOUND_MAX;
}

static bool note_counted(void *context, const struct store_counted *counted)
{
	struct search *search = context;

	search->count++;
	search->reference = mem_strdup(search->page->mem, counted->reference);
	return false;
}

/* The page of the one that was found. */
static void lead_to(struct search *search)
{
	search->page->status = 303;
	search->page->location =
	    desk_incident_address(search->page, search->reference, INT64_MAX);
}

/* --- by reference --- */

static bool looks_like_reference(const char *text)
{
	bool is_good = strlen(text) == REFERENCE_LENGTH;

	for (size_t i = 0; is_good && text[i] != '\0'; i++)
		is_good = text[i] == '-' || ascii_is_alpha(text[i]) ||
			  ascii_is_digit(text[i]);
	return is_good;
}

static bool find_reference(struct search *search, struct error *err)
{
	struct desk_page *page = search->page;
	const struct store_filter filter = {
	    .reference = review_reference(page->mem, search->typed)};

	if (!looks_like_reference(filter.reference))
		return true;
	if (!store_incidents(page->reader, &filter, note_one, search, err))
		return false;
	search->is_reference = search->count > 0;
	/* The row does not say whose mail all of it was. */
	return search->count > 0 || page->who->author_domain != NULL ||
	       store_counted(page->reader, &filter, note_counted, search, err);
}

/* --- by queue id --- */

static bool find_queue_id(struct search *search, struct error *err)
{
	const struct store_filter filter = {.queue_id = search->typed};

	return store_incidents(search->page->reader, &filter, note_one, search,
			       err);
}

/* --- a list of what was found --- */

static void put_older(struct desk_page *page, const struct desk_list *list)
{
	strbuf_add_text(&page->html, "<p class=\"next\">");
	desk_link(page,
		  desk_same_with(page, "search", "before",
				 desk_list_end(page->mem, list)),
		  "Older ones");
	strbuf_add_text(&page->html, "</p>\n");
}

static bool put_found(struct search *search, struct store_filter filter,
		      const char *caption, struct error *err)
{
	struct desk_page *page = search->page;
	struct desk_list list = {.filter = filter,
				 .caption = caption,
				 .is_part = search->is_in_parts};

	list.filter.limit = FOUND_MAX;
	if (!desk_scope(page, &list.filter)) {
		strbuf_add_text(&page->html,
				"<p>That mail is not yours to see.</p>\n");
		return true;
	}
	if (!desk_read_place(page, &list.filter, err) ||
	    !desk_put_list(page, &list, err))
		return false;
	search->count += list.count;
	if (list.count == FOUND_MAX && page->who->role >= DESK_ANALYST)
		put_older(page, &list);
	return true;
}

/* "<x@a.example>", as a bounce has it, is x@a.example. */
static const char *bare_address(TALLOC_CTX *mem, const char *typed)
{
	size_t length = strlen(typed);

	return *typed == '<' && typed[length - 1] == '>'
		   ? mem_strndup(mem, typed + 1, length - 2)
		   : typed;
}

static void put_no_sender(struct desk_page *page)
{
	bool is_of_fleet = page->desk->fleet != NULL;

	page->status = 404;
	HTML(&page->html,
	     "<p>Looked for was {} Ask for the reference at the end of the "
	     "bounce, such as K7QX-2M4D; the mail may also be older than what "
	     "is kept{}.</p>\n",
	     is_of_fleet ? "the sender of the envelope (MAIL FROM), of mail in "
			   "the name of its domain."
			 : "the address in From and the sender of the envelope "
			   "(MAIL FROM).",
	     is_of_fleet ? "" : ", or have gone to another host");
}

/* By the indexes of a file; a fleet has none. */
static bool put_by_address(struct search *search, const char *address,
			   struct error *err)
{
	struct store_filter filter = {.from_address = address};

	if (store_reader_kind(search->page->reader) != STORE_DB_SQLITE)
		return true;
	if (!put_found(search, filter, "Mail with that address in From", err))
		return false;
	filter.from_address = NULL;
	filter.sender_address = address;
	return put_found(search, filter,
			 "Mail from that address (MAIL FROM), with another one "
			 "in From",
			 err);
}

/* What an alignd before 0.2 recorded, or a fleet has: the envelope's sender, of
 * mail in the name of its domain, which has an index. */
static bool put_by_domain(struct search *search, const char *address,
			  const char *domain, struct error *err)
{
	const struct store_filter filter = {.mail_from = address,
					    .author_domain = domain};

	return put_found(search, filter,
			 "Mail from that address (MAIL FROM), in the name of "
			 "its domain",
			 err);
}

static const char *lower_case(TALLOC_CTX *mem, const char *text)
{
	char *lower = mem_strdup(mem, text);

	text_lower(lower);
	return lower;
}

static bool find_sender(struct search *search, struct error *err)
{
	struct desk_page *page = search->page;
	const char *address = bare_address(page->mem, search->typed);
	const char *at = strrchr(address, '@');
	const char *domain = domain_normalize(page->mem, span_of(at + 1));

	if (domain == NULL)
		return error_set(
		    err, ERROR_USAGE, "\"%s\" is no address",
		    text_escape(page->mem, span_of(search->typed), 60, true));
	search->is_in_parts = true;
	if (!put_by_address(search, lower_case(page->mem, address), err) ||
	    (search->count == 0 &&
	     !put_by_domain(search, address, domain, err)))
		return false;
	if (search->count == 0)
		put_no_sender(page);
	if (page->who->role < DESK_ANALYST)
		return true;
	strbuf_add_text(&page->html, "<p>");
	desk_link(page, desk_address_with(page, "incidents", "from", domain),
		  "All in the name of that domain, whoever sent it");
	strbuf_add_text(&page->html, "</p>\n");
	return true;
}

/* --- spelled nearly like it --- */

static void put_near(struct desk_page *page, const struct review_near *near)
{
	strbuf_add_text(&page->html, "<p>Did you mean</p><ul>\n");
	for (size_t i = 0; i < near->count; i++) {
		const char *reference =
		    mem_strdup(page->mem, near->references[i]);
		strbuf_add_text(&page->html, "<li>");
		desk_link(page,
			  desk_incident_address(page, reference, INT64_MAX),
			  reference);
		strbuf_add_text(&page->html, "</li>\n");
	}
	strbuf_add_text(&page->html, "</ul>\n");
}

static bool put_nothing(struct search *search, struct error *err)
{
	struct desk_page *page = search->page;
	const char *reference = review_reference(page->mem, search->typed);
	struct review_near near = {.count = 0};

	page->status = 404;
	HTML(&page->html, "<p>Nothing is recorded under \"{}\".</p>\n",
	     search->typed);
	if (!review_reference_near(page->reader, reference,
				   page->who->author_domain, &near, err))
		return false;
	if (near.count > 0)
		put_near(page, &near);
	else if (!review_reference_is_spelled(reference))
		strbuf_add_text(&page->html,
				"<p>A reference is eight letters and digits "
				"such as K7QX-2M4D, never 0, 1, I or O.</p>\n");
	else
		strbuf_add_text(&page->html,
				page->desk->fleet != NULL
				    ? "<p>It may have been purged after "
				      "fleet.keep_incidents.</p>\n"
				    : "<p>It may have been purged after "
				      "store.keep_incidents, or be of another "
				      "host.</p>\n");
	return true;
}

/* --- what was typed --- */

static bool find_others(struct search *search, struct error *err)
{
	struct desk_page *page = search->page;
	bool is_analyst = page->who->role >= DESK_ANALYST;
	struct net_block block;
	struct error unused;

	if (strchr(search->typed, '@') != NULL)
		return find_sender(search, err);
	if (is_analyst && net_block_parse(search->typed, &block, &unused))
		return put_found(
		    search, (struct store_filter){.client_ip = search->typed},
		    "Mail from that client", err);
	const char *domain =
	    domain_normalize(page->mem, span_of(search->typed));
	if (is_analyst && domain != NULL && strchr(domain, '.') != NULL)
		return put_found(
		    search, (struct store_filter){.author_domain = domain},
		    "Mail in the name of that domain, and below it", err);
	return put_nothing(search, err);
}

static void put_hint(struct desk_page *page)
{
	strbuf_add_text(
	    &page->html,
	    "<p>A refused sender has a reference, such as K7QX-2M4D, at the "
	    "end of the bounce. Type it as it was read out: small letters, "
	    "blanks and a missing hyphen do no harm.</p>\n");
}

bool desk_search(struct desk_page *page, struct error *err)
{
	struct search search = {
	    .page = page, .typed = desk_request_value(page->request, "q")};

	page->title = "Find";
	if (search.typed == NULL) {
		put_hint(page);
		return true;
	}
	if (!find_reference(&search, err) ||
	    (search.count == 0 && !find_queue_id(&search, err)))
		return false;
	if (search.count == 0)
		return find_others(&search, err);
	/* The page of a reference tells of all that have it. */
	if (search.count == 1 || search.is_reference) {
		lead_to(&search);
		return true;
	}
	return put_found(&search,
			 (struct store_filter){.queue_id = search.typed},
			 "Mail with that queue id", err);
}
