/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dns_memory.c - what DNS said of domains whose mail passes
 *
 * One lock over all: a message takes it once at its end, and once for each
 * question that is not at hand.
 */
#include "lib/dns/dns_memory.h"

#include <pthread.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/limits.h"
#include "lib/base/siphash.h"
#include "lib/base/suffix.h"
#include "lib/dns/dns.h"
#include "lib/dns/dns_cache.h"
#include "lib/dns/dns_kept.h"

#define DAY_S 86400
#define BUCKET 8
#define BUCKETS (LIMIT_REMEMBERED_DOMAINS / BUCKET)
#define ORG_SLOTS 4096
#define PROVEN_DAYS 2
#define WRITE_PAUSE_S 3600 /* between two rows of a domain, in a day */
#define LABELS_ABOVE 8	   /* of an author that are looked for */
#define CLOCK_SLACK_S 3600 /* a clock that is put right goes back no more */

struct place {
	char *domain; /* NULL: free */
	uint64_t number;
	uint16_t org; /* slot */
	int64_t days;
	int64_t last_day;
	int64_t written_s;
	bool is_changed; /* since then */
	struct dns_kept kept;
};

struct dns_memory {
	pthread_mutex_t lock;
	struct siphash_key key;
	uint64_t given;
	uint8_t orgs[ORG_SLOTS]; /* places taken */
	struct place places[BUCKETS * BUCKET];
};

struct dns_memory *dns_memory_new(const struct random_source *random)
{
	struct dns_memory *memory = heap_new(struct dns_memory);
	uint8_t bytes[SIPHASH_KEY_BYTES];

	random->fill(random, bytes, sizeof bytes);
	memory->key = siphash_key(bytes);
	(void)pthread_mutex_init(&memory->lock, NULL);
	return memory;
}

/* -- places ------------------------------------------------------------- */

static uint64_t number_of(const struct dns_memory *memory, const char *name)
{
	struct siphash hash;

	siphash_init(&hash, &memory->key);
	siphash_add_text(&hash, name);
	return siphash_end(&hash);
}

static struct place *bucket_of(struct dns_memory *memory, uint64_t number)
{
	return memory->places + number % BUCKETS * BUCKET;
}

static struct place *find_place(struct dns_memory *memory, const char *domain)
{
	uint64_t number = number_of(memory, domain);
	struct place *bucket = bucket_of(memory, number);

	for (size_t i = 0; i < BUCKET; i++) {
		if (bucket[i].domain != NULL && bucket[i].number == number &&
		    strcmp(bucket[i].domain, domain) == 0)
			return &bucket[i];
	}
	return NULL;
}

static void free_place(struct dns_memory *memory, struct place *place)
{
	if (place->domain == NULL)
		return;
	memory->orgs[place->org]--;
	dns_kept_clear(&place->kept);
	heap_free(place->domain);
	*place = (struct place){.domain = NULL};
}

void dns_memory_free(struct dns_memory *memory)
{
	if (memory == NULL)
		return;
	for (size_t i = 0; i < COUNT_OF(memory->places); i++)
		free_place(memory, &memory->places[i]);
	(void)pthread_mutex_destroy(&memory->lock);
	heap_free(memory);
}

/* Has it not passed for so long that nothing of it counts? */
static bool is_over(const struct place *place, int64_t day)
{
	return day - place->last_day > LIMIT_REMEMBERED_S / DAY_S;
}

/* Of places that may go: a free one, else the one that passed longest ago. */
static struct place *find_room(struct dns_memory *memory, uint64_t number,
			       int64_t day)
{
	struct place *bucket = bucket_of(memory, number);
	struct place *found = NULL;

	for (size_t i = 0; i < BUCKET; i++) {
		struct place *place = &bucket[i];
		if (place->domain == NULL)
			return place;
		if ((place->days < PROVEN_DAYS || is_over(place, day)) &&
		    (found == NULL || place->last_day < found->last_day))
			found = place;
	}
	return found;
}

/* A place for a domain that has none; NULL: there is none for it. *gone has the
 * name, below `mem`, of the domain that had it; or NULL. */
static struct place *take_place(struct dns_memory *memory, TALLOC_CTX *mem,
				const char *domain, int64_t day,
				const char **gone)
{
	uint64_t number = number_of(memory, domain);
	uint16_t org =
	    (uint16_t)(number_of(memory, suffix_registrable(domain)) %
		       ORG_SLOTS);
	struct place *place = find_room(memory, number, day);

	if (place == NULL || memory->orgs[org] >= LIMIT_REMEMBERED_PER_ORG)
		return NULL;
	if (place->domain != NULL)
		*gone = mem_strdup(mem, place->domain);
	free_place(memory, place);
	memory->orgs[org]++;
	*place = (struct place){
	    .domain = heap_strdup(domain), .number = number, .org = org};
	return place;
}

/* -- noting ------------------------------------------------------------- */

static void note_answers(struct place *place, const struct dns_session *session,
			 int64_t now_s, bool may_add)
{
	size_t count = dns_session_count(session);

	for (size_t i = 0; i < count; i++)
		place->is_changed |= dns_kept_note(
		    &place->kept, dns_session_question(session, i), now_s,
		    may_add);
}

/* The next name above, that has a dot; or NULL. */
static const char *name_above(const char *name)
{
	const char *dot = strchr(name, '.');

	return dot == NULL || strchr(dot + 1, '.') == NULL ? NULL : dot + 1;
}

static bool is_due(const struct place *place, int64_t now_s)
{
	return place->days >= PROVEN_DAYS && place->is_changed &&
	       now_s - place->written_s >= WRITE_PAUSE_S;
}

/* What is remembered of the author and of those above him is what DNS says
 * now. One that is to be written down for it; or NULL. */
static struct place *correct(struct dns_memory *memory,
			     const struct dns_session *session,
			     const struct dns_memory_event *event)
{
	const char *name = event->author;
	struct place *due = NULL;

	for (int i = 0; name != NULL && i < LABELS_ABOVE; i++) {
		struct place *place = find_place(memory, name);
		if (place != NULL)
			note_answers(place, session, event->now_s, false);
		if (place != NULL && is_due(place, event->now_s))
			due = place;
		name = name_above(name);
	}
	return due;
}

/* Is it another day than the last on which it passed? One that a wrong clock
 * noted is left behind. */
static bool count_day(struct place *place, int64_t day)
{
	if (place->last_day >= day && place->last_day <= day + 1)
		return false;
	place->days++;
	place->last_day = day;
	return true;
}

static void write_down(TALLOC_CTX *mem, struct place *place, int64_t now_s,
		       struct dns_memory_row *row)
{
	place->written_s = now_s;
	place->is_changed = false;
	row->domain = mem_strdup(mem, place->domain);
	row->days = place->days;
	row->last_day = place->last_day;
	if (place->days >= PROVEN_DAYS)
		row->bytes = dns_kept_pack(mem, &place->kept, &row->length);
}

/* The place of a domain that passed, where it is to be written down. */
static struct place *note_passed(struct dns_memory *memory, TALLOC_CTX *mem,
				 const struct dns_session *session,
				 const struct dns_memory_event *event,
				 struct dns_memory_row *row)
{
	int64_t day = event->now_s / DAY_S;
	struct place *place = find_place(memory, event->passed);

	if (place == NULL)
		place = take_place(memory, mem, event->passed, day, &row->gone);
	if (place == NULL)
		return NULL;
	if (is_over(place, day))
		place->days = 0;
	bool is_new_day = count_day(place, day);
	note_answers(place, session, event->now_s, true);
	return is_new_day || is_due(place, event->now_s) ? place : NULL;
}

bool dns_memory_note(struct dns_memory *memory, TALLOC_CTX *mem,
		     const struct dns_session *session,
		     const struct dns_memory_event *event,
		     struct dns_memory_row *row)
{
	*row = (struct dns_memory_row){.domain = NULL};
	(void)pthread_mutex_lock(&memory->lock);
	struct place *place =
	    event->passed == NULL
		? correct(memory, session, event)
		: note_passed(memory, mem, session, event, row);
	if (place != NULL)
		write_down(mem, place, event->now_s, row);
	(void)pthread_mutex_unlock(&memory->lock);
	return place != NULL;
}

void dns_memory_load(struct dns_memory *memory,
		     const struct dns_memory_row *row)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *gone;

	(void)pthread_mutex_lock(&memory->lock);
	struct place *place =
	    find_place(memory, row->domain) != NULL
		? NULL
		: take_place(memory, mem, row->domain, row->last_day, &gone);
	if (place != NULL) {
		place->days = row->days;
		place->last_day = row->last_day;
		dns_kept_unpack(&place->kept, row->bytes, row->length);
	}
	(void)pthread_mutex_unlock(&memory->lock);
	mem_free(mem);
}

/* -- recalling ---------------------------------------------------------- */

/* How long an answer of the domain's counts. */
static int64_t life_of(const struct place *place)
{
	return place->days >= PROVEN_DAYS ? LIMIT_REMEMBERED_S : DAY_S;
}

static struct dns_kept_answer *find_answer(struct dns_memory *memory,
					   const char *author,
					   const struct dns_question *question,
					   int64_t now_s)
{
	const char *name = author;

	for (int i = 0; name != NULL && i < LABELS_ABOVE; i++) {
		struct place *place = find_place(memory, name);
		struct dns_kept_answer *answer =
		    place == NULL ? NULL
				  : dns_kept_find(&place->kept, question->name,
						  question->type);
		if (answer != NULL &&
		    now_s >= answer->learned_s - CLOCK_SLACK_S &&
		    now_s - answer->learned_s <= life_of(place))
			return answer;
		name = name_above(name);
	}
	return NULL;
}

int64_t dns_memory_patience_ms(struct dns_memory *memory, const char *author,
			       const struct dns_question *question,
			       int64_t now_s)
{
	int64_t patience_ms = INT64_MAX;

	(void)pthread_mutex_lock(&memory->lock);
	const struct dns_kept_answer *answer =
	    find_answer(memory, author, question, now_s);
	if (answer != NULL)
		patience_ms =
		    clock_monotonic_ms(clock_system()) < answer->recheck_ms
			? 0
			: DNS_STALE_WAIT_MS;
	(void)pthread_mutex_unlock(&memory->lock);
	return patience_ms;
}

bool dns_memory_recall(struct dns_memory *memory, TALLOC_CTX *mem,
		       const char *author, const struct dns_question *question,
		       int64_t now_s, struct dns_answer *answer)
{
	int64_t now_ms = clock_monotonic_ms(clock_system());
	bool is_read = false;

	(void)pthread_mutex_lock(&memory->lock);
	struct dns_kept_answer *found =
	    find_answer(memory, author, question, now_s);
	if (found != NULL)
		is_read = dns_kept_read(mem, found, answer);
	if (is_read && now_ms >= found->recheck_ms)
		found->recheck_ms = now_ms + DNS_RECHECK_MS;
	memory->given += is_read;
	(void)pthread_mutex_unlock(&memory->lock);
	if (!is_read)
		return false;
	answer->staleness = DNS_REMEMBERED;
	answer->ttl_s = DNS_STALE_TTL_S;
	answer->is_secure = false;
	return true;
}

void dns_memory_get_statistics(struct dns_memory *memory,
			       struct dns_memory_statistics *statistics)
{
	struct dns_memory_statistics read = {0};

	(void)pthread_mutex_lock(&memory->lock);
	for (size_t i = 0; i < COUNT_OF(memory->places); i++) {
		read.domains += memory->places[i].domain != NULL;
		read.answers += memory->places[i].kept.count;
		read.bytes += memory->places[i].kept.bytes;
	}
	read.given = memory->given;
	(void)pthread_mutex_unlock(&memory->lock);
	*statistics = read;
}
