/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_MAKE_AGGREGATE_FORMAT_H
#define REPORT_MAKE_AGGREGATE_FORMAT_H

/*
 * aggregate_format - the elements of a report, in either format
 *
 * What the formats of RFC 9990 and RFC 7489 have in common and where they
 * differ stands here; aggregate_xml.c puts documents together from it.
 */

#include "lib/app/report_settings.h"
#include "lib/base/mem.h"
#include "lib/report/make/aggregate.h"
#include "lib/report/make/xml_writer.h"

/* The document up to its first record. */
struct xml_writer *aggregate_format_head(TALLOC_CTX *mem,
					 const struct aggregate_report *report,
					 const struct report_settings *settings,
					 const char *id);

/* One <record>. */
void aggregate_format_record(struct xml_writer *writer,
			     enum report_schema schema,
			     const struct aggregate_row *row);

#endif
