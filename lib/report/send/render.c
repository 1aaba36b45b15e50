/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * render.c - what is noted down becomes bytes and addresses
 *
 * A day's counters are gathered once, for all its reports.
 */
#include "lib/report/send/render.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/report/make/aggregate.h"
#include "lib/report/make/aggregate_validate.h"
#include "lib/report/make/aggregate_xml.h"
#include "lib/report/make/destination.h"
#include "lib/report/make/gzip.h"
#include "lib/report/make/mail.h"
#include "lib/report/send/round_hold.h"
#include "lib/report/send/stop_point.h"

struct rendering {
	struct report_sender *sender;
	struct aggregate_validator *validators[2]; /* enum report_schema */
	struct aggregate_day *day;
	struct error *err; /* of a report that failed */
	bool has_failed;

	/* The report at hand. */
	TALLOC_CTX *mem;
	const struct store_report *report;
	const char *submitter;
	enum report_schema schema;
	struct text_list addresses; /* that get this format */
	struct store_report_part *parts;
	size_t count;
	struct strbuf archive; /* of the part at hand */
	struct gzip *gzip;
	struct error invalid; /* what the validator said first */
};

/* --- the sink --- */

static bool keep_bytes(void *context, const char *bytes, size_t length,
		       struct error *err)
{
	struct rendering *rendering = context;

	strbuf_add(&rendering->archive, bytes, length);
	if (!strbuf_is_full(&rendering->archive))
		return true;
	return error_set(err, ERROR_SYSTEM,
			 "a compressed report is above %d MiB",
			 LIMIT_REPORT_ARCHIVE_MIB);
}

static bool begin_part(void *context, size_t part, const char *id,
		       struct error *err)
{
	struct rendering *rendering = context;
	TALLOC_CTX *mem = rendering->mem;
	const struct store_report *report = rendering->report;

	(void)part;
	(void)err;
	rendering->parts =
	    mem_resize(mem, rendering->parts, struct store_report_part,
		       rendering->count + 1);
	rendering->parts[rendering->count++] = (struct store_report_part){
	    .report_id = mem_strdup(mem, id),
	    .file_name = report_mail_file_name(
		mem, rendering->submitter, report->policy_domain,
		report->begin_s, report->end_s, id),
	    .address_count = rendering->addresses.count,
	    .addresses = rendering->addresses.items,
	};
	strbuf_init(&rendering->archive, mem,
		    (size_t)LIMIT_REPORT_ARCHIVE_MIB << 20);
	rendering->gzip = gzip_new(mem, keep_bytes, rendering);
	return true;
}

static bool write_part(void *context, const char *bytes, size_t length,
		       struct error *err)
{
	struct rendering *rendering = context;

	aggregate_validator_add(rendering->validators[rendering->schema], bytes,
				length);
	return gzip_add(rendering->gzip, bytes, length, err);
}

static bool end_part(void *context, size_t part, struct error *err)
{
	struct rendering *rendering = context;
	struct error invalid;

	(void)part;
	if (!aggregate_validator_end(rendering->validators[rendering->schema],
				     &invalid) &&
	    rendering->invalid.kind == ERROR_NONE)
		rendering->invalid = invalid;
	if (!gzip_end(rendering->gzip, err))
		return false;
	rendering->parts[rendering->count - 1].archive = span_make(
	    strbuf_text(&rendering->archive), rendering->archive.length);
	return true;
}

/* --- a report --- */

static bool store_result(struct rendering *rendering, const char *note,
			 struct error *err)
{
	struct report_sender *sender = rendering->sender;
	struct store_report_rendering result = {
	    .report_id = rendering->report->report_id,
	    .submitter = rendering->submitter,
	    .part_count = rendering->count,
	    .parts = rendering->parts,
	    .note = note,
	    .now_s = clock_now_s(sender->clock),
	};

	if (rendering->invalid.kind != ERROR_NONE) {
		result.invalid = rendering->invalid.words;
		sender->totals.invalid++;
	} else if (result.part_count > 0) {
		sender->totals.rendered++;
	}
	stop_point("rendered");
	return store_reports_rendered(sender->reports, &result, err);
}

/* What was left out of the record's addresses, as one line. */
static const char *write_note(TALLOC_CTX *mem,
			      const struct destination_list *list)
{
	struct strbuf text;

	strbuf_init(&text, mem, LIMIT_REPORT_NOTE);
	for (size_t i = 0; i < list->notes.count; i++)
		strbuf_printf(&text, "%s%s", i == 0 ? "" : "; ",
			      list->notes.items[i]);
	return strbuf_text(&text);
}

/* In one format, for those addresses that get it. The first part's count
 * stands for the whole; a reader adds up anyway. */
static bool render_format(struct rendering *rendering,
			  const struct aggregate_report *found,
			  struct error *err)
{
	struct report_sender *sender = rendering->sender;
	struct report_settings settings = *sender->settings;
	const struct aggregate_sink sink = {.begin = begin_part,
					    .write = write_part,
					    .end = end_part,
					    .context = rendering};
	const struct aggregate_notes notes = {
	    .said = sender->watcher.said, .context = sender->watcher.context};
	struct aggregate_rendered rendered = {0};
	size_t first = rendering->count;
	char id[AGGREGATE_ID_TEXT];

	settings.schema = (int)rendering->schema;
	if (!aggregate_render(
		rendering->day, found, &settings,
		aggregate_part_id(rendering->report->report_id, first, id),
		&sink, &notes, &rendered, err))
		return false;
	for (size_t i = first; i < rendering->count; i++)
		rendering->parts[i].messages = rendered.messages;
	return true;
}

/* Those of the addresses that get the format, below `mem`. */
static struct text_list choose_addresses(TALLOC_CTX *mem,
					 const struct report_settings *settings,
					 const struct text_list *addresses,
					 enum report_schema schema)
{
	struct text_list chosen = {
	    .items = mem_array(mem, const char *, addresses->count)};

	for (size_t i = 0; i < addresses->count; i++) {
		const char *address = addresses->items[i];
		if (report_schema_of(settings, destination_host(address)) ==
		    schema)
			chosen.items[chosen.count++] = address;
	}
	return chosen;
}

static bool render_report(struct rendering *rendering,
			  const struct aggregate_report *found,
			  struct error *err)
{
	static const enum report_schema schemas[] = {REPORT_SCHEMA_RFC9990,
						     REPORT_SCHEMA_RFC7489};
	const struct report_settings *settings = rendering->sender->settings;
	struct destination_list list = destination_list(
	    rendering->mem, &found->rua, settings->max_addresses);

	for (size_t i = 0; i < COUNT_OF(schemas); i++) {
		rendering->schema = schemas[i];
		rendering->addresses = choose_addresses(
		    rendering->mem, settings, &list.addresses, schemas[i]);
		if (rendering->addresses.count > 0 &&
		    !render_format(rendering, found, err))
			return false;
	}
	if (rendering->invalid.kind != ERROR_NONE)
		report_sender_say(
		    rendering->sender,
		    mem_printf(rendering->mem,
			       "report %s about %s is a defect of alignd and "
			       "is not sent: %s",
			       rendering->report->report_id,
			       rendering->report->policy_domain,
			       rendering->invalid.words));
	return store_result(rendering, write_note(rendering->mem, &list), err);
}

static void begin_report(struct rendering *rendering,
			 const struct store_report *report)
{
	rendering->report = report;
	rendering->submitter =
	    destination_host(rendering->sender->settings->from);
	rendering->parts = NULL;
	rendering->count = 0;
	rendering->invalid = (struct error){.kind = ERROR_NONE};
}

/* --- a day --- */

static bool is_ending(const struct report_sender *sender)
{
	return report_sender_is_stopping(sender) ||
	       report_sender_is_past(sender, sender->render_until_ms);
}

/* Those of the day's reports that are noted down and not rendered yet. */
static bool on_report(void *context, const struct aggregate_report *found)
{
	struct rendering *rendering = context;
	struct report_sender *sender = rendering->sender;
	struct store_report report = {.policy_domain = found->policy_domain,
				      .record = found->record,
				      .begin_s = found->begin_s,
				      .end_s = found->end_s};

	if (is_ending(sender))
		return false;
	rendering->mem = mem_context(NULL);
	if (sender->round != NULL)
		report.report_id = fleet_key_report_id(
		    rendering->mem, sender->fleet_key, sender->round->day_s,
		    sender->round->round, found->policy_domain, found->record);
	bool ok = report_round_goes_on(sender, rendering->err) &&
		  store_reports_find_collected(rendering->mem, sender->reports,
					       &report, rendering->err);
	if (ok && report.report_id != NULL) {
		begin_report(rendering, &report);
		ok = render_report(rendering, found, rendering->err);
	}
	mem_free(rendering->mem);
	report_sender_moved(sender, "rendered", sender->totals.rendered);
	rendering->has_failed = !ok;
	return ok;
}

struct leftover {
	TALLOC_CTX *mem;
	const char *report_id;
};

static bool keep_id(void *context, const struct store_report *report)
{
	struct leftover *leftover = context;

	leftover->report_id = mem_strdup(leftover->mem, report->report_id);
	return false;
}

static int64_t round_of(const struct report_sender *sender)
{
	return sender->round == NULL ? 0 : sender->round->round;
}

static const char *domain_of(const struct report_sender *sender)
{
	return sender->round == NULL ? sender->only_domain : NULL;
}

/* What the day was to have and has not: its counters were purged. */
static bool settle_leftovers(struct rendering *rendering, int64_t day_s,
			     struct error *err)
{
	struct report_sender *sender = rendering->sender;
	const struct store_report_filter filter = {.is_unrendered = true,
						   .policy_domain =
						       domain_of(sender),
						   .begin_s = day_s,
						   .round = round_of(sender),
						   .limit = 1};
	bool has_more = true;
	bool ok = true;

	while (ok && has_more) {
		struct leftover leftover = {.mem = mem_context(NULL)};
		ok = store_reports_list(sender->reports, &filter, keep_id,
					&leftover, err);
		has_more = leftover.report_id != NULL;
		const struct store_report report = {.report_id =
							leftover.report_id};
		begin_report(rendering, &report);
		if (ok && has_more)
			ok = store_result(rendering, "its counters are gone",
					  err);
		mem_free(leftover.mem);
	}
	return ok;
}

static bool render_day(struct rendering *rendering, int64_t day_s,
		       struct error *err)
{
	struct report_sender *sender = rendering->sender;
	TALLOC_CTX *mem = mem_context(NULL);
	bool ok =
	    aggregate_open_round(mem, sender->reader, day_s, domain_of(sender),
				 round_of(sender), &rendering->day, err) &&
	    aggregate_list(rendering->day, on_report, rendering, err) &&
	    !rendering->has_failed;

	mem_free(mem);
	if (!ok || is_ending(sender))
		return ok;
	return settle_leftovers(rendering, day_s, err);
}

static bool keep_day(void *context, const struct store_report *report)
{
	*(int64_t *)context = report->begin_s;
	return false;
}

/* Each day is left with nothing that is only noted down. */
static bool render_days(struct rendering *rendering, struct error *err)
{
	struct report_sender *sender = rendering->sender;
	const struct store_report_filter filter = {
	    .is_unrendered = true,
	    .policy_domain = sender->only_domain,
	    .begin_s = sender->only_day_s,
	    .limit = 1};
	int64_t day_s = 0;
	bool ok = true;

	do {
		day_s = 0;
		ok = store_reports_list(sender->reports, &filter, keep_day,
					&day_s, err) &&
		     (day_s == 0 || render_day(rendering, day_s, err));
	} while (ok && day_s != 0 && !is_ending(sender));
	return ok;
}

static struct rendering begin_rendering(TALLOC_CTX *mem,
					struct report_sender *sender,
					struct error *err)
{
	return (struct rendering){
	    .sender = sender,
	    .err = err,
	    .validators = {[REPORT_SCHEMA_RFC9990] = aggregate_validator_new(
			       mem, REPORT_SCHEMA_RFC9990),
			   [REPORT_SCHEMA_RFC7489] = aggregate_validator_new(
			       mem, REPORT_SCHEMA_RFC7489)},
	};
}

bool report_render_round(struct report_sender *sender, bool *is_done,
			 struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct rendering rendering = begin_rendering(mem, sender, err);
	bool ok = render_day(&rendering, sender->round->day_s, err);

	mem_free(mem);
	*is_done = ok && !is_ending(sender);
	return ok;
}

bool report_render(struct report_sender *sender, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct rendering rendering = begin_rendering(mem, sender, err);
	bool ok = store_reports_retry_invalid(sender->reports, err) &&
		  render_days(&rendering, err);

	mem_free(mem);
	return ok;
}
