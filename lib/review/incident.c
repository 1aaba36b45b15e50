/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * incident.c - one incident, as a row and whole, for people and programs
 * Tested by test_alignctl_review.
 */
#include "lib/review/incident.h"

#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/strbuf.h"
#include "lib/show/people.h"
#include "lib/show/questions.h"
#include "lib/store/store_columns.h"
#include "lib/store/store_would.h"

#define DKIM_CELL_MAX 4096

struct store_incident review_copy(TALLOC_CTX *mem,
				  const struct store_incident *incident)
{
	struct store_incident copy = *incident;
	size_t bytes = store_columns_bytes(&store_incident_columns, &copy);

	(void)store_columns_pack(&store_incident_columns, &copy,
				 mem_array(mem, char, bytes));
	return copy;
}

/* --- a row --- */

#define BOTH(name) .key = name, .csv = name

/* A row's, without braces; its host has what is given besides. */
/* clang-format off */
#define ROW_COLUMNS(host_more)                                                 \
	{BOTH("reference"), .title = "reference", .width = 9},                 \
	{BOTH("time"), .title = "time", .width = 20},                          \
	{BOTH("queue_id")},                                                    \
	{BOTH("host") host_more},                                              \
	{.title = "applied", .width = 10},                                     \
	{.title = "would", .width = 10},                                       \
	{BOTH("client_ip"), .title = "client", .width = 15},                   \
	{BOTH("client_name")},                                                 \
	{BOTH("helo")},                                                        \
	{BOTH("mail_from")},                                                   \
	{BOTH("author_domain"), .title = "from", .width = 20},                 \
	{BOTH("policy_domain")},                                               \
	{BOTH("spf")},                                                         \
	{BOTH("spf_domain")},                                                  \
	{.key = "dkim"},                                                       \
	{.csv = "dkim"},                                                       \
	{BOTH("dmarc")},                                                       \
	{BOTH("asked")},                                                       \
	{BOTH("applied")},                                                     \
	{.key = "override"},                                                   \
	{.csv = "override"},                                                   \
	{.csv = "override_comment"},                                           \
	{BOTH("reason"), .title = "reason"},                                   \
	{BOTH("tls_version")},                                                 \
	{BOTH("would")},                                                       \
	TABLE_END
/* clang-format on */

#define NOTHING_MORE
#define FOR_PEOPLE , .title = "host", .width = 12

const struct table_column review_columns[REVIEW_COLUMNS + 1] = {
    ROW_COLUMNS(NOTHING_MORE)};
const struct table_column review_fleet_columns[REVIEW_COLUMNS + 1] = {
    ROW_COLUMNS(FOR_PEOPLE)};

const struct table_column *review_columns_of(const struct store_reader *reader)
{
	return store_reader_kind(reader) == STORE_DB_SQLITE
		   ? review_columns
		   : review_fleet_columns;
}

/* "pass list.example; fail example.com" */
static const char *dkim_words(TALLOC_CTX *mem, const struct json *list)
{
	struct strbuf text;

	strbuf_init(&text, mem, DKIM_CELL_MAX);
	for (size_t i = 0; list != NULL && i < json_count(list); i++) {
		struct json *item = json_item(mem, list, i);
		strbuf_printf(&text, "%s%s %s", i == 0 ? "" : "; ",
			      people_or_dash(json_get_text(item, "result")),
			      people_or_dash(json_get_text(item, "domain")));
	}
	return strbuf_text(&text);
}

static struct value override_value(TALLOC_CTX *mem,
				   const struct store_incident *incident)
{
	struct json *override = json_new_object(mem);

	if (incident->override_type[0] == '\0')
		return value_none();
	value_put(override, "type", value_text(incident->override_type));
	value_put(override, "comment", value_given(incident->override_comment));
	return value_json(override);
}

/* null for programs, nothing for people. */
static struct value value_or_blank(const char *text)
{
	return value_words(value_given(text), text);
}

void review_cells(TALLOC_CTX *mem, const struct store_incident *incident,
		  const char *would, struct value cells[REVIEW_COLUMNS])
{
	const struct json *dkim = json_read(mem, incident->dkim);
	const struct value values[] = {
	    value_text(incident->reference),
	    value_time(incident->time_s),
	    value_given(incident->queue_id),
	    value_given(incident->host),
	    value_text(incident->applied),
	    value_text(would),
	    value_or_blank(incident->client_ip),
	    value_given(incident->client_name),
	    value_given(incident->helo),
	    value_given(incident->mail_from),
	    value_given(incident->author_domain),
	    value_given(incident->policy_domain),
	    value_given(incident->spf_result),
	    value_given(incident->spf_domain),
	    value_json(dkim != NULL ? dkim : json_new_array(mem)),
	    value_text(dkim_words(mem, dkim)),
	    value_given(incident->dmarc_result),
	    value_given(incident->asked),
	    value_given(incident->applied),
	    override_value(mem, incident),
	    value_given(incident->override_type),
	    value_given(incident->override_comment),
	    value_or_blank(incident->reason),
	    value_given(incident->tls_version),
	    value_text(would),
	};

	_Static_assert(COUNT_OF(values) == REVIEW_COLUMNS,
		       "a value for each column");
	for (size_t i = 0; i < REVIEW_COLUMNS; i++)
		cells[i] = values[i];
}

/* --- whole: for people --- */

struct member {
	const char *label;
	const char *text;
};

static void put_members(struct show *show, const struct member *members,
			size_t count)
{
	for (size_t i = 0; i < count; i++)
		show_put(show, NULL, members[i].label,
			 value_given(members[i].text));
}

static void put_signatures(struct show *show, const struct json *list)
{
	for (size_t i = 0; list != NULL && i < json_count(list); i++) {
		struct json *item = json_item(show, list, i);
		int64_t left_out = json_get_number(item, "left_out", 0);
		const char *domain = json_get_text(item, "domain");
		const char *reason = json_get_text(item, "reason");
		if (left_out > 0) {
			show_member(show, "DKIM", "%lld more, not kept",
				    (long long)left_out);
			continue;
		}
		show_member(
		    show, "DKIM", "%s%s%s%s%s%s",
		    people_or_dash(json_get_text(item, "result")),
		    domain == NULL ? "" : " for ", domain == NULL ? "" : domain,
		    json_get_flag(item, "aligned") ? ", aligned" : "",
		    reason == NULL ? "" : ": ", reason == NULL ? "" : reason);
	}
}

/* "a.example, b.example" */
static const char *rcpt_words(TALLOC_CTX *mem, const char *rcpt_domains)
{
	struct json *list = json_read(mem, rcpt_domains);
	struct text_list words = {0};

	if (list == NULL)
		return "";
	words.items = mem_array(mem, const char *, json_count(list));
	for (; words.count < json_count(list); words.count++)
		words.items[words.count] =
		    people_or_dash(json_item_text(list, words.count));
	return words.count == 0 ? ""
				: value_shown(mem, value_list(&words, ", "));
}

static void put_message(struct show *show,
			const struct store_incident *incident)
{
	char time[CLOCK_TEXT];
	const struct member members[] = {
	    {"time", clock_text(incident->time_s, time)},
	    {"queue id", incident->queue_id},
	    {"host", incident->host},
	    {"client", incident->client_ip},
	    {"client name", incident->client_name},
	    {"HELO", incident->helo},
	    {"MAIL FROM", incident->mail_from},
	    {"recipients at", rcpt_words(show, incident->rcpt_domains)},
	    {"TLS", incident->tls_version},
	    {"author domain", incident->author_domain},
	    {"author error", incident->author_error},
	    {"policy domain", incident->policy_domain},
	};

	show_line(show, "%s", incident->reference);
	put_members(show, members, COUNT_OF(members));
}

/* What monitor mode kept from being done; nothing where it had no part. */
static const char *would_words(const struct store_incident *incident)
{
	const char *would = store_would(incident);

	return would == NULL || strcmp(would, incident->applied) == 0 ? ""
								      : would;
}

static void put_judgement(struct show *show,
			  const struct store_incident *incident)
{
	const struct member members[] = {
	    {"list id", incident->list_id},
	    {"DMARC", incident->dmarc_result},
	    {"reason", incident->reason},
	    {"asked", incident->asked},
	    {"applied", incident->applied},
	    {"would", would_words(incident)},
	    {"override", incident->override_type},
	    {"because", incident->override_comment},
	    {"reply", incident->reply},
	};

	show_member(show, "SPF", "%s%s%s", incident->spf_result,
		    incident->spf_domain[0] == '\0' ? "" : " for ",
		    incident->spf_domain);
	put_signatures(show, json_read(show, incident->dkim));
	put_members(show, members, COUNT_OF(members));
}

/* --- whole: for programs --- */

static void put_json(struct show *show, const char *key, const char *text)
{
	struct json *value = json_read(show, text);

	show_data(show, key, value == NULL ? value_none() : value_json(value));
}

static void put_row(struct show *show, const struct store_incident *incident)
{
	struct value cells[REVIEW_COLUMNS];

	review_cells(show, incident, store_would(incident), cells);
	table_put_row(show->json, review_columns, cells, COUNT_OF(cells));
	show_data(show, "author_error", value_given(incident->author_error));
	show_data(show, "indirect", value_given(incident->indirect));
	show_data(show, "list_id", value_given(incident->list_id));
	show_data(show, "reply", value_given(incident->reply));
	put_json(show, "rcpt_domains", incident->rcpt_domains);
	put_json(show, "verdict", incident->verdict);
	put_json(show, "queries", incident->queries);
}

/* --- whole --- */

static bool put_act(void *context, const struct store_act *act)
{
	struct show *list = context;
	struct show *object = show_add(list);
	const char *kind = store_act_kind_text(act->kind);
	char time[CLOCK_TEXT];

	show_data(object, "time", value_time(act->time_s));
	show_data(object, "who", value_text(act->who));
	show_data(object, "kind", value_text(kind));
	show_data(object, "note", value_given(act->note));
	show_member(list, kind, "%s by %s%s%s", clock_text(act->time_s, time),
		    act->who, *act->note == '\0' ? "" : ": ", act->note);
	return true;
}

bool review_incident_show(TALLOC_CTX *mem, struct store_reader *reader,
			  const struct store_incident *incident,
			  struct show **show, struct error *err)
{
	struct show *made = show_new(mem);
	struct json *questions = json_read(made, incident->queries);

	put_row(made, incident);
	put_message(made, incident);
	put_judgement(made, incident);
	if (!store_acts(reader, incident->id, put_act, show_list(made, "acts"),
			err))
		return false;
	if (questions != NULL && json_count(questions) > 0) {
		show_line(made, "  DNS answers it was decided on");
		show_questions(made, questions);
	}
	*show = made;
	return true;
}
