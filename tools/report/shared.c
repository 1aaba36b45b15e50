/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shared.c - what the actions of alignctl report share
 */
#include "tools/report/shared.h"

#include "lib/report/make/aggregate.h"
#include "lib/report/make/aggregate_xml.h"
#include "tools/report/fleet.h"
#include "tools/store.h"
#include "tools/time.h"

#define REPLY_SHOWN 200

bool report_open(struct tool *tool, enum store_db_mode mode,
		 struct config **config, struct store_reports **reports,
		 struct clock *clock, struct error *err)
{
	return tool_config(tool, config, err) &&
	       report_open_either(tool, *config, mode, reports, clock, err);
}

bool report_open_own(struct tool *tool, const struct config *config,
		     struct store_reports *reports, struct store_reports **own,
		     struct error *err)
{
	if (store_reports_is_fleet(reports))
		return tool_store_reports(tool, config->store.sqlite,
					  STORE_DB_READ, own, err);
	*own = reports;
	return true;
}

bool report_read_day(struct tool *tool, int64_t *day_s)
{
	int64_t time_s = 0;

	if (!tool_time(tool, "--day", clock_now_s(&tool->clock), &time_s))
		return false;
	*day_s = aggregate_day_of(time_s);
	return true;
}

void report_put_destination(struct show *item, const char *address,
			    const char *state, const char *why)
{
	show_line(item, "    %-12s  %s%s%s", state, address,
		  *why == '\0' ? "" : ": ", why);
	show_data(item, "address", value_text(address));
	show_data(item, "state", value_text(state));
}

void report_put_delivery(struct show *list,
			 const struct store_delivery *delivery)
{
	struct show *item = show_add(list);

	report_put_destination(
	    item, delivery->address, store_delivery_state_text(delivery->state),
	    text_escape(item, span_of(delivery->reply), REPLY_SHOWN, true));
	show_data(item, "tries", value_number(delivery->tries));
	show_data(item, "last_try", value_time_given(delivery->last_try_s));
	show_data(item, "next_try", value_time_given(delivery->next_try_s));
	show_data(item, "reply", value_given(delivery->reply));
}

static bool add_delivery(void *context, const struct store_delivery *delivery)
{
	report_put_delivery(context, delivery);
	return true;
}

bool report_put_deliveries(struct show *show, struct store_reports *reports,
			   const char *id, struct error *err)
{
	return store_deliveries_list(reports, id, add_delivery,
				     show_list(show, "destinations"), err);
}

bool report_is_id(const char *text)
{
	return aggregate_id_is_valid(text);
}
