/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dns_fixture.c - answers from a zone file
 *
 * One sorted array holds every record and, as ZONE_NOTHING, every name above
 * one; a search by halves finds a name. RFC 1034 4.3.2, RFC 4592, RFC 8020.
 */
#include "lib/dns/dns_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/dns/dns_answer.h"
#include "lib/dns/dns_file.h"
#include "lib/dns/dns_ldns.h"
#include "lib/dns/dns_zone_scan.h"

struct dns_fixture {
	struct zone zone;	 /* sorted by owner, type, data; each once */
	struct dns_record *data; /* of the records, so that those of an answer
				    stand side by side */
	struct zone_marks marks; /* sorted by name, type */
};

/* -- loading ------------------------------------------------------------ */

static int compare_text(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

static int compare_data(const struct dns_record *a, const struct dns_record *b)
{
	int order = memcmp(a->address, b->address, sizeof a->address);

	if (order == 0)
		order = a->preference - b->preference;
	if (order == 0)
		order = compare_text(a->name, b->name);
	if (order == 0)
		order = (a->length > b->length) - (a->length < b->length);
	if (order == 0 && a->length > 0)
		order = memcmp(a->text, b->text, a->length);
	return order;
}

static int compare_key(const char *name_a, unsigned type_a, const char *name_b,
		       unsigned type_b)
{
	int order = strcmp(name_a, name_b);

	return order != 0 ? order : (type_a > type_b) - (type_a < type_b);
}

static int compare_records(const void *left, const void *right)
{
	const struct zone_record *a = left;
	const struct zone_record *b = right;
	int order = compare_key(a->owner, a->type, b->owner, b->type);

	return order != 0 ? order : compare_data(&a->data, &b->data);
}

static int compare_marks(const void *left, const void *right)
{
	const struct zone_mark *a = left;
	const struct zone_mark *b = right;

	return compare_key(a->name, a->type, b->name, b->type);
}

/* The name above; "" above a single label, NULL above the root. */
static const char *name_above(const char *name)
{
	if (name[0] == '\0')
		return NULL;
	const char *parent = domain_parent(name);
	return parent == NULL ? "" : parent;
}

/* Adds the names above every record, and the root. */
static void add_names_above(TALLOC_CTX *mem, struct zone *zone)
{
	size_t count = zone->count;
	size_t room = count + 1;

	for (size_t i = 0; i < count; i++)
		room += domain_label_count(zone->records[i].owner);
	zone->records =
	    mem_resize(mem, zone->records, struct zone_record, room);
	for (size_t i = 0; i < count; i++) {
		const char *name = name_above(zone->records[i].owner);
		for (; name != NULL; name = name_above(name))
			zone->records[zone->count++] =
			    (struct zone_record){.owner = name};
	}
	zone->records[zone->count++] = (struct zone_record){.owner = ""};
}

/* Sorts; of equal records one stays, with the least TTL (RFC 2181 5, 5.2). */
static void sort_records(struct zone *zone)
{
	struct zone_record *last = NULL;
	size_t kept = 0;

	qsort(zone->records, zone->count, sizeof zone->records[0],
	      compare_records);
	for (size_t i = 0; i < zone->count; i++) {
		const struct zone_record *record = &zone->records[i];
		if (last == NULL || compare_records(last, record) != 0) {
			last = &zone->records[kept++];
			*last = *record;
		} else if (record->ttl_s < last->ttl_s) {
			last->ttl_s = record->ttl_s;
		}
	}
	zone->count = kept;
}

static void sort_marks(struct zone_mark_list *list)
{
	if (list->count > 0)
		qsort(list->items, list->count, sizeof list->items[0],
		      compare_marks);
}

bool dns_fixture_parse(TALLOC_CTX *mem, const char *text, const char *file,
		       struct dns_fixture **fixture, struct error *err)
{
	struct dns_fixture *made = mem_new(mem, struct dns_fixture);
	struct zone *zone = &made->zone;

	if (!dns_zone_scan(made, text, file, &made->marks, err) ||
	    !dns_zone_read(made, text, file, zone, err)) {
		mem_free(made);
		return false;
	}
	add_names_above(made, zone);
	sort_records(zone);
	made->data = mem_array(made, struct dns_record, zone->count);
	for (size_t i = 0; i < zone->count; i++)
		made->data[i] = zone->records[i].data;
	sort_marks(&made->marks.failures);
	sort_marks(&made->marks.secure);
	*fixture = made;
	return true;
}

bool dns_fixture_load(TALLOC_CTX *mem, const char *path,
		      struct dns_fixture **fixture, struct error *err)
{
	TALLOC_CTX *scratch = mem_context(mem);
	char *text;
	bool is_loaded =
	    dns_file_read(scratch, path, LIMIT_ZONE_FILE_BYTES, &text, err) &&
	    dns_fixture_parse(mem, text, path, fixture, err);

	mem_free(scratch);
	return is_loaded;
}

/* -- asking ------------------------------------------------------------- */

/* The first record whose (owner, type) is not below the key; the count when
 * there is none. */
static size_t first_at(const struct zone *zone, const char *owner,
		       unsigned type)
{
	size_t low = 0;
	size_t high = zone->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct zone_record *record = &zone->records[middle];
		if (compare_key(record->owner, record->type, owner, type) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool name_exists(const struct zone *zone, const char *owner)
{
	size_t at = first_at(zone, owner, ZONE_NOTHING);

	return at < zone->count && strcmp(zone->records[at].owner, owner) == 0;
}

/* The owner whose records answer for `name`: itself, or the wildcard below its
 * closest encloser (RFC 4592 3.3.1), written to `wildcard`. NULL: no name. */
static const char *find_owner(const struct zone *zone, const char *name,
			      char wildcard[LIMIT_DOMAIN_BYTES + 3])
{
	if (name_exists(zone, name))
		return name;
	const char *encloser = name_above(name);
	while (!name_exists(zone, encloser)) /* the root exists */
		encloser = name_above(encloser);
	(void)snprintf(wildcard, LIMIT_DOMAIN_BYTES + 3, "*%s%s",
		       encloser[0] == '\0' ? "" : ".", encloser);
	return name_exists(zone, wildcard) ? wildcard : NULL;
}

/* The mark of (name, type) or (name, *); NULL where there is none. */
static const struct zone_mark *find_mark(const struct zone_mark_list *list,
					 const char *name, unsigned type)
{
	const struct zone_mark keys[] = {
	    {.name = name, .type = type},
	    {.name = name, .type = ZONE_ANY_TYPE},
	};
	const struct zone_mark *found = NULL;

	for (size_t i = 0; list->count > 0 && found == NULL && i < 2; i++)
		found = bsearch(&keys[i], list->items, list->count,
				sizeof keys[i], compare_marks);
	return found;
}

static struct dns_answer collect(const struct dns_fixture *fixture,
				 const char *owner, enum dns_type type,
				 uint32_t ttl_s)
{
	const struct zone *zone = &fixture->zone;
	size_t first = first_at(zone, owner, type);
	struct dns_answer answer = {
	    .status = DNS_OK,
	    .ttl_s = ttl_s,
	    .records = &fixture->data[first],
	};

	for (size_t i = first;
	     i < zone->count && answer.count < LIMIT_ANSWER_RECORDS &&
	     zone->records[i].type == type &&
	     strcmp(zone->records[i].owner, owner) == 0;
	     i++) {
		answer.count++;
		if (zone->records[i].ttl_s < answer.ttl_s)
			answer.ttl_s = zone->records[i].ttl_s;
	}
	if (answer.count == 0)
		return dns_answer_empty(DNS_NODATA, DNS_NO_SOA_TTL_S);
	return answer;
}

static const struct zone_record *find_alias(const struct zone *zone,
					    const char *owner)
{
	size_t at = first_at(zone, owner, ZONE_CNAME);

	if (at == zone->count || zone->records[at].type != ZONE_CNAME ||
	    strcmp(zone->records[at].owner, owner) != 0)
		return NULL;
	return &zone->records[at];
}

/* What one name says: false where it only leads on, to *name. */
static bool answer_name(const struct dns_fixture *fixture, const char **name,
			enum dns_type type, struct dns_answer *answer)
{
	char wildcard[LIMIT_DOMAIN_BYTES + 3];
	const struct zone *zone = &fixture->zone;
	const struct zone_mark *failure =
	    find_mark(&fixture->marks.failures, *name, type);

	if (failure != NULL) {
		*answer = dns_answer_empty(failure->status, DNS_FAILURE_TTL_S);
		return true;
	}
	const char *owner = find_owner(zone, *name, wildcard);
	const struct zone_record *alias =
	    owner == NULL ? NULL : find_alias(zone, owner);
	if (owner == NULL || (alias != NULL && alias->data.name == NULL)) {
		*answer = dns_answer_empty(DNS_NXDOMAIN, DNS_NO_SOA_TTL_S);
		return true;
	}
	if (alias == NULL || type == DNS_CNAME) {
		*answer = collect(fixture, owner, type, answer->ttl_s);
		return true;
	}
	if (alias->ttl_s < answer->ttl_s)
		answer->ttl_s = alias->ttl_s;
	*name = alias->data.name;
	return false;
}

struct dns_answer dns_fixture_ask(const struct dns_fixture *fixture,
				  const char *name, enum dns_type type)
{
	struct dns_answer answer = {.ttl_s = LIMIT_TTL_S};
	bool is_secure = true;

	for (int hops = 0; hops <= LIMIT_CNAME_CHAIN; hops++) {
		is_secure = is_secure && find_mark(&fixture->marks.secure, name,
						   type) != NULL;
		if (answer_name(fixture, &name, type, &answer)) {
			answer.is_secure =
			    is_secure && !dns_answer_is_failure(&answer);
			return answer;
		}
	}
	return dns_answer_empty(DNS_TEMPORARY, DNS_FAILURE_TTL_S);
}
