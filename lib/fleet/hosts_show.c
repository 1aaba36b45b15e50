/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hosts_show.c - the hosts of a fleet as a table, for people and for programs
 * Tested by test_fleet_status, test_desk_fleet.
 */
#include "lib/fleet/hosts_show.h"

#include <inttypes.h>

#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/show/taker.h"

#define HOUR_S 3600
#define FAULT_SHOWN 100

static const struct table_column columns[] = {
    {.key = "host", .title = "host", .csv = "host", .width = 24},
    {.key = "state", .title = "state", .csv = "state", .width = 7},
    {.key = "role", .csv = "role"},
    {.key = "seen", .title = "last heard", .csv = "seen", .width = 20},
    {.key = "silent_s", .csv = "silent_s"},
    {.key = "version", .title = "version", .csv = "version", .width = 8},
    {.key = "lag_s",
     .title = "behind",
     .csv = "lag_s",
     .width = 8,
     .is_right = true},
    {.key = "waiting",
     .title = "waiting",
     .csv = "waiting",
     .width = 7,
     .is_right = true},
    {.key = "let_go", .csv = "let_go"},
    {.key = "aside",
     .title = "aside",
     .csv = "aside",
     .width = 5,
     .is_right = true},
    {.key = "journal_bytes", .csv = "journal_bytes"},
    {.key = "offset_ms",
     .title = "clock",
     .csv = "offset_ms",
     .width = 8,
     .is_right = true},
    {.key = "overrides",
     .title = "overrides",
     .csv = "overrides",
     .width = 9,
     .is_right = true},
    {.key = "overrides_newest", .csv = "overrides_newest"},
    {.key = "sealed_until", .csv = "sealed_until"},
    {.key = "last_error", .title = "last error", .csv = "last_error"},
    {.key = "last_error_at", .csv = "last_error_at"},
    {.key = "authserv_id", .csv = "authserv_id"},
    {.key = "addresses", .csv = "addresses"},
    TABLE_END,
};

/* The oldest hour that waits ended so long ago. */
static struct value lag_of(TALLOC_CTX *mem, const struct fleet_host *host,
			   int64_t now_s)
{
	int64_t lag_s = now_s - host->oldest_s - HOUR_S;

	if (host->oldest_s == 0)
		return value_words(value_none(), "-");
	lag_s = lag_s < 0 ? 0 : lag_s;
	return value_words(
	    value_number(lag_s),
	    lag_s < 2 * HOUR_S
		? mem_printf(mem, "%" PRId64 " min", lag_s / 60)
		: mem_printf(mem, "%" PRId64 " h", lag_s / HOUR_S));
}

static struct value offset_of(TALLOC_CTX *mem, const struct fleet_host *host)
{
	int64_t ms = host->offset_ms;

	return value_words(value_number(ms),
			   ms > -1000 && ms < 1000
			       ? "right"
			       : mem_printf(mem, "%+" PRId64 " s", ms / 1000));
}

static struct json *addresses_of(TALLOC_CTX *mem, const struct fleet_host *host)
{
	struct json *list = json_new_array(mem);
	struct span rest = span_of(host->addresses);
	struct span item;

	while (rest.length > 0) {
		(void)span_cut(rest, ' ', &item, &rest);
		if (item.length > 0)
			json_add_text(list,
				      mem_strndup(mem, item.data, item.length));
	}
	return list;
}

/* When it was, and as much as a row has room for. */
static const char *fault_words(TALLOC_CTX *mem, const struct fleet_host *host)
{
	char text[CLOCK_TEXT];

	if (*host->fault == '\0')
		return "-";
	return mem_printf(
	    mem, "%s %s", clock_text(host->fault_s, text),
	    text_escape(mem, span_of(host->fault), FAULT_SHOWN, true));
}

static void add_host(struct rows *rows, const struct fleet_host_list *list,
		     const struct fleet_host *host)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const struct value cells[] = {
	    value_text(host->name),
	    value_text(host->state),
	    value_text(host->role),
	    value_time_given(host->seen_s),
	    host->seen_s == 0 ? value_none() : value_number(host->silent_s),
	    value_given(host->version),
	    lag_of(mem, host, list->now_s),
	    value_number(host->waiting),
	    value_number(host->let_go),
	    value_number(host->aside),
	    value_number(host->journal_bytes),
	    offset_of(mem, host),
	    value_number(host->overrides),
	    value_number(list->overrides),
	    value_time_given(host->sealed_until_s),
	    value_words(value_given(text_printable(mem, host->fault)),
			fault_words(mem, host)),
	    value_time_given(host->fault_s),
	    value_given(host->authserv_id),
	    value_words(value_json(addresses_of(mem, host)), host->addresses),
	};

	rows_add(rows, cells, COUNT_OF(cells));
	mem_free(mem);
}

/* What is gone for good, of the fleet's record. */
static void write_let_go(const struct fleet_host *host, FILE *file,
			 const struct show_taker *taker)
{
	TALLOC_CTX *mem = mem_context(NULL);

	if (host->let_go > 0)
		show_give_line(taker, file,
			       "%s purged %" PRId64
			       " messages and incidents before the fleet had "
			       "them: they are in no sum of it",
			       text_printable(mem, host->name), host->let_go);
	mem_free(mem);
}

/* What is said besides, to people. */
static void write_end(const struct fleet_host_list *list, FILE *file,
		      const struct show_taker *taker)
{
	if (list->count == 0) {
		show_give_line(taker, file,
			       "no host yet: alignctl fleet init --host NAME");
		return;
	}
	if (taker == NULL)
		(void)fputc('\n', file);
	show_give_line(taker, file, "overrides of the fleet: version %" PRId64,
		       list->overrides);
	for (size_t i = 0; i < list->count; i++)
		write_let_go(&list->items[i], file, taker);
}

void fleet_hosts_write(const struct fleet_host_list *list, FILE *file,
		       enum show_form form, const struct show_taker *taker)
{
	struct rows rows = {
	    .file = file, .form = form, .columns = columns, .taker = taker};

	rows_begin(&rows);
	for (size_t i = 0; i < list->count; i++)
		add_host(&rows, list, &list->items[i]);
	if (form == SHOW_TEXT)
		write_end(list, file, taker);
}
