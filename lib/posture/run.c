/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run.c - many domains at a time
 *
 * Workers take the next domain and put its posture at the domain's place; the
 * caller's thread waits for place after place. Workers stay at most AHEAD
 * domains before it, so that a slow reader does not fill the memory.
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/run.h"

#include <pthread.h>

#include "lib/posture/judge.h"
#include "lib/posture/judge_profile.h"

#define WORKERS 16
#define AHEAD 256

struct run {
	const struct posture_sources *sources;
	const struct text_list *domains;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	size_t next;  /* domain to be looked at */
	size_t taken; /* so many were handed on */
	bool is_over; /* no more is wanted */
	struct posture **done;
};

/* Of its own tree, since another thread frees it. */
static struct posture *look_at(const struct run *run, const char *domain)
{
	struct posture *posture = posture_new(NULL, domain);
	struct posture_facts *facts =
	    posture_gather(NULL, run->sources, domain);

	posture_judge(facts, posture);
	if (run->sources->profile != NULL)
		posture->profile = posture_judge_profile(
		    facts, posture,
		    (enum profile_id)(run->sources->profile - profiles));
	mem_free(facts);
	return posture;
}

/* Waits for a domain to look at; false when there is none. */
static bool take_next(struct run *run, size_t *index)
{
	(void)pthread_mutex_lock(&run->lock);
	while (!run->is_over && run->next < run->domains->count &&
	       run->next >= run->taken + AHEAD)
		(void)pthread_cond_wait(&run->changed, &run->lock);
	bool has_one = !run->is_over && run->next < run->domains->count;
	if (has_one)
		*index = run->next++;
	(void)pthread_mutex_unlock(&run->lock);
	return has_one;
}

static void *work(void *context)
{
	struct run *run = context;
	size_t index;

	while (take_next(run, &index)) {
		struct posture *posture =
		    look_at(run, run->domains->items[index]);
		(void)pthread_mutex_lock(&run->lock);
		run->done[index] = posture;
		(void)pthread_cond_broadcast(&run->changed);
		(void)pthread_mutex_unlock(&run->lock);
	}
	return NULL;
}

static struct posture *wait_for(struct run *run, size_t index)
{
	(void)pthread_mutex_lock(&run->lock);
	while (run->done[index] == NULL)
		(void)pthread_cond_wait(&run->changed, &run->lock);
	struct posture *posture = run->done[index];
	run->done[index] = NULL;
	run->taken = index + 1;
	(void)pthread_cond_broadcast(&run->changed);
	(void)pthread_mutex_unlock(&run->lock);
	return posture;
}

static void hand_on(struct run *run, posture_taken *taken, void *context)
{
	bool goes_on = true;

	for (size_t i = 0; goes_on && i < run->domains->count; i++) {
		struct posture *posture = wait_for(run, i);
		goes_on = taken(context, posture);
		mem_free(posture);
	}
	(void)pthread_mutex_lock(&run->lock);
	run->is_over = true;
	(void)pthread_cond_broadcast(&run->changed);
	(void)pthread_mutex_unlock(&run->lock);
}

bool posture_run(const struct posture_sources *sources,
		 const struct text_list *domains, posture_taken *taken,
		 void *context, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct run run = {.sources = sources, .domains = domains};
	pthread_t threads[WORKERS];
	size_t count = 0;

	run.done = mem_array(mem, struct posture *, domains->count);
	(void)pthread_mutex_init(&run.lock, NULL);
	(void)pthread_cond_init(&run.changed, NULL);
	while (count < WORKERS && count < domains->count &&
	       pthread_create(&threads[count], NULL, work, &run) == 0)
		count++;
	bool is_working = count > 0 || domains->count == 0;
	if (is_working)
		hand_on(&run, taken, context);
	for (size_t i = 0; i < count; i++)
		(void)pthread_join(threads[i], NULL);
	for (size_t i = 0; i < domains->count; i++)
		mem_free(run.done[i]);
	(void)pthread_cond_destroy(&run.changed);
	(void)pthread_mutex_destroy(&run.lock);
	mem_free(mem);
	return is_working || error_set(err, ERROR_SYSTEM,
				       "no thread: are more "
				       "threads allowed?");
}
