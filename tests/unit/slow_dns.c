/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * slow_dns.c - a transport whose answers, from a zone, take their time
 */
#include "tests/unit/slow_dns.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/base/clock.h"
#include "lib/dns/dns_fixture.h"

enum { QUESTIONS_MAX = 1 << 16 };

struct slow_question {
	char *name;
	enum dns_type type;
	dns_answered *answered;
	void *context;
	int64_t due_ms;
	unsigned round;
};

struct slow_dns {
	struct dns_backend backend;
	struct dns_fixture *fixture;
	int64_t delay_ms;
	bool is_ending;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	size_t asked;
	size_t answered; /* of them, in the order of asking */
	size_t twice;
	unsigned rounds;
	struct slow_question questions[QUESTIONS_MAX];
};

static bool is_same(const struct slow_question *question, const char *name,
		    enum dns_type type)
{
	return question->type == type && strcmp(question->name, name) == 0;
}

static bool is_silent(const char *name)
{
	const char *label = strstr(name, "silent.");

	return label == name || (label != NULL && label[-1] == '.');
}

static bool slow_ask(struct dns_backend *backend, const char *name,
		     enum dns_type type, dns_answered *answered, void *context)
{
	struct slow_dns *slow = (struct slow_dns *)backend;

	(void)pthread_mutex_lock(&slow->lock);
	bool has_room = slow->asked < QUESTIONS_MAX;
	if (has_room) {
		for (size_t i = slow->answered; i < slow->asked; i++)
			slow->twice += is_same(&slow->questions[i], name, type);
		slow->questions[slow->asked++] = (struct slow_question){
		    .name = heap_strdup(name),
		    .type = type,
		    .answered = answered,
		    .context = context,
		    .round = slow->rounds + 1,
		    .due_ms =
			clock_monotonic_ms(clock_system()) + slow->delay_ms,
		};
		(void)pthread_cond_signal(&slow->changed);
	}
	(void)pthread_mutex_unlock(&slow->lock);
	return has_room;
}

/* With the lock held: answers the oldest question, without it. */
static void answer_next(struct slow_dns *slow)
{
	struct slow_question question = slow->questions[slow->answered++];

	if (is_silent(question.name))
		return;
	(void)pthread_mutex_unlock(&slow->lock);
	struct dns_answer answer =
	    dns_fixture_ask(slow->fixture, question.name, question.type);
	question.answered(question.context, &answer);
	(void)pthread_mutex_lock(&slow->lock);
}

static void *answer_when_due(void *context)
{
	struct slow_dns *slow = context;

	(void)pthread_mutex_lock(&slow->lock);
	while (!slow->is_ending) {
		if (slow->answered == slow->asked) {
			(void)pthread_cond_wait(&slow->changed, &slow->lock);
			continue;
		}
		int64_t left_ms = slow->questions[slow->answered].due_ms -
				  clock_monotonic_ms(clock_system());
		if (left_ms <= 0) {
			answer_next(slow);
			continue;
		}
		const struct timespec pause = clock_timespec(left_ms);
		(void)pthread_mutex_unlock(&slow->lock);
		(void)nanosleep(&pause, NULL);
		(void)pthread_mutex_lock(&slow->lock);
	}
	(void)pthread_mutex_unlock(&slow->lock);
	return NULL;
}

static void slow_free(struct dns_backend *backend)
{
	struct slow_dns *slow = (struct slow_dns *)backend;

	if (slow->delay_ms > 0) {
		(void)pthread_mutex_lock(&slow->lock);
		slow->is_ending = true;
		(void)pthread_cond_signal(&slow->changed);
		(void)pthread_mutex_unlock(&slow->lock);
		(void)pthread_join(slow->thread, NULL);
	}
	for (size_t i = 0; i < slow->asked; i++)
		heap_free(slow->questions[i].name);
	mem_free(slow->fixture);
	(void)pthread_mutex_destroy(&slow->lock);
	(void)pthread_cond_destroy(&slow->changed);
	heap_free(slow);
}

struct slow_dns *slow_dns_new(const char *zone, int64_t delay_ms)
{
	struct slow_dns *slow = heap_new(struct slow_dns);
	struct error err = {0};

	slow->backend =
	    (struct dns_backend){.ask = slow_ask, .free = slow_free};
	slow->delay_ms = delay_ms;
	(void)pthread_mutex_init(&slow->lock, NULL);
	(void)pthread_cond_init(&slow->changed, NULL);
	if (!dns_fixture_parse(NULL, zone, "zone", &slow->fixture, &err) ||
	    (delay_ms > 0 &&
	     pthread_create(&slow->thread, NULL, answer_when_due, slow) != 0)) {
		(void)fprintf(stderr, "slow_dns: %s\n", err.words);
		abort();
	}
	return slow;
}

struct dns_backend *slow_dns_backend(struct slow_dns *slow)
{
	return &slow->backend;
}

size_t slow_dns_round(struct slow_dns *slow)
{
	(void)pthread_mutex_lock(&slow->lock);
	size_t end = slow->asked;
	size_t count = end - slow->answered;
	slow->rounds++;
	while (slow->answered < end)
		answer_next(slow);
	(void)pthread_mutex_unlock(&slow->lock);
	return count;
}

size_t slow_dns_asked(struct slow_dns *slow)
{
	(void)pthread_mutex_lock(&slow->lock);
	size_t asked = slow->asked;
	(void)pthread_mutex_unlock(&slow->lock);
	return asked;
}

size_t slow_dns_asked_twice(struct slow_dns *slow)
{
	(void)pthread_mutex_lock(&slow->lock);
	size_t twice = slow->twice;
	(void)pthread_mutex_unlock(&slow->lock);
	return twice;
}

unsigned slow_dns_round_of(struct slow_dns *slow, const char *name,
			   enum dns_type type)
{
	unsigned round = 0;

	(void)pthread_mutex_lock(&slow->lock);
	for (size_t i = slow->asked; i-- > 0;) {
		if (is_same(&slow->questions[i], name, type))
			round = slow->questions[i].round;
	}
	(void)pthread_mutex_unlock(&slow->lock);
	return round;
}

size_t slow_dns_count(struct slow_dns *slow, const char *name,
		      enum dns_type type)
{
	size_t count = 0;

	(void)pthread_mutex_lock(&slow->lock);
	for (size_t i = 0; i < slow->asked; i++)
		count += is_same(&slow->questions[i], name, type);
	(void)pthread_mutex_unlock(&slow->lock);
	return count;
}
