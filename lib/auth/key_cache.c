/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key_cache.c - key records that were read before, with their decoded keys
 *
 * The table is a fixed number of sets, each with its own lock and a few
 * places. A place is taken anew from the keys that were asked for once only,
 * the oldest first, and from the others when there is none: whoever makes up
 * keys pushes out what he made up.
 */
#include "lib/auth/key_cache.h"

#include <pthread.h>
#include <stdatomic.h>

#include "lib/base/limits.h"

#define PLACES 16
#define SETS (KEY_CACHE_PLACES / PLACES)

struct place {
	struct signature_key *key; /* NULL: free */
	uint64_t used_at;	   /* of the set's counter */
	bool is_used_again;
};

struct set {
	pthread_mutex_t lock;
	uint64_t counter;
	struct place places[PLACES];
};

static struct set sets[SETS] = {
    [0 ... SETS - 1] = {.lock = PTHREAD_MUTEX_INITIALIZER}};
static atomic_bool is_cache_on;
static atomic_uint_fast64_t asked;
static atomic_uint_fast64_t hits;

void key_cache_set(bool is_on)
{
	atomic_store(&is_cache_on, is_on);
}

struct key_cache_statistics key_cache_statistics(void)
{
	return (struct key_cache_statistics){.asked = atomic_load(&asked),
					     .hits = atomic_load(&hits)};
}

static void empty(struct place *place)
{
	signature_key_unref(place->key);
	*place = (struct place){0};
}

void key_cache_clear(void)
{
	for (size_t i = 0; i < SETS; i++) {
		(void)pthread_mutex_lock(&sets[i].lock);
		for (size_t j = 0; j < PLACES; j++)
			empty(&sets[i].places[j]);
		(void)pthread_mutex_unlock(&sets[i].lock);
	}
}

/* FNV-1a over the end of the text, where keys differ. Who aims at one set
 * costs himself and 15 other keys their places. */
static struct set *set_of(struct span record)
{
	size_t from = record.length > 64 ? record.length - 64 : 0;
	uint32_t hash = 2166136261U;

	for (size_t i = from; i < record.length; i++)
		hash = (hash ^ (unsigned char)record.data[i]) * 16777619U;
	return &sets[(hash ^ hash >> 16) % SETS];
}

static struct signature_key *look_up(struct set *set, struct span record)
{
	struct signature_key *key = NULL;

	(void)pthread_mutex_lock(&set->lock);
	for (size_t i = 0; i < PLACES && key == NULL; i++) {
		struct place *place = &set->places[i];
		if (place->key == NULL || !signature_key_is(place->key, record))
			continue;
		place->used_at = ++set->counter;
		place->is_used_again = true;
		key = signature_key_ref(place->key);
	}
	(void)pthread_mutex_unlock(&set->lock);
	return key;
}

static bool goes_before(const struct place *a, const struct place *b)
{
	if (a->is_used_again != b->is_used_again)
		return b->is_used_again;
	return a->used_at < b->used_at;
}

static void keep(struct set *set, struct signature_key *key)
{
	(void)pthread_mutex_lock(&set->lock);
	struct place *first = &set->places[0];
	for (size_t i = 1; i < PLACES; i++) {
		if (goes_before(&set->places[i], first))
			first = &set->places[i];
	}
	empty(first);
	first->key = signature_key_ref(key);
	first->used_at = ++set->counter;
	(void)pthread_mutex_unlock(&set->lock);
}

struct signature_key *key_cache_get(struct span record)
{
	if (!atomic_load(&is_cache_on) ||
	    record.length > LIMIT_KEY_RECORD_BYTES)
		return signature_key_new(record);
	(void)atomic_fetch_add(&asked, 1);
	struct set *set = set_of(record);
	struct signature_key *key = look_up(set, record);
	if (key != NULL) {
		(void)atomic_fetch_add(&hits, 1);
		return key;
	}
	key = signature_key_new(record);
	keep(set, key);
	return key;
}
