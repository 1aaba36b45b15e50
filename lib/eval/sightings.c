/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sightings.c - which signed headers came over which bodies, and from where
 *
 * Of bodies the last few distinct ones are kept, of organisations the first
 * few, each with when it was last seen: three bodies within the time are then
 * known for certain, and who comes late pushes nobody out.
 */
#include "lib/eval/sightings.h"

#include <pthread.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/suffix.h"

#define KEY_BYTES 32
#define WAYS 64
#define ROWS (LIMIT_SIGHTINGS / WAYS)
#define NETWORK_IPV4 24
#define NETWORK_IPV6 48

/* Something seen, and when last; `seen_s` 0: nothing. */
struct mark {
	uint64_t hash;
	uint32_t seen_s;
};

struct place {
	uint64_t signature; /* two halves of one hash: what it is known by, */
	uint32_t check;	    /* and what makes it certain */
	uint32_t signer;
	uint32_t seen_s; /* last; 0: the place is free */
	struct mark bodies[SIGHTINGS_BODIES];
	struct mark organisations[SIGHTINGS_ORGANISATIONS];
};

struct sightings {
	pthread_mutex_t lock;
	const struct clock *clock;
	int64_t start_ms;
	uint8_t key[KEY_BYTES];
	uint64_t evicted;
	struct place places[ROWS][WAYS];
};

struct sightings *sightings_new(const struct clock *clock,
				const struct random_source *random)
{
	struct sightings *made = heap_new(struct sightings);

	(void)pthread_mutex_init(&made->lock, NULL);
	made->clock = clock;
	made->start_ms = clock_monotonic_ms(clock);
	random->fill(random, made->key, sizeof made->key);
	return made;
}

void sightings_free(struct sightings *sightings)
{
	if (sightings == NULL)
		return;
	(void)pthread_mutex_destroy(&sightings->lock);
	heap_free(sightings);
}

/* --- keyed hashes --------------------------------------------------------- */

/* What a message looks like in here. */
struct hashes {
	uint64_t signature;
	uint64_t check;
	uint64_t signer;
	uint64_t body;
	uint64_t organisation;
};

/* The key in front: what is hashed shows nobody where it stands, and nobody
 * can make two things look alike. False: out of memory, nothing is known. */
static bool hash(TALLOC_CTX *mem, const struct sightings *sightings,
		 struct span bytes, uint64_t halves[2])
{
	struct digest *digest = digest_new(mem);

	digest_add(digest, span_make((const char *)sightings->key, KEY_BYTES));
	digest_add(digest, bytes);
	struct digest_value value = digest_finish(digest);
	memcpy(halves, value.bytes, 2 * sizeof halves[0]);
	return value.is_good;
}

static const char *organisation(const struct sighting *sighting,
				char text[NET_BLOCK_TEXT])
{
	const struct net_address *client = sighting->client;

	if (sighting->handler != NULL)
		return suffix_registrable(sighting->handler);
	struct net_block block = net_block_around(
	    client, client->family == NET_IPV6 ? NETWORK_IPV6 : NETWORK_IPV4);
	return net_block_text(&block, text);
}

static bool hash_all(const struct sightings *sightings,
		     const struct sighting *sighting, struct hashes *hashes)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const struct digest_value *body = sighting->body;
	char text[NET_BLOCK_TEXT];
	uint64_t halves[4][2] = {{0}};

	bool is_good =
	    body->is_good &&
	    hash(mem, sightings, sighting->signature, halves[0]) &&
	    hash(mem, sightings, span_of(suffix_registrable(sighting->signer)),
		 halves[1]) &&
	    hash(mem, sightings,
		 span_make((const char *)body->bytes, sizeof body->bytes),
		 halves[2]) &&
	    hash(mem, sightings, span_of(organisation(sighting, text)),
		 halves[3]);
	*hashes = (struct hashes){
	    .signature = halves[0][0],
	    .check = halves[0][1],
	    .signer = halves[1][0],
	    .body = halves[2][0],
	    .organisation = halves[3][0],
	};
	mem_free(mem);
	return is_good;
}

/* --- places --------------------------------------------------------------- */

static bool is_live(uint32_t seen_s, uint32_t now_s)
{
	return seen_s != 0 && now_s - seen_s <= SIGHTINGS_AGE_S;
}

/* How many live places of the row are the signer's. */
static unsigned count_of(const struct place *row, uint32_t signer,
			 uint32_t now_s)
{
	unsigned count = 0;

	for (size_t i = 0; i < WAYS; i++)
		count +=
		    row[i].signer == signer && is_live(row[i].seen_s, now_s);
	return count;
}

/* Who has most of the row gives up what was not seen for longest. */
static struct place *choose_victim(struct place *row, uint32_t now_s)
{
	struct place *victim = &row[0];
	unsigned most = 0;

	for (size_t i = 0; i < WAYS; i++) {
		if (!is_live(row[i].seen_s, now_s))
			return &row[i];
		unsigned count = count_of(row, row[i].signer, now_s);
		if (count < most ||
		    (count == most && row[i].seen_s >= victim->seen_s))
			continue;
		most = count;
		victim = &row[i];
	}
	return victim;
}

/* The place of that signature, a new one if need be. */
static struct place *find_place(struct sightings *sightings,
				const struct hashes *hashes, uint32_t now_s)
{
	struct place *row = sightings->places[hashes->signature % ROWS];
	uint32_t check = (uint32_t)hashes->check;

	for (size_t i = 0; i < WAYS; i++) {
		if (row[i].signature == hashes->signature &&
		    row[i].check == check && is_live(row[i].seen_s, now_s))
			return &row[i];
	}
	struct place *place = choose_victim(row, now_s);
	sightings->evicted += is_live(place->seen_s, now_s);
	*place = (struct place){.signature = hashes->signature,
				.check = check,
				.signer = (uint32_t)hashes->signer};
	return place;
}

/* Notes it among the last few; how many of them are live. */
static unsigned mark(struct mark *marks, size_t count, uint64_t value,
		     uint32_t now_s)
{
	struct mark *at = &marks[0];
	unsigned live = 0;

	for (size_t i = 0; i < count; i++) {
		if (marks[i].seen_s != 0 && marks[i].hash == value) {
			at = &marks[i];
			break;
		}
		if (marks[i].seen_s < at->seen_s)
			at = &marks[i];
	}
	*at = (struct mark){.hash = value, .seen_s = now_s};
	for (size_t i = 0; i < count; i++)
		live += is_live(marks[i].seen_s, now_s);
	return live;
}

/* One of the first, or there is room for one more? A place that nothing was
 * seen of for so long is free again. */
static bool is_of_first(struct mark *marks, size_t count, uint64_t value,
			uint32_t now_s)
{
	struct mark *free_place = NULL;

	for (size_t i = 0; i < count; i++) {
		if (!is_live(marks[i].seen_s, now_s)) {
			free_place = &marks[i];
		} else if (marks[i].hash == value) {
			marks[i].seen_s = now_s;
			return true;
		}
	}
	if (free_place == NULL)
		return false;
	*free_place = (struct mark){.hash = value, .seen_s = now_s};
	return true;
}

bool sightings_note(struct sightings *sightings,
		    const struct sighting *sighting)
{
	struct hashes hashes;

	if (!hash_all(sightings, sighting, &hashes))
		return false;
	int64_t since_ms =
	    clock_monotonic_ms(sightings->clock) - sightings->start_ms;
	uint32_t now_s = (uint32_t)(since_ms / 1000) + 1;
	(void)pthread_mutex_lock(&sightings->lock);
	struct place *place = find_place(sightings, &hashes, now_s);
	place->seen_s = now_s;
	unsigned bodies =
	    mark(place->bodies, SIGHTINGS_BODIES, hashes.body, now_s);
	bool is_first =
	    is_of_first(place->organisations, SIGHTINGS_ORGANISATIONS,
			hashes.organisation, now_s);
	(void)pthread_mutex_unlock(&sightings->lock);
	return bodies == SIGHTINGS_BODIES && !is_first;
}

void sightings_get_statistics(struct sightings *sightings,
			      struct sightings_statistics *statistics)
{
	int64_t since_ms =
	    clock_monotonic_ms(sightings->clock) - sightings->start_ms;
	uint32_t now_s = (uint32_t)(since_ms / 1000) + 1;
	uint64_t live = 0;

	(void)pthread_mutex_lock(&sightings->lock);
	for (size_t i = 0; i < (size_t)ROWS * WAYS; i++)
		live += is_live(sightings->places[i / WAYS][i % WAYS].seen_s,
				now_s);
	statistics->headers = live;
	statistics->evicted = sightings->evicted;
	(void)pthread_mutex_unlock(&sightings->lock);
}
