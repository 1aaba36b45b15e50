/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * aggregate_xml.c - a report as XML: documents, parts, ids
 *
 * One row is in memory at a time: it is written, weighed, and goes to the part
 * at hand or to the next.
 */
#include "lib/report/make/aggregate_xml.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "lib/report/make/aggregate_format.h"

#define ID_DIGITS (AGGREGATE_ID_TEXT - 1)
#define COUNTED_DIGITS 4
#define END_BYTES 32 /* "</feedback>" and a line end are less */

struct rendering {
	const struct aggregate_report *report;
	const struct report_settings *settings;
	const char *id;
	const struct aggregate_sink *sink;
	const struct aggregate_notes *notes;
	int64_t max_bytes;
	struct xml_writer *writer; /* of the part at hand; NULL before it */
	int64_t part_bytes;
	struct aggregate_rendered done;
	int64_t past_end; /* rows that no part holds */
	struct error *err;
	bool has_failed;
};

/* --- ids --- */

bool aggregate_id_is_valid(const char *id)
{
	return strlen(id) == ID_DIGITS &&
	       strspn(id, "0123456789abcdef") == ID_DIGITS;
}

const char *aggregate_part_id(const char *id, size_t part,
			      char text[AGGREGATE_ID_TEXT])
{
	unsigned last = 0;

	assert(aggregate_id_is_valid(id));
	for (size_t i = ID_DIGITS - COUNTED_DIGITS; i < ID_DIGITS; i++)
		last = last << 4 | (unsigned)ascii_hex_value(id[i]);
	(void)snprintf(text, AGGREGATE_ID_TEXT, "%.*s%04x",
		       ID_DIGITS - COUNTED_DIGITS, id,
		       (last + (unsigned)part) & 0xffff);
	return text;
}

/* --- parts --- */

static bool put_bytes(struct rendering *rendering)
{
	struct span bytes = xml_take(rendering->writer);

	rendering->part_bytes += (int64_t)bytes.length;
	rendering->done.bytes += (int64_t)bytes.length;
	return rendering->sink->write(rendering->sink->context, bytes.data,
				      bytes.length, rendering->err);
}

static bool begin_part(struct rendering *rendering)
{
	const struct aggregate_sink *sink = rendering->sink;
	size_t part = rendering->done.parts;
	char id[AGGREGATE_ID_TEXT];

	aggregate_part_id(rendering->id, part, id);
	rendering->writer = aggregate_format_head(NULL, rendering->report,
						  rendering->settings, id);
	rendering->part_bytes = 0;
	rendering->done.parts++;
	return (sink->begin == NULL ||
		sink->begin(sink->context, part, id, rendering->err)) &&
	       put_bytes(rendering);
}

static bool end_part(struct rendering *rendering)
{
	const struct aggregate_sink *sink = rendering->sink;

	xml_finish(rendering->writer);
	bool ok = put_bytes(rendering) &&
		  (sink->end == NULL ||
		   sink->end(sink->context, rendering->done.parts - 1,
			     rendering->err));
	mem_free(rendering->writer);
	rendering->writer = NULL;
	return ok;
}

/* --- records --- */

static void format_row(struct rendering *rendering,
		       const struct aggregate_row *row)
{
	aggregate_format_record(rendering->writer,
				(enum report_schema)rendering->settings->schema,
				row);
}

/* The first row of a part stays there whatever its size. */
static bool write_row(struct rendering *rendering,
		      const struct aggregate_row *row)
{
	bool is_first = rendering->writer == NULL;

	if (is_first && !begin_part(rendering))
		return false;
	format_row(rendering, row);
	int64_t bytes = rendering->part_bytes +
			(int64_t)xml_pending(rendering->writer) + END_BYTES;
	if (!is_first && bytes > rendering->max_bytes) {
		(void)xml_take(rendering->writer);
		if (rendering->done.parts == AGGREGATE_PARTS_MAX) {
			rendering->past_end++;
			return true;
		}
		if (!end_part(rendering) || !begin_part(rendering))
			return false;
		format_row(rendering, row);
	}
	rendering->done.rows++;
	rendering->done.messages += row->count;
	return put_bytes(rendering);
}

static bool on_row(void *context, const struct aggregate_row *row)
{
	struct rendering *rendering = context;

	rendering->has_failed = !write_row(rendering, row);
	return !rendering->has_failed;
}

/* --- what was left out --- */

static void say_left_out(const struct rendering *rendering, const char *words)
{
	const struct aggregate_notes *notes = rendering->notes;

	if (notes != NULL && notes->said != NULL)
		notes->said(notes->context, words);
}

static void on_note(void *context, const char *words)
{
	struct rendering *rendering = context;

	rendering->done.left_out++;
	say_left_out(rendering, words);
}

static void tell_past_end(struct rendering *rendering)
{
	struct error words;

	if (rendering->past_end == 0)
		return;
	rendering->done.left_out += rendering->past_end;
	(void)error_set(&words, ERROR_NONE,
			"left out of the report to %.100s: %lld rows that %d "
			"parts of %ld MiB do not hold",
			rendering->report->policy_domain,
			(long long)rendering->past_end, AGGREGATE_PARTS_MAX,
			rendering->settings->max_size_mib);
	say_left_out(rendering, words.words);
}

bool aggregate_render(struct aggregate_day *day,
		      const struct aggregate_report *report,
		      const struct report_settings *settings, const char *id,
		      const struct aggregate_sink *sink,
		      const struct aggregate_notes *notes,
		      struct aggregate_rendered *rendered, struct error *err)
{
	struct rendering rendering = {
	    .report = report,
	    .settings = settings,
	    .id = id,
	    .sink = sink,
	    .notes = notes,
	    .max_bytes = (int64_t)settings->max_size_mib << 20,
	    .err = err,
	};
	struct aggregate_notes counted = {.said = on_note,
					  .context = &rendering};
	bool ok =
	    aggregate_rows(day, report, on_row, &rendering, &counted, err) &&
	    !rendering.has_failed &&
	    (rendering.writer == NULL || end_part(&rendering));

	mem_free(rendering.writer);
	if (!ok)
		return false;
	tell_past_end(&rendering);
	*rendered = rendering.done;
	return true;
}
