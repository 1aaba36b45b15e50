/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * collect.c - the counters of a period, added up
 *
 * Each tuple is classified once; a counter then is a look-up by id and a few
 * additions. The tables by name are filled from the tuples' sums at the end.
 * A fleet has sums that a table can be made of without the tuples: then each is
 * filled by a collection of its own, and the first has the hours.
 * Tested by test_alignctl_stats, test_fleet_reading.
 */
#include "lib/stats/collect.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/net.h"
#include "lib/stats/reason.h"
#include "lib/store/store_counted.h"

#define FIRST_TUPLES 1024
#define FIRST_HOURS 64
/* Of one row; so that no sum overflows, whatever the file holds. */
#define COUNT_MAX ((int64_t)100000000000)
#define HOUR_MAX ((int64_t)253402297200) /* the last one of the year 9999 */
#define SUM_MAX ((int64_t)10000000000000) /* likewise, of many rows */
#define IN_NO_ROW UINT32_MAX

struct known_tuple {
	int64_t id;
	int64_t messages;
	struct stats_kind kind;
	uint8_t class;		   /* of them, where there are classes */
	uint32_t rows[STATS_KEYS]; /* where its messages go in each table */
	uint32_t class_row;	   /* and in that of its class */
};

struct collection {
	TALLOC_CTX *mem; /* of what only collecting needs */
	struct stats *stats;
	struct stats_table *tables[STATS_KEYS]; /* those that it fills */
	bool has_hours;
	const struct stats_classes *classes;
	struct known_tuple *tuples; /* ids ascend */
	size_t count;
	size_t room;
	size_t hour_room;
};

static const char *network_of(const char *client_ip, char text[NET_BLOCK_TEXT])
{
	struct net_address address;

	if (!net_address_parse(client_ip, &address))
		return client_ip;
	struct net_block block = net_block_around(
	    &address,
	    address.family == NET_IPV4 ? STATS_IPV4_PREFIX : STATS_IPV6_PREFIX);
	return net_block_text(&block, text);
}

static const char *override_of(TALLOC_CTX *mem, const struct store_trait *trait)
{
	const char *comment = trait->override_comment;

	return mem_printf(mem, "%s%s%s", trait->override_type,
			  comment[0] == '\0' ? "" : ": ", comment);
}

/* "examp1e.com: homoglyph example.com" */
static const char *lookalike_of(TALLOC_CTX *mem,
				const struct store_trait *trait)
{
	return trait->lookalike[0] == '\0'
		   ? NULL
		   : mem_printf(mem, "%s: %s", trait->author_domain,
				trait->lookalike);
}

/* The row's name in that table, or NULL. */
static const char *name_of(TALLOC_CTX *mem, enum stats_key key,
			   const struct store_trait *trait)
{
	char network[NET_BLOCK_TEXT];

	switch (key) {
	case STATS_BY_DOMAIN:
		return trait->author_domain;
	case STATS_BY_IP:
		return trait->client_ip;
	case STATS_BY_NETWORK:
		return mem_strdup(mem, network_of(trait->client_ip, network));
	case STATS_BY_POLICY:
		return trait->policy;
	case STATS_BY_OVERRIDE:
		if (trait->override_type[0] != '\0')
			return override_of(mem, trait);
		break;
	case STATS_BY_LOOKALIKE:
		return lookalike_of(mem, trait);
	case STATS_BY_REASON:
		return stats_reason(mem, trait);
	case STATS_KEYS:
		break;
	}
	return NULL;
}

bool stats_key_is_by_failures(enum stats_key key)
{
	return key != STATS_BY_POLICY && key != STATS_BY_OVERRIDE &&
	       key != STATS_BY_LOOKALIKE && key != STATS_BY_REASON;
}

static void place_tuple(const struct collection *all,
			const struct store_trait *trait,
			struct known_tuple *tuple)
{
	TALLOC_CTX *mem = mem_context(NULL);

	for (size_t i = 0; i < STATS_KEYS; i++) {
		const char *name = all->tables[i] == NULL
				       ? NULL
				       : name_of(mem, (enum stats_key)i, trait);
		tuple->rows[i] =
		    name == NULL ? IN_NO_ROW
				 : stats_table_place(all->tables[i], name);
	}
	mem_free(mem);
}

static void place_in_class(const struct collection *all,
			   const struct store_trait *trait,
			   struct known_tuple *tuple)
{
	const struct stats_classes *classes = all->classes;

	if (classes == NULL)
		return;
	size_t class = classes->class_of(classes->context, trait);
	assert(class < classes->count);
	tuple->class = (uint8_t) class;
	tuple->class_row = stats_table_place(all->stats->classes[class].domains,
					     trait->author_domain);
}

static void on_tuple(void *context, int64_t tuple_id,
		     const struct store_trait *trait)
{
	struct collection *all = context;

	if (all->count == all->room) {
		all->room = all->room == 0 ? FIRST_TUPLES : 2 * all->room;
		all->tuples = mem_resize(all->mem, all->tuples,
					 struct known_tuple, all->room);
	}
	struct known_tuple *tuple = &all->tuples[all->count++];
	*tuple =
	    (struct known_tuple){.id = tuple_id, .kind = stats_kind_of(trait)};
	place_tuple(all, trait, tuple);
	place_in_class(all, trait, tuple);
}

static int compare_ids(const void *a, const void *b)
{
	int64_t id = *(const int64_t *)a;
	int64_t other = ((const struct known_tuple *)b)->id;

	return (id > other) - (id < other);
}

static struct stats_row *row_of(struct collection *all, int64_t hour_s)
{
	struct stats_series *hours = &all->stats->hours;

	if (hours->count > 0 && hours->rows[hours->count - 1].start_s == hour_s)
		return &hours->rows[hours->count - 1];
	if (hours->count == all->hour_room) {
		all->hour_room =
		    all->hour_room == 0 ? FIRST_HOURS : 2 * all->hour_room;
		hours->rows = mem_resize(all->stats, hours->rows,
					 struct stats_row, all->hour_room);
	}
	hours->rows[hours->count] = (struct stats_row){.start_s = hour_s};
	return &hours->rows[hours->count++];
}

static void on_counter(void *context, int64_t hour_s, int64_t tuple_id,
		       int64_t count)
{
	struct collection *all = context;
	struct known_tuple *tuple =
	    all->count == 0 ? NULL
			    : bsearch(&tuple_id, all->tuples, all->count,
				      sizeof *all->tuples, compare_ids);

	if (tuple == NULL || count <= 0 || hour_s < 0 || hour_s > HOUR_MAX)
		return;
	int64_t max = all->has_hours ? COUNT_MAX : SUM_MAX;
	if (count > max)
		count = max;
	tuple->messages += count;
	if (all->has_hours)
		stats_tally_add(&row_of(all, hour_s)->tally, &tuple->kind,
				count);
}

/* One round over all tuples that have a place in the table. */
static void go_round(const struct collection *all, enum stats_key key,
		     void (*take)(struct stats_table *table, uint32_t place,
				  const struct stats_kind *kind,
				  int64_t messages))
{
	for (size_t i = 0; i < all->count; i++) {
		const struct known_tuple *tuple = &all->tuples[i];
		if (tuple->rows[key] != IN_NO_ROW)
			take(all->tables[key], tuple->rows[key],
			     &tuple->kind, tuple->messages);
	}
}

static void fill_table(const struct collection *all, enum stats_key key,
		       size_t limit)
{
	if (all->tables[key] == NULL)
		return;
	go_round(all, key, stats_table_count);
	stats_table_keep(all->tables[key], stats_key_is_by_failures(key),
			 limit);
	go_round(all, key, stats_table_add);
}

static void fill_classes(const struct collection *all, size_t limit)
{
	struct stats_class *classes = all->stats->classes;
	size_t count = all->classes == NULL ? 0 : all->classes->count;

	for (size_t i = 0; i < all->count && count > 0; i++) {
		const struct known_tuple *tuple = &all->tuples[i];
		struct stats_class *class = &classes[tuple->class];
		stats_tally_add(&class->total, &tuple->kind, tuple->messages);
		stats_table_count(class->domains, tuple->class_row,
				  &tuple->kind, tuple->messages);
	}
	for (size_t i = 0; i < count; i++)
		stats_table_keep(classes[i].domains, false, limit);
	for (size_t i = 0; i < all->count && count > 0; i++) {
		const struct known_tuple *tuple = &all->tuples[i];
		stats_table_add(classes[tuple->class].domains, tuple->class_row,
				&tuple->kind, tuple->messages);
	}
}

static void add_up(struct collection *all, size_t limit)
{
	for (size_t i = 0; i < all->count && all->has_hours; i++)
		stats_tally_add(&all->stats->total, &all->tuples[i].kind,
				all->tuples[i].messages);
	for (size_t i = 0; i < STATS_KEYS; i++)
		fill_table(all, (enum stats_key)i, limit);
	fill_classes(all, limit);
}

/* A row of those has the hour and the organization, no more: where a period or
 * a domain cuts it, it counts whole. */
static bool on_counted_incidents(void *context,
				 const struct store_counted *counted)
{
	struct stats *stats = context;

	if (counted->messages < COUNT_MAX)
		stats->counted_incidents += counted->messages;
	return true;
}

static void make_tables(const struct stats_request *request,
			struct stats *stats)
{
	size_t classes = request->classes == NULL ? 0 : request->classes->count;

	assert(classes <= STATS_CLASSES_MAX);
	for (size_t i = 0; i < STATS_KEYS; i++)
		stats->tables[i] =
		    request->wants[i] ? stats_table_new(stats) : NULL;
	for (size_t i = 0; i < classes; i++)
		stats->classes[i].domains = stats_table_new(stats);
}

/* --- which sums --- */

/* The fewest rows that a table can be made of. */
static const enum store_counters_of sums_of_key[STATS_KEYS] = {
    [STATS_BY_DOMAIN] = STORE_COUNTERS_OF_DOMAINS,
    [STATS_BY_IP] = STORE_COUNTERS_OF_TRAITS,
    [STATS_BY_NETWORK] = STORE_COUNTERS_OF_NETWORKS,
    [STATS_BY_POLICY] = STORE_COUNTERS_OF_KINDS,
    [STATS_BY_OVERRIDE] = STORE_COUNTERS_OF_KINDS,
    [STATS_BY_LOOKALIKE] = STORE_COUNTERS_OF_DOMAINS,
    [STATS_BY_REASON] = STORE_COUNTERS_OF_KINDS,
};

#define PARTS_MAX 3

struct collecting {
	struct collection collections[PARTS_MAX];
	struct store_counters_part parts[PARTS_MAX];
	size_t count;
};

/* Is all that is asked for in sums? They know no author domain but as a name,
 * and no client. */
static bool is_in_sums(struct store_reader *reader,
		       const struct stats_request *request)
{
	const char *author = request->period.author_domain;

	return store_counters_has_sums(reader) && request->classes == NULL &&
	       (author == NULL || author[0] == '\0') &&
	       !request->wants[STATS_BY_IP];
}

/* One that fills the tables that `of` has, or all of them: `has_all`. */
static void add_part(struct collecting *what, struct collection collection,
		     enum store_counters_of of, bool has_all)
{
	struct collection *all = &what->collections[what->count];
	size_t tables = 0;

	*all = collection;
	for (size_t i = 0; i < STATS_KEYS; i++) {
		if (has_all || sums_of_key[i] == of)
			all->tables[i] = all->stats->tables[i];
		tables += all->tables[i] != NULL;
	}
	if (tables == 0 && !all->has_hours)
		return;
	what->parts[what->count++] = (struct store_counters_part){
	    of, {.tuple = on_tuple, .counter = on_counter, .context = all}};
}

static void add_parts(struct collecting *what, struct collection collection,
		      bool is_in_sums)
{
	collection.has_hours = true;
	if (!is_in_sums) {
		add_part(what, collection, STORE_COUNTERS_OF_TRAITS, true);
		return;
	}
	add_part(what, collection, STORE_COUNTERS_OF_KINDS, false);
	collection.has_hours = false;
	add_part(what, collection, STORE_COUNTERS_OF_DOMAINS, false);
	add_part(what, collection, STORE_COUNTERS_OF_NETWORKS, false);
}

bool stats_collect(TALLOC_CTX *mem, struct store_reader *reader,
		   const struct stats_request *request, struct stats **stats,
		   struct error *err)
{
	const struct store_period *period = &request->period;
	struct stats *made = mem_new(mem, struct stats);
	struct collection blank = {.mem = mem_context(mem),
				   .stats = made,
				   .classes = request->classes};
	struct collecting what = {.count = 0};
	struct store_filter filter = {.since_s = period->since_s,
				      .until_s = period->until_s,
				      .author_domain = period->author_domain};

	make_tables(request, made);
	add_parts(&what, blank, is_in_sums(reader, request));
	bool ok =
	    store_counters_parts(reader, period, what.parts, what.count, err) &&
	    store_counted(reader, &filter, on_counted_incidents, made, err);
	for (size_t i = 0; ok && i < what.count; i++)
		add_up(&what.collections[i], request->limit);
	if (ok)
		*stats = made;
	else
		mem_free(made);
	mem_free(blank.mem);
	return ok;
}
