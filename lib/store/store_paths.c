/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_paths.c - who is known to carry whose mail, counted by the writer
 * Tested by test_store_paths.
 */
#include "lib/store/store_paths.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/random.h"

#define DAY_S 86400
#define DAY_MAX 65535 /* of the year 2149 */
#define PLACES ((size_t)STORE_PATHS_BUCKETS * STORE_PATHS_PLACES)
#define STANDING_DAYS 2 /* with so many a path keeps its place */
#define CEASED_DAYS 7

void store_paths_init(struct store_paths *paths)
{
	uint8_t bytes[SIPHASH_KEY_BYTES];

	*paths = (struct store_paths){
	    .places = heap_array(struct store_path, PLACES),
	    .networks = heap_array(uint16_t, STORE_PATHS_SLOTS),
	    .orgs = heap_array(uint16_t, STORE_PATHS_SLOTS),
	    .changes =
		heap_array(struct store_paths_change, STORE_PATHS_CHANGES),
	    .dirty = heap_array(uint32_t, STORE_PATHS_DIRTY)};
	(void)pthread_mutex_init(&paths->lock, NULL);
	(void)pthread_mutex_init(&paths->alarm_lock, NULL);
	random_system()->fill(random_system(), bytes, sizeof bytes);
	paths->key = siphash_key(bytes);
}

void store_paths_done(struct store_paths *paths)
{
	(void)pthread_mutex_destroy(&paths->alarm_lock);
	(void)pthread_mutex_destroy(&paths->lock);
	heap_free(paths->dirty);
	heap_free(paths->changes);
	heap_free(paths->orgs);
	heap_free(paths->networks);
	heap_free(paths->places);
}

/* Pages that were never touched stay so. */
static void empty_places(struct store_paths *paths)
{
	if (paths->count == 0)
		return;
	memset(paths->places, 0, PLACES * sizeof *paths->places);
	memset(paths->networks, 0, STORE_PATHS_SLOTS * sizeof *paths->networks);
	memset(paths->orgs, 0, STORE_PATHS_SLOTS * sizeof *paths->orgs);
	paths->count = 0;
}

void store_paths_clear(struct store_paths *paths, const struct siphash_key *key)
{
	(void)pthread_mutex_lock(&paths->lock);
	paths->key = *key;
	paths->is_loaded = false;
	empty_places(paths);
	paths->change_count = 0;
	paths->dirty_count = 0;
	(void)pthread_mutex_unlock(&paths->lock);
}

static uint16_t day_of(int64_t time_s)
{
	int64_t day = time_s / DAY_S;

	return (uint16_t)(day < 0 ? 0 : day > DAY_MAX ? DAY_MAX : day);
}

/* --- places --- */

static struct store_path *bucket_of(const struct store_paths *paths,
				    uint64_t number)
{
	return paths->places +
	       number % STORE_PATHS_BUCKETS * STORE_PATHS_PLACES;
}

struct store_path *store_paths_find(struct store_paths *paths, uint64_t number)
{
	struct store_path *bucket = bucket_of(paths, number);

	for (size_t i = 0; number != 0 && i < STORE_PATHS_PLACES; i++) {
		if (bucket[i].number == number)
			return &bucket[i];
	}
	return NULL;
}

static uint16_t last_seen(const struct store_path *path)
{
	return path->last_day > path->failed_day ? path->last_day
						 : path->failed_day;
}

static size_t count_orgs(const struct store_path *bucket)
{
	size_t count = 0;

	for (size_t i = 0; i < STORE_PATHS_PLACES; i++)
		count += bucket[i].kind == STORE_PATH_ORG ? 1 : 0;
	return count;
}

/* Not seen for long; or what only a clock that was ahead can have noted. */
static bool is_over(const struct store_path *path, uint16_t day)
{
	return last_seen(path) + STORE_PATH_DAYS < day ||
	       last_seen(path) > day + 1;
}

/* May a newcomer of that kind have the place? Some of each bucket are the
 * organizations' own. */
static bool is_free(const struct store_path *path, enum store_path_kind kind,
		    size_t orgs, uint16_t day)
{
	bool is_org = path->kind == STORE_PATH_ORG;

	if (path->number == 0 || is_over(path, day))
		return true;
	if (is_org && kind != STORE_PATH_ORG && orgs <= STORE_PATHS_ORGS)
		return false;
	if (!is_org && kind == STORE_PATH_ORG && orgs < STORE_PATHS_ORGS)
		return true;
	return path->days < STANDING_DAYS;
}

/* Of two that may go: the one that is none, else that passed on fewer days,
 * else that was seen long ago. */
static bool goes_before(const struct store_path *a, const struct store_path *b)
{
	if (a->number == 0 || b->number == 0)
		return b->number != 0;
	if (a->days != b->days)
		return a->days < b->days;
	return last_seen(a) < last_seen(b);
}

static struct store_path *make_room(const struct store_paths *paths,
				    uint64_t number, enum store_path_kind kind,
				    uint16_t day)
{
	struct store_path *bucket = bucket_of(paths, number);
	struct store_path *found = NULL;
	size_t orgs = count_orgs(bucket);

	for (size_t i = 0; i < STORE_PATHS_PLACES; i++) {
		if (is_free(&bucket[i], kind, orgs, day) &&
		    (found == NULL || goes_before(&bucket[i], found)))
			found = &bucket[i];
	}
	return found;
}

static uint16_t *share_of(uint16_t *slots, uint64_t number)
{
	return &slots[number % STORE_PATHS_SLOTS];
}

static bool has_share(const struct store_paths *paths, uint64_t network,
		      uint64_t org)
{
	return *share_of(paths->networks, network) < STORE_PATHS_SHARE &&
	       *share_of(paths->orgs, org) < STORE_PATHS_SHARE;
}

static void empty_place(struct store_paths *paths, struct store_path *place)
{
	if (place->number == 0)
		return;
	(*share_of(paths->networks, place->network))--;
	(*share_of(paths->orgs, place->org))--;
	paths->count--;
	*place = (struct store_path){.number = 0};
}

static void fill_place(struct store_paths *paths, struct store_path *place,
		       const struct store_path *path)
{
	*place = *path;
	(*share_of(paths->networks, place->network))++;
	(*share_of(paths->orgs, place->org))++;
	paths->count++;
}

void store_paths_forget(struct store_paths *paths, struct store_path *path)
{
	(void)pthread_mutex_lock(&paths->lock);
	empty_place(paths, path);
	(void)pthread_mutex_unlock(&paths->lock);
}

bool store_paths_load(struct store_paths *paths, const struct store_path *row)
{
	struct store_path *place = NULL;

	(void)pthread_mutex_lock(&paths->lock);
	if (row->number != 0 && has_share(paths, row->network, row->org) &&
	    store_paths_find(paths, row->number) == NULL)
		place = make_room(paths, row->number,
				  (enum store_path_kind)row->kind, 0);
	if (place != NULL && place->number == 0)
		fill_place(paths, place, row);
	else
		place = NULL;
	(void)pthread_mutex_unlock(&paths->lock);
	return place != NULL;
}

void store_paths_loaded(struct store_paths *paths)
{
	(void)pthread_mutex_lock(&paths->lock);
	paths->is_loaded = true;
	paths->has_changed = true;
	(void)pthread_mutex_unlock(&paths->lock);
}

/* --- counting: the lock is held --- */

/* A message on its way into the table. */
struct noting {
	struct store_paths *paths;
	const struct store_path_marks *marks;
	const struct store_entry *entry;
	uint16_t day;
};

static void set_dirty(struct store_paths *paths, struct store_path *path)
{
	paths->has_changed = true;
	if (path->is_dirty || paths->dirty_count == STORE_PATHS_DIRTY)
		return;
	path->is_dirty = true;
	paths->dirty[paths->dirty_count++] = (uint32_t)(path - paths->places);
}

static void add_change(struct store_paths *paths,
		       const struct store_paths_change *change)
{
	paths->changes[paths->change_count++] = *change;
}

/* One that goes and one that comes; the last are the organizations'. */
static bool has_changes_left(const struct store_paths *paths,
			     enum store_path_kind kind)
{
	size_t kept = kind == STORE_PATH_ORG ? 0 : STORE_PATHS_ORG_CHANGES;

	return paths->change_count + 2 + kept <= STORE_PATHS_CHANGES;
}

static struct store_path *make_path(const struct noting *noting,
				    const struct store_path_numbers *numbers,
				    enum store_path_kind kind, size_t at)
{
	struct store_paths *paths = noting->paths;
	struct store_path_name name =
	    store_path_name(&noting->entry->tuple, kind, at);
	struct store_path *place;

	/* A client without a name is one whose texts have no path. */
	if (name.client[0] == '\0' || !has_changes_left(paths, kind) ||
	    !has_share(paths, numbers->network, numbers->org) ||
	    (place = make_room(paths, numbers->path, kind, noting->day)) ==
		NULL)
		return NULL;
	if (place->number != 0)
		add_change(paths,
			   &(const struct store_paths_change){
			       STORE_PATHS_DROP, .number = place->number});
	empty_place(paths, place);
	add_change(paths, &(const struct store_paths_change){
			      STORE_PATHS_ADD, numbers->path, .name = name});
	fill_place(paths, place,
		   &(const struct store_path){.number = numbers->path,
					      .client = numbers->client,
					      .subject = numbers->subject,
					      .org = numbers->org,
					      .network = numbers->network,
					      .since_day = noting->day,
					      .kind = (uint8_t)kind});
	return place;
}

/* Counted by a clock that was ahead, or long ago. */
static void age_counts(struct store_path *path, uint16_t day)
{
	if (path->since_day > day + 1) {
		path->since_day = day;
	} else if (path->since_day + STORE_PATH_HALVED <= day) {
		path->spf /= 2;
		path->dkim /= 2;
		path->failed /= 2;
		path->since_day = day;
	}
}

static void count_up(uint32_t *number)
{
	if (*number < UINT32_MAX)
		(*number)++;
}

/* A day is left to two clocks that meet. */
static bool is_other_day(uint16_t last, uint16_t day)
{
	return last < day || last > day + 1;
}

static struct store_path *take_path(const struct noting *noting,
				    const struct store_path_numbers *numbers,
				    enum store_path_kind kind, size_t at)
{
	struct store_path *path =
	    store_paths_find(noting->paths, numbers->path);

	if (path == NULL)
		path = make_path(noting, numbers, kind, at);
	if (path == NULL)
		return NULL;
	age_counts(path, noting->day);
	set_dirty(noting->paths, path);
	return path;
}

static void count_pass(const struct noting *noting, struct store_path *path,
		       enum store_path_way way)
{
	uint16_t day = noting->day;

	if (path == NULL)
		return;
	count_up(way == STORE_PATH_BY_SPF ? &path->spf : &path->dkim);
	path->broken_s = 0;
	if (path->kind != STORE_PATH_CLIENT)
		path->refused = 0;
	if (!is_other_day(path->last_day, day))
		return;
	if (path->first_day == 0 || path->first_day > day)
		path->first_day = day;
	path->last_day = day;
	if (path->days < DAY_MAX)
		path->days++;
}

static void note_spf(const struct noting *noting)
{
	const struct store_path_numbers *spf = &noting->marks->spf;

	if (spf->path != 0)
		count_pass(noting, take_path(noting, spf, STORE_PATH_SPF, 0),
			   STORE_PATH_BY_SPF);
}

static void note_pass(const struct noting *noting)
{
	const struct store_path_marks *marks = noting->marks;

	count_pass(noting,
		   take_path(noting, &marks->client, STORE_PATH_CLIENT, 0),
		   marks->way);
	count_pass(noting,
		   take_path(noting, &marks->author, STORE_PATH_AUTHOR, 0),
		   marks->way);
	for (size_t i = 0; i < marks->key_count; i++)
		count_pass(
		    noting,
		    take_path(noting, &marks->keys[i], STORE_PATH_KEY, i),
		    marks->way);
	note_spf(noting);
	if (marks->org.path != 0)
		count_pass(noting,
			   take_path(noting, &marks->org, STORE_PATH_ORG, 0),
			   marks->way);
}

/* --- failures --- */

static void count_authors(struct store_path *client, uint16_t day)
{
	if (is_other_day(client->failed_day, day))
		client->authors = 0;
	if (client->authors < UINT16_MAX)
		client->authors++;
	bool is_old = client->worst_day + STORE_PATH_HALVED < day ||
		      client->worst_day > day + 1;
	if (is_old || client->authors >= client->worst) {
		client->worst = client->authors;
		client->worst_day = day;
	}
}

/* Was it the first of that day? */
static bool count_failure(struct store_path *path, uint16_t day)
{
	bool is_first = is_other_day(path->failed_day, day);

	count_up(&path->failed);
	if (is_first)
		path->failed_day = day;
	return is_first;
}

/* Of one client a few a day are told, the others recorded. */
static bool is_told(struct store_path *client, uint16_t day)
{
	if (is_other_day(client->refused_day, day)) {
		client->refused_day = day;
		client->refused = 0;
	}
	return client->refused++ < STORE_PATHS_TOLD;
}

static struct store_path_alarm make_alarm(const struct store_entry *entry,
					  const struct store_path *author)
{
	struct store_path_alarm alarm = {
	    .time_s = entry->time_s,
	    .name = store_path_name(&entry->tuple, STORE_PATH_AUTHOR, 0),
	    .spf = author->spf,
	    .dkim = author->dkim,
	    .days = author->days,
	    .last_day = author->last_day,
	};

	(void)snprintf(alarm.reference, sizeof alarm.reference, "%s",
		       entry->has_incident ? entry->incident.reference : "");
	return alarm;
}

static void keep_reference(struct store_paths *paths,
			   const struct store_path *author,
			   const char *reference)
{
	struct store_paths_change change = {STORE_PATHS_BREAK,
					    .number = author->number};

	if (!has_changes_left(paths, STORE_PATH_AUTHOR))
		return;
	(void)snprintf(change.reference, sizeof change.reference, "%s",
		       reference);
	add_change(paths, &change);
}

static void raise_alarm(struct store_paths *paths,
			const struct store_path_alarm *alarm)
{
	(void)pthread_mutex_lock(&paths->alarm_lock);
	paths->broken++;
	if (alarm != NULL && paths->alarm_count < STORE_PATHS_ALARMS)
		paths->alarms[paths->alarm_count++] = *alarm;
	(void)pthread_mutex_unlock(&paths->alarm_lock);
}

/* It used to pass on every third day, and has not for a week. */
static bool has_ceased(const struct store_path *author, uint16_t day)
{
	int span = author->last_day - author->first_day + 1;

	return author->days * 3 >= span &&
	       author->last_day + CEASED_DAYS <= day;
}

/* Did it use to pass, and was nothing refused there for a month? Where somebody
 * is refused again and again, spoofs by the same host may be, it breaks when
 * nothing passes any more: they silence nothing for good. */
static bool breaks(const struct store_path *author, uint16_t day)
{
	bool was_refused = author->refused_day != 0 &&
			   author->refused_day + STORE_PATH_HALVED >= day &&
			   author->refused_day <= day + 1;

	return author->days >= STANDING_DAYS &&
	       (!was_refused || has_ceased(author, day)) &&
	       author->last_day <= day + 1 &&
	       author->last_day + STORE_PATH_DAYS >= day;
}

static void note_refusal(const struct noting *noting, struct store_path *client,
			 struct store_path *author)
{
	uint16_t day = noting->day;

	if (author->broken_s == 0 && breaks(author, day)) {
		struct store_path_alarm alarm =
		    make_alarm(noting->entry, author);
		author->broken_s = noting->entry->time_s;
		keep_reference(noting->paths, author, alarm.reference);
		raise_alarm(noting->paths,
			    is_told(client, day) ? &alarm : NULL);
	}
	author->refused_day = day;
	if (author->broken_s != 0 && author->refused < UINT16_MAX)
		author->refused++;
}

static void note_failure(const struct noting *noting)
{
	const struct store_path_marks *marks = noting->marks;
	uint16_t day = noting->day;

	if (store_paths_find(noting->paths, marks->client.path) == NULL)
		return;
	struct store_path *author =
	    take_path(noting, &marks->author, STORE_PATH_AUTHOR, 0);
	/* Looked for again: the author may have come into its place. */
	struct store_path *client =
	    store_paths_find(noting->paths, marks->client.path);
	if (client == NULL)
		return;
	age_counts(client, day);
	set_dirty(noting->paths, client);
	if (author == NULL || count_failure(author, day))
		count_authors(client, day);
	(void)count_failure(client, day);
	if (author != NULL && marks->is_refused)
		note_refusal(noting, client, author);
	note_spf(noting);
}

void store_paths_note(struct store_paths *paths,
		      const struct store_path_marks *marks,
		      const struct store_entry *entry)
{
	const struct noting noting = {paths, marks, entry,
				      day_of(entry->time_s)};

	if (marks->way == STORE_PATH_NO_WAY)
		return;
	(void)pthread_mutex_lock(&paths->lock);
	if (paths->is_loaded && marks->way == STORE_PATH_FAILED)
		note_failure(&noting);
	else if (paths->is_loaded)
		note_pass(&noting);
	(void)pthread_mutex_unlock(&paths->lock);
}

/* --- asking --- */

void store_paths_settle(struct store_paths *paths, int64_t time_s)
{
	struct store_path **all;
	size_t filled = 0;

	(void)pthread_mutex_lock(&paths->lock);
	if (!paths->has_changed || !paths->is_loaded || paths->count == 0) {
		(void)pthread_mutex_unlock(&paths->lock);
		return;
	}
	all = heap_array(struct store_path *, paths->count);
	for (size_t i = 0; i < PLACES; i++) {
		if (paths->places[i].number != 0)
			all[filled++] = &paths->places[i];
	}
	store_path_settle(all, filled, day_of(time_s));
	paths->has_changed = false;
	(void)pthread_mutex_unlock(&paths->lock);
	heap_free(all);
}

bool store_paths_has_credit(struct store_paths *paths, const char *client_ip,
			    const char *client_name, const char *author_domain,
			    int64_t time_s, bool *is_loaded)
{
	struct store_path_name name = {.kind = STORE_PATH_CLIENT};
	bool has_credit = false;

	(void)pthread_mutex_lock(&paths->lock);
	*is_loaded = paths->is_loaded;
	if (paths->is_loaded &&
	    store_path_client(client_ip, client_name, &name)) {
		uint64_t client = store_path_numbers(&name, &paths->key).path;
		if (store_path_author(author_domain, &name)) {
			uint64_t author =
			    store_path_numbers(&name, &paths->key).path;
			has_credit =
			    store_path_lack(store_paths_find(paths, client),
					    store_paths_find(paths, author),
					    day_of(time_s)) ==
			    STORE_PATH_LACKS_NOTHING;
		}
	}
	(void)pthread_mutex_unlock(&paths->lock);
	return has_credit;
}

unsigned store_paths_author_days(struct store_paths *paths,
				 const char *author_domain, int64_t time_s,
				 bool *is_loaded)
{
	struct store_path_name name = {.kind = STORE_PATH_ORG};
	uint16_t day = day_of(time_s);
	unsigned days = 0;

	bool is_named = store_path_org(author_domain, &name);
	(void)pthread_mutex_lock(&paths->lock);
	*is_loaded = paths->is_loaded;
	uint64_t number = store_path_numbers(&name, &paths->key).path;
	const struct store_path *path = store_paths_find(paths, number);
	if (is_named && paths->is_loaded && path != NULL &&
	    path->last_day <= day + 1 &&
	    path->last_day + STORE_PATH_DAYS >= day)
		days = path->days - (path->last_day >= day ? 1U : 0U);
	(void)pthread_mutex_unlock(&paths->lock);
	return days;
}

bool store_paths_take_alarm(struct store_paths *paths,
			    struct store_path_alarm *alarm)
{
	(void)pthread_mutex_lock(&paths->alarm_lock);
	bool has_one = paths->alarm_count > 0;
	if (has_one) {
		*alarm = paths->alarms[0];
		paths->alarm_count--;
		memmove(&paths->alarms[0], &paths->alarms[1],
			paths->alarm_count * sizeof paths->alarms[0]);
	}
	(void)pthread_mutex_unlock(&paths->alarm_lock);
	return has_one;
}

uint64_t store_paths_broken(struct store_paths *paths)
{
	(void)pthread_mutex_lock(&paths->alarm_lock);
	uint64_t broken = paths->broken;
	(void)pthread_mutex_unlock(&paths->alarm_lock);
	return broken;
}
