/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dns_quota.c - how many questions may be in flight, and which wait for a place
 *
 * Counts by name in a hash table, each held by the places that are taken in it
 * or waited for, and one queue in the order of coming, all under one lock. The
 * lock is touched only where a question leaves or is answered.
 */
#include "lib/dns/dns_quota.h"

#include <assert.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/base/mem.h"
#include "lib/base/random.h"
#include "lib/base/suffix.h"

#define BUCKETS 4096 /* four counts for each question, few of them shared */

/* What is counted; the rows of the table in the header. */
enum kind { ALL, ZONE, SHARE, AUTHOR, AUTHOR_IN_ZONE };

struct dns_count {
	struct dns_count *next;
	enum kind kind;
	char *name;    /* of the zone, share or author */
	char *zone;    /* of AUTHOR_IN_ZONE, else empty */
	unsigned held; /* by places, taken or queued */
	unsigned taken;
};

struct dns_quota {
	pthread_mutex_t lock;
	uint64_t seed; /* strangers choose the names */
	size_t queued;
	struct dns_place *first;
	struct dns_place *last;
	struct dns_count *buckets[BUCKETS];
};

struct dns_quota *dns_quota_new(void)
{
	struct dns_quota *quota = heap_new(struct dns_quota);
	const struct random_source *source = random_system();

	source->fill(source, &quota->seed, sizeof quota->seed);
	(void)pthread_mutex_init(&quota->lock, NULL);
	return quota;
}

static void free_count(struct dns_count *count)
{
	heap_free(count->name);
	heap_free(count->zone);
	heap_free(count);
}

void dns_quota_free(struct dns_quota *quota)
{
	if (quota == NULL)
		return;
	for (size_t i = 0; i < BUCKETS; i++) {
		while (quota->buckets[i] != NULL) {
			struct dns_count *count = quota->buckets[i];
			quota->buckets[i] = count->next;
			free_count(count);
		}
	}
	(void)pthread_mutex_destroy(&quota->lock);
	heap_free(quota);
}

/* -- who shares what ---------------------------------------------------- */

const char *dns_quota_zone(const char *name)
{
	if (domain_is_below(name, "in-addr.arpa"))
		return domain_suffix(name, 4);
	if (domain_is_below(name, "ip6.arpa"))
		return domain_suffix(name, 10);
	return suffix_registrable(name);
}

/* The name directly under `zone`, a suffix of `name`, in which that lies:
 * "b.example.com". NULL for the zone's own: itself, its policy, its keys
 * ("s1._domainkey.example.com"). */
static const char *find_share(const char *name, const char *zone)
{
	if (name == zone)
		return NULL;
	const char *start = zone - 1;
	while (start > name && start[-1] != '.')
		start--;
	return *start == '_' ? NULL : start;
}

/* Do names of `share` in the author's zone belong to the author? All do when
 * he has the zone; what lies above him does, too. */
static bool is_own(const char *share, const char *author_share)
{
	return share == NULL || author_share == NULL ||
	       domain_equals(share, author_share);
}

/* -- counts ------------------------------------------------------------- */

static uint64_t hash_text(uint64_t hash, const char *text)
{
	for (; *text != '\0'; text++) {
		hash = (hash ^ (unsigned char)*text) *
		       UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 32;
	}
	return hash;
}

/* Where the count is linked, or would be. */
static struct dns_count **find_link(struct dns_quota *quota, enum kind kind,
				    const char *name, const char *zone)
{
	uint64_t hash =
	    hash_text(hash_text(quota->seed ^ (uint64_t)kind, name), zone);
	struct dns_count **link = &quota->buckets[hash % BUCKETS];

	while (*link != NULL &&
	       ((*link)->kind != kind || strcmp((*link)->name, name) != 0 ||
		strcmp((*link)->zone, zone) != 0))
		link = &(*link)->next;
	return link;
}

static void hold(struct dns_quota *quota, struct dns_place *place,
		 enum kind kind, const char *name, const char *zone)
{
	struct dns_count **link = find_link(quota, kind, name, zone);

	if (*link == NULL) {
		*link = heap_new(struct dns_count);
		(*link)->kind = kind;
		(*link)->name = heap_strdup(name);
		(*link)->zone = heap_strdup(zone);
	}
	(*link)->held++;
	place->counts[place->count++] = *link;
}

static void let_go(struct dns_quota *quota, struct dns_place *place)
{
	while (place->count > 0) {
		struct dns_count *count = place->counts[--place->count];
		if (--count->held > 0)
			continue;
		struct dns_count **link =
		    find_link(quota, count->kind, count->name, count->zone);
		*link = count->next;
		free_count(count);
	}
}

static unsigned limit_of(const struct dns_count *count)
{
	switch (count->kind) {
	case ALL:
		break;
	case ZONE:
		return LIMIT_DNS_PER_ZONE;
	case AUTHOR:
		return LIMIT_DNS_PER_AUTHOR;
	case SHARE:
	case AUTHOR_IN_ZONE:
		return LIMIT_DNS_PER_SHARE;
	}
	return LIMIT_DNS_IN_FLIGHT;
}

static bool fits(const struct dns_place *place, bool is_ahead)
{
	for (size_t i = 0; i < place->count; i++) {
		const struct dns_count *count = place->counts[i];
		if (count->taken >= limit_of(count) / (is_ahead ? 2 : 1))
			return false;
	}
	return true;
}

static void take_place(struct dns_place *place)
{
	for (size_t i = 0; i < place->count; i++)
		place->counts[i]->taken++;
}

/* -- the queue ---------------------------------------------------------- */

static void join_queue(struct dns_quota *quota, struct dns_place *place)
{
	place->is_queued = true;
	place->next = NULL;
	place->previous = quota->last;
	if (quota->last == NULL)
		quota->first = place;
	else
		quota->last->next = place;
	quota->last = place;
	quota->queued++;
}

static void leave_queue(struct dns_quota *quota, struct dns_place *place)
{
	place->is_queued = false;
	if (place->previous == NULL)
		quota->first = place->next;
	else
		place->previous->next = place->next;
	if (place->next == NULL)
		quota->last = place->previous;
	else
		place->next->previous = place->previous;
	quota->queued--;
}

/* Admits all that fit, the oldest first. */
static struct dns_place *admit_queued(struct dns_quota *quota)
{
	struct dns_place *admitted = NULL;
	struct dns_place **end = &admitted;
	struct dns_place *next;

	for (struct dns_place *place = quota->first; place != NULL;
	     place = next) {
		next = place->next;
		if (!fits(place, false))
			continue;
		leave_queue(quota, place);
		take_place(place);
		place->next = NULL;
		*end = place;
		end = &place->next;
	}
	return admitted;
}

/* -- places ------------------------------------------------------------- */

static enum dns_admission settle(struct dns_quota *quota,
				 struct dns_place *place, bool is_ahead)
{
	if (fits(place, is_ahead)) {
		take_place(place);
		return DNS_ADMITTED;
	}
	if (!is_ahead && quota->queued < LIMIT_DNS_WAITING) {
		join_queue(quota, place);
		return DNS_QUEUED;
	}
	let_go(quota, place);
	return DNS_TURNED_AWAY;
}

enum dns_admission dns_quota_enter(struct dns_quota *quota,
				   struct dns_place *place, const char *name,
				   const char *author, bool is_ahead)
{
	const char *zone = dns_quota_zone(name);
	const char *share = find_share(name, zone);
	const char *registered =
	    author == NULL ? NULL : suffix_registrable(author);
	/* By what the author is known within this zone. */
	const char *known_as = registered;
	bool is_foreign = registered != NULL;

	if (is_foreign && domain_equals(registered, zone)) {
		known_as = find_share(author, registered);
		is_foreign = !is_own(share, known_as);
	}
	(void)pthread_mutex_lock(&quota->lock);
	hold(quota, place, ALL, "", "");
	hold(quota, place, ZONE, zone, "");
	if (share != NULL)
		hold(quota, place, SHARE, share, "");
	if (is_foreign) {
		hold(quota, place, AUTHOR, registered, "");
		hold(quota, place, AUTHOR_IN_ZONE, known_as, zone);
	}
	enum dns_admission admission = settle(quota, place, is_ahead);
	(void)pthread_mutex_unlock(&quota->lock);
	return admission;
}

bool dns_quota_withdraw(struct dns_quota *quota, struct dns_place *place)
{
	(void)pthread_mutex_lock(&quota->lock);
	bool was_queued = place->is_queued;
	if (was_queued) {
		leave_queue(quota, place);
		let_go(quota, place);
	}
	(void)pthread_mutex_unlock(&quota->lock);
	return was_queued;
}

struct dns_place *dns_quota_leave(struct dns_quota *quota,
				  struct dns_place *place)
{
	(void)pthread_mutex_lock(&quota->lock);
	assert(!place->is_queued && place->count > 0);
	for (size_t i = 0; i < place->count; i++)
		place->counts[i]->taken--;
	let_go(quota, place);
	struct dns_place *admitted = admit_queued(quota);
	(void)pthread_mutex_unlock(&quota->lock);
	return admitted;
}
