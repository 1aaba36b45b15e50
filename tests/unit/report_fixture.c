/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_fixture.c - a store with a day's results, and reports as text
 */
#include "tests/unit/report_fixture.h"

#include <string.h>

#include "lib/base/strbuf.h"
#include "lib/report/make/aggregate_validate.h"
#include "tests/unit/unit.h"

#define TEXT_MAX ((size_t)256 << 20)
#define IDS_MAX 200

struct report_store report_store_make(void)
{
	struct report_store store = {.mem = mem_context(NULL),
				     .place = place_make()};

	store.store = open_store(store.place.path, DURABILITY_COMMIT);
	return store;
}

void report_store_end(struct report_store *store)
{
	mem_free(store->mem);
	store_close(store->store);
	place_remove(&store->place);
}

struct store_entry report_entry(void)
{
	struct store_entry entry = example_entry();

	entry.tuple.record = TEST_RECORD;
	entry.tuple.asked = "reject";
	return entry;
}

void report_record(struct report_store *store, const struct store_entry *entry,
		   int times)
{
	for (int i = 0; i < times; i++)
		assert_int_equal(store_record(store->store, entry, 20000),
				 STORE_COMMITTED);
}

struct aggregate_day *report_open(struct report_store *store, int64_t time_s,
				  const char *policy_domain)
{
	struct aggregate_day *day;
	struct error err;

	if (store->reader == NULL)
		store->reader = open_reader(store->mem, store->place.path);
	if (!aggregate_open(store->mem, store->reader, time_s, policy_domain,
			    &day, &err))
		fail_msg("%s", err.words);
	return day;
}

struct first {
	TALLOC_CTX *mem;
	struct aggregate_report *report;
};

static bool keep_report(void *context, const struct aggregate_report *report)
{
	struct first *first = context;
	struct aggregate_report *copy =
	    mem_new(first->mem, struct aggregate_report);

	*copy = *report;
	copy->policy_domain = mem_strdup(copy, report->policy_domain);
	copy->record = mem_strdup(copy, report->record);
	copy->discovery = mem_strdup(copy, report->discovery);
	copy->rua.items = mem_array(copy, const char *, report->rua.count);
	for (size_t i = 0; i < report->rua.count; i++)
		copy->rua.items[i] = mem_strdup(copy, report->rua.items[i]);
	first->report = copy;
	return false;
}

struct aggregate_report *report_first(struct report_store *store,
				      struct aggregate_day *day)
{
	struct first first = {.mem = store->mem};
	struct error err;

	assert_true(aggregate_list(day, keep_report, &first, &err));
	assert_non_null(first.report);
	return first.report;
}

struct report_settings report_test_settings(enum report_schema schema)
{
	return (struct report_settings){
	    .org_name = "Example Receiver",
	    .from = "dmarc@mx.example",
	    .contact = "https://mx.example/dmarc",
	    .schema = (int)schema,
	    .max_size_mib = 50,
	};
}

/* --- rendering --- */

struct collected {
	TALLOC_CTX *mem;
	struct strbuf xml;
	struct strbuf notes;
	struct aggregate_validator *validator;
	struct text_list ids;
};

static bool on_begin(void *context, size_t part, const char *id,
		     struct error *err)
{
	struct collected *collected = context;

	(void)err;
	assert_int_equal(part, collected->ids.count);
	assert_true(part < IDS_MAX);
	collected->ids.items[collected->ids.count++] =
	    mem_strdup(collected->mem, id);
	return true;
}

static bool on_write(void *context, const char *bytes, size_t length,
		     struct error *err)
{
	struct collected *collected = context;

	(void)err;
	strbuf_add(&collected->xml, bytes, length);
	aggregate_validator_add(collected->validator, bytes, length);
	return true;
}

static bool on_end(void *context, size_t part, struct error *err)
{
	struct collected *collected = context;

	assert_int_equal(part + 1, collected->ids.count);
	if (!aggregate_validator_end(collected->validator, err))
		fail_msg("%s\n%s", err->words, strbuf_text(&collected->xml));
	return true;
}

static void on_note(void *context, const char *words)
{
	struct collected *collected = context;

	strbuf_printf(&collected->notes, "%s\n", words);
}

struct rendered_text report_text(struct report_store *store,
				 struct aggregate_day *day,
				 const struct aggregate_report *report,
				 const struct report_settings *settings)
{
	struct collected collected = {.mem = mem_context(store->mem)};
	struct aggregate_sink sink = {.begin = on_begin,
				      .write = on_write,
				      .end = on_end,
				      .context = &collected};
	struct aggregate_notes notes = {.said = on_note, .context = &collected};
	struct rendered_text text;
	struct error err;

	strbuf_init(&collected.xml, collected.mem, TEXT_MAX);
	strbuf_init(&collected.notes, collected.mem, TEXT_MAX);
	collected.ids.items = mem_array(collected.mem, const char *, IDS_MAX);
	collected.validator = aggregate_validator_new(
	    collected.mem, (enum report_schema)settings->schema);
	if (!aggregate_render(day, report, settings, TEST_ID, &sink, &notes,
			      &text.done, &err))
		fail_msg("%s", err.words);
	text.xml = strbuf_text(&collected.xml);
	text.length = collected.xml.length;
	text.notes = strbuf_text(&collected.notes);
	text.ids = collected.ids;
	assert_int_equal(text.done.bytes, text.length);
	assert_int_equal(text.done.parts, text.ids.count);
	return text;
}

const char *report_of_entry(struct report_store *store,
			    const struct store_entry *entry,
			    enum report_schema schema)
{
	struct report_settings settings = report_test_settings(schema);

	report_record(store, entry, 1);
	struct aggregate_day *day = report_open(store, entry->time_s, NULL);
	struct rendered_text text =
	    report_text(store, day, report_first(store, day), &settings);
	assert_string_equal(text.notes, "");
	return text.xml;
}

/* --- reading it --- */

char *element_text(TALLOC_CTX *mem, const char *xml, const char *name)
{
	char *begin = mem_printf(mem, "<%s>", name);
	char *end = mem_printf(mem, "</%s>", name);
	const char *at = strstr(xml, begin);

	if (at == NULL)
		return NULL;
	at += strlen(begin);
	return mem_strndup(mem, at, (size_t)(strstr(at, end) - at));
}

size_t count_of(const char *text, const char *words)
{
	size_t count = 0;

	for (const char *at = text; (at = strstr(at, words)) != NULL;
	     at += strlen(words))
		count++;
	return count;
}
