/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * override_file.c - the overrides file, section by section
 *
 * The rows say what a value may be; what a section owes as a whole (a handle,
 * an end, an owner, a reason) is checked when it ends. overrides.conf(5) is
 * the reference.
 */
#include "lib/policy/override.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/base/clock.h"
#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/policy/override_index.h"

#define SHOWN_MAX 60
#define DAY_S 86400

/* A section as the file gives it. */
struct section_values {
	struct text_list scope[OVERRIDE_KINDS];
	int action; /* enum disposition */
	int reason; /* enum override_type */
	const char *owner;
	const char *why;
	const char *until;
	bool is_permanent;
	bool is_unsafe;
	bool is_unless_indirect;
};

struct reader {
	struct override_set *set;
	struct override *items;
	size_t room;
};

/* --- one value --- */

static bool refuse(struct error *err, const char *found, const char *what)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)error_set(err, ERROR_CONFIG, "\"%s\" %s",
			text_escape(mem, span_of(found), SHOWN_MAX, true),
			what);
	mem_free(mem);
	return false;
}

static bool is_domain(const char *value)
{
	TALLOC_CTX *mem = mem_context(NULL);
	bool is_good = domain_normalize(mem, span_of(value)) != NULL;

	mem_free(mem);
	return is_good;
}

static bool check_domain(const char *value, struct error *err)
{
	return is_domain(value) ||
	       refuse(err, value,
		      "is no domain name (allowed: a name such as "
		      "list.example; it and the names below it match)");
}

static bool check_author(const char *value, struct error *err)
{
	return is_domain(*value == '.' ? value + 1 : value) ||
	       refuse(err, value,
		      "is no author domain (allowed: a name such as a.example, "
		      "or .a.example for it and the names below it)");
}

static bool check_network(const char *value, struct error *err)
{
	struct net_block block;

	return net_block_parse(value, &block, err);
}

static bool check_words(const char *value, struct error *err)
{
	if (strlen(value) <= LIMIT_OVERRIDE_TEXT)
		return true;
	return error_set(err, ERROR_CONFIG,
			 "is %zu bytes long (allowed: at most %d)",
			 strlen(value), LIMIT_OVERRIDE_TEXT);
}

/* The day's first second. "2026-02-30" would become March 2 to timegm(3). */
static bool read_day(const char *value, int64_t *start_s)
{
	struct tm utc = {.tm_isdst = 0};
	const char *end = strptime(value, "%Y-%m-%d", &utc);
	char text[CLOCK_TEXT];

	if (end == NULL || *end != '\0')
		return false;
	int64_t found_s = (int64_t)timegm(&utc);
	(void)clock_text(found_s, text);
	*strchr(text, 'T') = '\0';
	if (strcmp(text, value) != 0)
		return false;
	*start_s = found_s;
	return true;
}

static bool check_until(const char *value, struct error *err)
{
	int64_t unused;

	return *value == '\0' || read_day(value, &unused) ||
	       refuse(err, value,
		      "is no date (allowed: year, month and day, as in "
		      "2026-12-31)");
}

static const struct setting_choice actions[] = {
    {"accept", DISPOSITION_NONE},
    {"quarantine", DISPOSITION_QUARANTINE},
    {"reject", DISPOSITION_REJECT},
    {NULL, 0}};

static const struct setting_choice reasons[] = {
    {"local_policy", OVERRIDE_LOCAL_POLICY},
    {"mailing_list", OVERRIDE_MAILING_LIST},
    {"trusted_forwarder", OVERRIDE_TRUSTED_FORWARDER},
    {NULL, 0}};

#define SCOPE_ROW(word, kind, is_item, words)                                  \
	{                                                                      \
		.name = (word), .type = SETTING_LIST,                          \
		.offset = offsetof(struct section_values, scope[kind]),        \
		.initial = "", .check = (is_item), .is_reloadable = true,      \
		.summary = (words)                                             \
	}
#define TEXT_ROW(word, member, is_text, words)                                 \
	{                                                                      \
		.name = (word), .type = SETTING_TEXT,                          \
		.offset = offsetof(struct section_values, member),             \
		.initial = "", .check = (is_text), .is_reloadable = true,      \
		.summary = (words)                                             \
	}
#define FLAG_ROW(word, member, words)                                          \
	{                                                                      \
		.name = (word), .type = SETTING_FLAG,                          \
		.offset = offsetof(struct section_values, member),             \
		.initial = "no", .is_reloadable = true, .summary = (words)     \
	}

const struct setting override_setting_rows[] = {
    SCOPE_ROW("dkim", OVERRIDE_DKIM, check_domain,
	      "Domains of a DKIM signature that passes."),
    SCOPE_ROW("spf", OVERRIDE_SPF, check_domain, "Domains that pass SPF."),
    SCOPE_ROW("host", OVERRIDE_HOST, check_domain,
	      "Confirmed names of the client."),
    SCOPE_ROW("network", OVERRIDE_NETWORK, check_network,
	      "Networks of the client."),
    SCOPE_ROW("from", OVERRIDE_FROM, check_author,
	      "Author domains; any without it."),
    {.name = "action",
     .type = SETTING_CHOICE,
     .offset = offsetof(struct section_values, action),
     .initial = "accept",
     .choices = actions,
     .is_reloadable = true,
     .summary = "What is done."},
    {.name = "reason",
     .type = SETTING_CHOICE,
     .offset = offsetof(struct section_values, reason),
     .initial = "local_policy",
     .choices = reasons,
     .is_reloadable = true,
     .summary = "The reason that reports give."},
    TEXT_ROW("owner", owner, check_words, "Who answers for it."),
    TEXT_ROW("why", why, check_words, "What it is for."),
    TEXT_ROW("until", until, check_until, "The last day, UTC."),
    FLAG_ROW("permanent", is_permanent, "It has no end."),
    FLAG_ROW("unsafe", is_unsafe, "It needs no handle."),
    FLAG_ROW("unless_indirect", is_unless_indirect,
	     "Not for mail with evidence of a list or forwarder."),
    {.name = NULL},
};

/* --- a section as a whole --- */

/* Does one item let everybody in: a top-level domain, all addresses? */
static const char *world(const struct section_values *values)
{
	for (int kind = 0; kind < OVERRIDE_FROM; kind++) {
		const struct text_list *items = &values->scope[kind];
		for (size_t i = 0; i < items->count; i++) {
			const char *item = items->items[i];
			const char *slash = strchr(item, '/');
			if (kind == OVERRIDE_NETWORK
				? slash != NULL && strcmp(slash, "/0") == 0
				: strchr(item, '.') == NULL)
				return item;
		}
	}
	return NULL;
}

static bool has_handle(const struct section_values *values)
{
	for (int kind = 0; kind < OVERRIDE_FROM; kind++) {
		if (values->scope[kind].count > 0)
			return true;
	}
	return false;
}

static bool check_scope(const struct section_values *values, struct error *err)
{
	const char *wide = world(values);

	if (!has_handle(values) && values->scope[OVERRIDE_FROM].count == 0)
		return error_set(err, ERROR_CONFIG,
				 "names nobody (allowed: at least one of dkim, "
				 "spf, host, network)");
	if (values->is_unsafe)
		return true;
	if (!has_handle(values))
		return error_set(err, ERROR_CONFIG,
				 "from alone can be written by anybody; add "
				 "dkim, spf, host or network, or unsafe = yes");
	if (wide != NULL)
		return refuse(err, wide,
			      "holds everybody; name less, or add "
			      "unsafe = yes");
	return true;
}

static bool check_end(const struct section_values *values, struct error *err)
{
	bool has_until = *values->until != '\0';

	if (has_until && values->is_permanent)
		return error_set(err, ERROR_CONFIG,
				 "until: \"%s\" and permanent = yes contradict "
				 "each other",
				 values->until);
	if (!has_until && !values->is_permanent)
		return error_set(err, ERROR_CONFIG,
				 "until is missing (allowed: a date such as "
				 "\"2026-12-31\", or permanent = yes)");
	return true;
}

static bool check_section(const char *title,
			  const struct section_values *values,
			  struct error *err)
{
	if (*title == '\0' || strlen(title) > LIMIT_OVERRIDE_NAME)
		return error_set(err, ERROR_CONFIG,
				 "its name has %zu bytes (allowed: 1 to %d)",
				 strlen(title), LIMIT_OVERRIDE_NAME);
	if (*values->owner == '\0')
		return error_set(err, ERROR_CONFIG,
				 "owner is missing (allowed: who answers for "
				 "it)");
	if (*values->why == '\0')
		return error_set(err, ERROR_CONFIG,
				 "why is missing (allowed: what it is for, in "
				 "a sentence)");
	if (values->is_unless_indirect && values->action == DISPOSITION_NONE)
		return error_set(err, ERROR_CONFIG,
				 "unless_indirect = yes is for action = "
				 "quarantine or reject");
	return check_scope(values, err) && check_end(values, err);
}

/* --- a section kept --- */

static int compare_items(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *network_key(TALLOC_CTX *mem, const char *item)
{
	struct net_block block;
	struct error err;
	char text[NET_BLOCK_TEXT];
	bool is_network = net_block_parse(item, &block, &err);

	assert(is_network); /* check_network */
	return mem_strdup(mem, net_block_text(&block, text));
}

static const char *item_key(TALLOC_CTX *mem, int kind, const char *item)
{
	if (kind == OVERRIDE_NETWORK)
		return network_key(mem, item);
	if (*item != '.')
		return domain_normalize(mem, span_of(item));
	return mem_printf(mem, ".%s", domain_normalize(mem, span_of(item + 1)));
}

static struct text_list sorted_keys(TALLOC_CTX *mem, int kind,
				    const struct text_list *items)
{
	struct text_list keys = {.count = items->count};

	if (items->count == 0)
		return keys;
	keys.items = mem_array(mem, const char *, items->count);
	for (size_t i = 0; i < items->count; i++)
		keys.items[i] = item_key(mem, kind, items->items[i]);
	qsort(keys.items, keys.count, sizeof keys.items[0], compare_items);
	return keys;
}

static int64_t end_of(const struct section_values *values)
{
	int64_t start_s = 0;

	return read_day(values->until, &start_s) ? start_s + DAY_S
						 : OVERRIDE_PERMANENT;
}

static bool take_section(void *context, const struct settings_entry *entry,
			 struct error *err)
{
	const struct section_values *values = entry->values;
	struct reader *reader = context;
	TALLOC_CTX *mem = reader->set;

	if (!check_section(entry->title, values, err))
		return false;
	if (reader->set->count == reader->room) {
		reader->room = 2 * reader->room + 16;
		reader->items = mem_resize(mem, reader->items, struct override,
					   reader->room);
	}
	struct override *item = &reader->items[reader->set->count++];
	*item = (struct override){
	    .name = mem_strdup(mem, entry->title),
	    .line = entry->line,
	    .action = (enum disposition)values->action,
	    .reason = (enum override_type)values->reason,
	    .end_s = end_of(values),
	    .is_unless_indirect = values->is_unless_indirect,
	    .is_unsafe = values->is_unsafe,
	    .owner = mem_strdup(mem, values->owner),
	    .why = mem_strdup(mem, values->why),
	};
	for (int kind = 0; kind < OVERRIDE_KINDS; kind++)
		item->scope[kind] =
		    sorted_keys(mem, kind, &values->scope[kind]);
	return true;
}

/* --- the file --- */

static int compare_names(const void *first, const void *second)
{
	const struct override *a = *(const struct override *const *)first;
	const struct override *b = *(const struct override *const *)second;
	int order = strcmp(a->name, b->name);

	if (order == 0 && a->line != b->line)
		order = a->line < b->line ? -1 : 1;
	return order;
}

/* Names stand in logs and reports, so each means one override. */
static bool check_names(TALLOC_CTX *mem, const char *path,
			const struct override_set *set, struct error *err)
{
	const struct override **by_name =
	    mem_array(mem, const struct override *, set->count);
	bool is_good = true;

	for (size_t i = 0; i < set->count; i++)
		by_name[i] = &set->items[i];
	if (set->count > 0)
		qsort(by_name, set->count, sizeof by_name[0], compare_names);
	for (size_t i = 1; i < set->count && is_good; i++) {
		const struct override *first = by_name[i - 1];
		if (strcmp(first->name, by_name[i]->name) == 0)
			is_good = error_set(
			    err, ERROR_CONFIG,
			    "%s:%d: override \"%.60s\": stands here again "
			    "(first at line %d)",
			    path, by_name[i]->line, first->name, first->line);
	}
	mem_free(by_name);
	return is_good;
}

bool override_parse(TALLOC_CTX *mem, const char *path, struct span file,
		    struct override_set **set, struct error *err)
{
	static const struct setting_section kind = {
	    .name = "override",
	    .rows = override_setting_rows,
	};
	struct reader reader = {.set = mem_new(mem, struct override_set)};
	struct settings_entries entries = {
	    .kind = &kind,
	    .size = sizeof(struct section_values),
	    .take = take_section,
	    .context = &reader,
	};
	bool is_good = settings_load_entries(&entries, path, file, err);

	reader.set->items = reader.items;
	if (!is_good || !check_names(mem, path, reader.set, err)) {
		mem_free(reader.set);
		return false;
	}
	reader.set->index =
	    override_index_new(reader.set, reader.items, reader.set->count);
	*set = reader.set;
	return true;
}

bool override_load(TALLOC_CTX *mem, const char *path, struct override_set **set,
		   struct error *err)
{
	TALLOC_CTX *file_mem = mem_context(NULL);
	struct span file;
	bool is_good = settings_read_file(file_mem, path, LIMIT_OVERRIDES_BYTES,
					  &file, err) &&
		       override_parse(mem, path, file, set, err);

	mem_free(file_mem);
	return is_good;
}
