/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_MAKE_AGGREGATE_XML_H
#define REPORT_MAKE_AGGREGATE_XML_H

/*
 * aggregate_xml - a report as XML (RFC 9990 appendix A, RFC 7489 appendix C)
 *
 * The XML goes to a sink as it is made. A report that would pass the limit is
 * cut between two rows into parts, each a whole document with an id of its own
 * and the same period; every part has at least one row. Part 0 carries the id
 * the caller gives, part N the id that aggregate_part_id() derives from it, so
 * that one stored id is enough for a retry. The same rows, settings and id
 * give the same bytes and the same parts; the size counts XML bytes, so that
 * no version of zlib moves a cut.
 *
 * Everything from outside is cleaned on the way out: bytes that XML cannot
 * carry become "?", domains A-labels in lower case, the rest is escaped.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/app/report_settings.h"
#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/report/make/aggregate.h"

#define AGGREGATE_ID_TEXT 33	/* 32 hex digits and NUL */
#define AGGREGATE_PARTS_MAX 100 /* further rows are left out, and noted */

/* Where XML goes. Each function may refuse with words, which ends the
 * rendering; begin and end may be NULL. */
struct aggregate_sink {
	bool (*begin)(void *context, size_t part, const char *id,
		      struct error *err);
	bool (*write)(void *context, const char *bytes, size_t length,
		      struct error *err);
	bool (*end)(void *context, size_t part, struct error *err);
	void *context;
};

struct aggregate_rendered {
	size_t parts; /* 0: no row could be shown, nothing was written */
	int64_t rows; /* record elements, all parts */
	int64_t messages;
	int64_t bytes;	  /* of XML, all parts */
	int64_t left_out; /* rows that could not be shown */
};

/* Is it 32 lower-case hex digits? */
bool aggregate_id_is_valid(const char *id);

/* The id of part `part` (below AGGREGATE_PARTS_MAX) of the report `id`: its
 * last four digits counted up, modulo 65536. Returns `text`. */
const char *aggregate_part_id(const char *id, size_t part,
			      char text[AGGREGATE_ID_TEXT]);

/* Renders in the format of settings->schema, cut at settings->max_size_mib. To
 * know the number of parts beforehand, render into a sink that drops. */
bool aggregate_render(struct aggregate_day *day,
		      const struct aggregate_report *report,
		      const struct report_settings *settings, const char *id,
		      const struct aggregate_sink *sink,
		      const struct aggregate_notes *notes,
		      struct aggregate_rendered *rendered, struct error *err)
    __attribute__((warn_unused_result));

#endif
