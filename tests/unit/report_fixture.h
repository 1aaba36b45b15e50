/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_REPORT_FIXTURE_H
#define TESTS_UNIT_REPORT_FIXTURE_H

/*
 * report_fixture - a store with a day's results, and reports as text
 *
 * Asserts with cmocka: for the main thread only.
 */

#include "lib/report/make/aggregate_xml.h"
#include "tests/unit/store_fixture.h"

#define TEST_ID "0123456789abcdef0123456789abcdef"
#define TEST_RECORD "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"

/* A store of its own, and a reader once it was opened. */
struct report_store {
	TALLOC_CTX *mem;
	struct place place;
	struct store *store;
	struct store_reader *reader;
};

struct report_store report_store_make(void);
void report_store_end(struct report_store *store);

/* example_entry() under TEST_RECORD. */
struct store_entry report_entry(void);

/* Records the entry so many times. */
void report_record(struct report_store *store, const struct store_entry *entry,
		   int times);

/* Ends the writer and opens the day of the time; NULL domain: all. */
struct aggregate_day *report_open(struct report_store *store, int64_t time_s,
				  const char *policy_domain);

/* The first report of the day. */
struct aggregate_report *report_first(struct report_store *store,
				      struct aggregate_day *day);

struct report_settings report_test_settings(enum report_schema schema);

/* What was rendered, all parts behind each other, and what was noted. */
struct rendered_text {
	struct aggregate_rendered done;
	const char *xml;
	size_t length;
	const char *notes; /* a line each */
	struct text_list ids;
};

/* Renders; every part has to be valid. */
struct rendered_text report_text(struct report_store *store,
				 struct aggregate_day *day,
				 const struct aggregate_report *report,
				 const struct report_settings *settings);

/* One entry, one report: its XML. */
const char *report_of_entry(struct report_store *store,
			    const struct store_entry *entry,
			    enum report_schema schema);

/* The text of the first <name> element in the XML, below `mem`; NULL: none. */
char *element_text(TALLOC_CTX *mem, const char *xml, const char *name);

/* How often the words stand in the text. */
size_t count_of(const char *text, const char *words);

#endif
