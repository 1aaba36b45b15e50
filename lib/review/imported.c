/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * imported.c - what OpenDMARC refused or held, the likeliest legitimate first
 *
 * From its counters: the messages are no incidents, so that what is known of a
 * client and an author speaks, and nothing of a message.
 * Tested by test_alignctl_import_history.
 */
#include <inttypes.h>

#include "lib/review/list.h"
#include "lib/show/people.h"
#include "lib/store/store_imported.h"

#define EVIDENCE_MAX 4

static const struct table_column columns[] = {
    {.key = "author_domain", .csv = "author_domain"},
    {.key = "client_ip", .csv = "client_ip"},
    {.key = "mail_from_domain", .csv = "mail_from_domain"},
    {.key = "messages",
     .csv = "messages",
     .title = "messages",
     .width = 8,
     .is_right = true},
    {.key = "refused",
     .csv = "refused",
     .title = "refused",
     .width = 7,
     .is_right = true},
    {.key = "held", .csv = "held"},
    {.key = "first", .csv = "first"},
    {.key = "last", .csv = "last", .title = "last seen", .width = 20},
    {.title = "from", .width = 26},
    {.title = "client", .width = 15},
    {.key = "evidence"},
    {.csv = "evidence", .title = "what speaks for it", .width = 0},
    TABLE_END,
};

/* Sentences about what else is in the store. */
static struct text_list evidence_of(TALLOC_CTX *mem,
				    const struct store_imported *row)
{
	const struct {
		int64_t number;
		const char *words;
	} facts[EVIDENCE_MAX] = {
	    {row->passed, "messages of its own that passed from there"},
	    {row->authors, "other authors whose mail passed from there"},
	    {row->dkim,
	     "of these with a signature of another domain that passed"},
	    {row->spf, "of these that passed SPF for another domain"},
	};
	struct text_list list = {
	    .items = mem_array(mem, const char *, EVIDENCE_MAX)};

	for (size_t i = 0; i < EVIDENCE_MAX; i++) {
		if (facts[i].number > 0)
			list.items[list.count++] =
			    mem_printf(mem, "%s: %" PRId64, facts[i].words,
				       facts[i].number);
	}
	return list;
}

static bool add_stopped(void *context, const struct store_imported *row)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct text_list evidence = evidence_of(mem, row);
	const struct value cells[] = {
	    value_given(row->author_domain),
	    value_text(row->client_ip),
	    value_given(row->mail_from_domain),
	    value_number(row->messages),
	    value_number(row->refused),
	    value_number(row->messages - row->refused),
	    value_time(row->first_s),
	    value_time(row->last_s),
	    value_given(row->author_domain),
	    value_text(row->client_ip),
	    value_list(&evidence, "; "),
	    value_list(&evidence, "; "),
	};

	rows_add(context, cells, COUNT_OF(cells));
	mem_free(mem);
	return true;
}

static void tell_unknown(const struct review_reading *reading)
{
	struct show *show = show_new(NULL);

	show_space(show);
	show_sentence(
	    show, 0,
	    "OpenDMARC recorded neither the messages nor whether a list or a "
	    "forwarder had changed them, nor the clients' confirmed names: "
	    "these are sums, without a reference to explain or to allow. "
	    "alignctl override add lets such mail in, by the client's network "
	    "or the domain that passed SPF or DKIM.");
	show_write(reading->file, SHOW_TEXT, show);
	mem_free(show);
}

bool review_list_imported(const struct review_reading *reading,
			  struct error *err)
{
	struct rows rows = {.file = reading->file,
			    .form = reading->form,
			    .columns = columns,
			    .is_quiet = reading->is_quiet};

	rows_begin(&rows);
	if (!store_imported_stopped(reading->reader, &reading->filter,
				    add_stopped, &rows, err))
		return false;
	if (rows.count == 0)
		review_list_nothing(reading);
	else if (reading->form == SHOW_TEXT)
		tell_unknown(reading);
	return true;
}

bool review_tell_imported(const struct review_reading *reading,
			  struct error *err)
{
	bool is_any = false;

	if (reading->form != SHOW_TEXT || reading->is_quiet)
		return true;
	if (!store_imported_is_any(reading->reader, &is_any, err))
		return false;
	if (is_any)
		(void)fprintf(reading->file,
			      "imported mail is no incident: alignctl review "
			      "--imported lists what was refused or held "
			      "there\n");
	return true;
}
