/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shared.c - what the actions of alignctl report share
 */
#include "tools/report/shared.h"

#include <string.h>

#include "lib/report/make/aggregate.h"
#include "lib/report/make/aggregate_xml.h"
#include "tools/store.h"
#include "tools/time.h"

bool report_open(struct tool *tool, enum store_db_mode mode,
		 struct config **config, struct store_reports **reports,
		 struct error *err)
{
	return tool_config(tool, config, err) &&
	       tool_store_reports(tool, (*config)->store.sqlite, mode, reports,
				  err);
}

bool report_read_day(struct tool *tool, int64_t *day_s)
{
	int64_t time_s = 0;

	if (!tool_time(tool, "--day", clock_now_s(&tool->clock), &time_s))
		return false;
	*day_s = aggregate_day_of(time_s);
	return true;
}

const char *report_day_text(int64_t day_s, char text[CLOCK_TEXT])
{
	(void)clock_text(day_s, text);
	text[strlen("2026-05-01")] = '\0';
	return text;
}

void report_put_time(struct json *object, const char *key, int64_t time_s)
{
	char text[CLOCK_TEXT];

	json_put_text(object, key,
		      time_s == 0 ? NULL : clock_text(time_s, text));
}

void report_put_text(struct json *object, const char *key, const char *text)
{
	json_put_text(object, key, *text == '\0' ? NULL : text);
}

const char *report_until_text(TALLOC_CTX *mem, int64_t until_s)
{
	char text[CLOCK_TEXT];

	if (until_s == INT64_MAX)
		return "for good";
	return mem_printf(mem, "until %s", clock_text(until_s, text));
}

struct json *report_delivery_json(TALLOC_CTX *mem,
				  const struct store_delivery *delivery)
{
	struct json *object = json_new_object(mem);

	json_put_text(object, "address", delivery->address);
	json_put_text(object, "state",
		      store_delivery_state_text(delivery->state));
	json_put_number(object, "tries", delivery->tries);
	report_put_time(object, "last_try", delivery->last_try_s);
	report_put_time(object, "next_try", delivery->next_try_s);
	report_put_text(object, "reply", delivery->reply);
	return object;
}

bool report_is_id(const char *text)
{
	return aggregate_id_is_valid(text);
}
