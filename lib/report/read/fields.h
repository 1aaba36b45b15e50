/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_READ_FIELDS_H
#define REPORT_READ_FIELDS_H

/*
 * fields - what the elements of a report mean
 *
 * An element is known by its name and its parent's, wherever that stands:
 * reports wrap their parts in elements of their own. Values gather in a struct
 * received_fields as text; received_fields_row() and _report() make of them
 * what they must be, or say what is wrong. Pure.
 */

#include "lib/base/limits.h"
#include "lib/report/read/reader.h"

struct received_fields {
	TALLOC_CTX *report_mem; /* texts of the report */
	TALLOC_CTX *row_mem;	/* texts of the row */
	struct received_report report;
	const char *begin;
	const char *end;
	const char *source_ip;
	const char *count;
	const char *dkim;
	const char *spf;
	struct received_row row;
	size_t result_count;
	bool is_result_read; /* the one that began last has its place */
	struct received_result results[LIMIT_RECEIVED_RESULTS];
};

/* Empty, below `mem`. */
void received_fields_init(struct received_fields *fields, TALLOC_CTX *mem);

/* An element begins: a row, or a result within a row. */
void received_fields_begin(struct received_fields *fields, const char *parent,
			   const char *name);

/* An element ends; `text` is its own, clean and trimmed. */
void received_fields_put(struct received_fields *fields, const char *parent,
			 const char *name, const char *text);

/* The row that ended; false: why it does not count. */
bool received_fields_row(struct received_fields *fields,
			 struct received_row *row, struct error *err)
    __attribute__((warn_unused_result));

/* What is said about the whole; it may stand behind the rows. */
const struct received_report *
received_fields_report(struct received_fields *fields);

#endif
