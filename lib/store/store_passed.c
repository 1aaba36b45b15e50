/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_passed.c - from which networks mail of which author passed before
 * Tested by test_store.
 */
#include "lib/store/store_passed.h"

#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/random.h"

#define DAY_S 86400
#define DAY_MAX 65535 /* of the year 2149 */
#define STANDING_DAYS                                                          \
	7 /* not seen for so long, several days no longer help                 \
	   */
#define PLACES ((size_t)STORE_PASSED_BUCKETS * STORE_PASSED_PLACES)

void store_passed_init(struct store_passed *passed)
{
	uint8_t bytes[SIPHASH_KEY_BYTES];

	*passed = (struct store_passed){
	    .places = heap_array(struct store_passed_pair, PLACES)};
	(void)pthread_mutex_init(&passed->lock, NULL);
	random_system()->fill(random_system(), bytes, sizeof bytes);
	passed->key = siphash_key(bytes);
}

void store_passed_done(struct store_passed *passed)
{
	(void)pthread_mutex_destroy(&passed->lock);
	heap_free(passed->places);
}

void store_passed_clear(struct store_passed *passed,
			const struct siphash_key *key)
{
	(void)pthread_mutex_lock(&passed->lock);
	passed->key = *key;
	memset(passed->places, 0, PLACES * sizeof *passed->places);
	memset(passed->networks, 0, sizeof passed->networks);
	memset(passed->authors, 0, sizeof passed->authors);
	(void)pthread_mutex_unlock(&passed->lock);
}

static uint16_t day_of(int64_t time_s)
{
	int64_t day = time_s / DAY_S;

	return (uint16_t)(day < 0 ? 0 : day > DAY_MAX ? DAY_MAX : day);
}

static struct store_passed_pair *bucket_of(const struct store_passed *passed,
					   uint64_t number)
{
	return passed->places +
	       number % STORE_PASSED_BUCKETS * STORE_PASSED_PLACES;
}

static struct store_passed_pair *find_place(const struct store_passed *passed,
					    uint64_t number)
{
	struct store_passed_pair *bucket = bucket_of(passed, number);

	for (size_t i = 0; i < STORE_PASSED_PLACES; i++) {
		if (bucket[i].number == number)
			return &bucket[i];
	}
	return NULL;
}

static bool was_seen_within(const struct store_passed_pair *pair, uint16_t day,
			    unsigned days)
{
	return pair->last_day + days >= day;
}

/* May a newcomer have the place? */
static bool is_free(const struct store_passed_pair *pair, uint16_t day)
{
	return pair->number == 0 || pair->days < 2 ||
	       !was_seen_within(pair, day, STANDING_DAYS);
}

/* Of two that may go: the one that is none, else that came last long ago. */
static bool goes_before(const struct store_passed_pair *a,
			const struct store_passed_pair *b)
{
	if (a->number == 0 || b->number == 0)
		return b->number != 0;
	return a->last_day < b->last_day;
}

static struct store_passed_pair *make_room(const struct store_passed *passed,
					   uint64_t number, uint16_t day)
{
	struct store_passed_pair *bucket = bucket_of(passed, number);
	struct store_passed_pair *found = NULL;

	for (size_t i = 0; i < STORE_PASSED_PLACES; i++) {
		if (is_free(&bucket[i], day) &&
		    (found == NULL || goes_before(&bucket[i], found)))
			found = &bucket[i];
	}
	return found;
}

static void free_place(struct store_passed *passed,
		       struct store_passed_pair *place)
{
	if (place->number == 0)
		return;
	passed->networks[place->network]--;
	passed->authors[place->author]--;
	place->number = 0;
}

static void fill_place(struct store_passed *passed,
		       struct store_passed_pair *place,
		       const struct store_passed_pair *pair)
{
	*place = *pair;
	passed->networks[pair->network]++;
	passed->authors[pair->author]++;
}

static bool has_share(const struct store_passed *passed,
		      const struct store_passed_pair *pair)
{
	return passed->networks[pair->network] < STORE_PASSED_SHARE &&
	       passed->authors[pair->author] < STORE_PASSED_SHARE;
}

void store_passed_load(struct store_passed *passed,
		       const struct store_passed_pair *pair)
{
	(void)pthread_mutex_lock(&passed->lock);
	if (pair->number != 0 && pair->network < STORE_PASSED_SLOTS &&
	    pair->author < STORE_PASSED_SLOTS && has_share(passed, pair) &&
	    find_place(passed, pair->number) == NULL) {
		struct store_passed_pair *place =
		    make_room(passed, pair->number, 0);
		if (place != NULL && place->number == 0)
			fill_place(passed, place, pair);
	}
	(void)pthread_mutex_unlock(&passed->lock);
}

/* Noted by a clock that was wrong? A day is left to two that meet. */
static bool is_ahead(const struct store_passed_pair *place, uint16_t day)
{
	return place->last_day > day + 1;
}

static bool note_known(struct store_passed_pair *place, uint16_t day)
{
	if (place->last_day >= day && !is_ahead(place, day))
		return false;
	place->last_day = day;
	if (place->days < DAY_MAX)
		place->days++;
	return true;
}

static struct store_passed_pair new_pair(const struct store_pair_numbers *of,
					 uint16_t day)
{
	return (struct store_passed_pair){
	    .number = of->pair,
	    .network = of->network % STORE_PASSED_SLOTS,
	    .author = of->author % STORE_PASSED_SLOTS,
	    .first_day = day,
	    .last_day = day,
	    .days = 1,
	};
}

bool store_passed_note(struct store_passed *passed,
		       const struct store_pair *pair, int64_t time_s,
		       struct store_passed_pair *kept, uint64_t *gone)
{
	uint16_t day = day_of(time_s);
	bool has_changed = false;

	*gone = 0;
	(void)pthread_mutex_lock(&passed->lock);
	struct store_pair_numbers numbers =
	    store_pair_numbers(pair, &passed->key);
	struct store_passed_pair fresh = new_pair(&numbers, day);
	struct store_passed_pair *place = find_place(passed, numbers.pair);
	if (place != NULL) {
		has_changed = note_known(place, day);
	} else if (has_share(passed, &fresh) &&
		   (place = make_room(passed, fresh.number, day)) != NULL) {
		*gone = place->number;
		free_place(passed, place);
		fill_place(passed, place, &fresh);
		has_changed = true;
	}
	if (has_changed)
		*kept = *place;
	(void)pthread_mutex_unlock(&passed->lock);
	return has_changed;
}

bool store_passed_has(struct store_passed *passed,
		      const struct store_pair *pair, int64_t time_s)
{
	(void)pthread_mutex_lock(&passed->lock);
	struct store_pair_numbers numbers =
	    store_pair_numbers(pair, &passed->key);
	const struct store_passed_pair *place =
	    find_place(passed, numbers.pair);
	bool has_passed =
	    place != NULL && numbers.pair != 0 &&
	    !is_ahead(place, day_of(time_s)) &&
	    was_seen_within(place, day_of(time_s), STORE_PASSED_DAYS);
	(void)pthread_mutex_unlock(&passed->lock);
	return has_passed;
}
