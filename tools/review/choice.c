/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * choice.c - alignctl review release, confirm and allow: on which incidents
 *
 * By reference, or all that the filter finds: these are counted, and somebody
 * confirms the number before anything is done. What comes in later is not among
 * them.
 * Tested by test_alignctl_acts.
 */
#include "tools/review/choice.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/review/reference.h"

#define COUNT_MAX 1000000000
#define ANSWER_MAX 32

struct search {
	struct review_choice *choice;
	size_t max;
	size_t found;
};

static bool take_id(void *context, const struct store_incident *incident)
{
	struct search *search = context;

	if (search->found++ < search->max)
		search->choice->ids[search->choice->count++] = incident->id;
	return search->found <= search->max;
}

/* --- by reference --- */

/* Named twice, it is done once. */
static void drop_double(struct review_choice *choice)
{
	for (size_t i = 0; i + 1 < choice->count; i++) {
		if (choice->ids[i] != choice->ids[choice->count - 1])
			continue;
		choice->count--;
		return;
	}
}

static bool find_reference(struct review *review, const char *typed,
			   struct review_choice *choice, struct error *err)
{
	TALLOC_CTX *mem = review->tool->mem;
	struct store_reader *reader = review->reading.reader;
	struct store_filter filter = review->reading.filter;
	struct search search = {.choice = choice, .max = 1};

	filter.reference = review_reference(mem, typed);
	if (!store_incidents(reader, &filter, take_id, &search, err))
		return false;
	if (search.found == 0)
		return review_reference_missing(
		    mem, reader, review->reading.path, filter.reference, err);
	if (search.found > 1) {
		choice->count--;
		return error_set(err, ERROR_INPUT,
				 "several incidents have the reference %s; "
				 "narrow it with --since, --from or --ip",
				 filter.reference);
	}
	drop_double(choice);
	return true;
}

static void find_references(struct review *review,
			    const struct text_list *references,
			    struct review_choice *choice)
{
	for (size_t i = 0; i < references->count; i++) {
		struct error err;
		if (find_reference(review, references->items[i], choice, &err))
			continue;
		choice->status = tool_fail(&err);
		choice->missing++;
	}
}

/* --- by a filter --- */

/* Whoever sits there types the number again. */
static bool is_typed(size_t count, const char *verb)
{
	char line[ANSWER_MAX];
	int64_t number = 0;

	(void)fprintf(stderr,
		      "%zu incidents match. To %s all of them type their "
		      "number: ",
		      count, verb);
	return fgets(line, sizeof line, stdin) != NULL &&
	       text_number64(span_trim(span_of(line)), 1, COUNT_MAX, &number) &&
	       number == (int64_t)count;
}

static bool confirm_count(const struct tool *tool, size_t count,
			  const char *verb, struct error *err)
{
	const char *given = tool_value(tool, "--count");
	int64_t number = 0;

	if (given == NULL && isatty(STDIN_FILENO) == 1)
		return is_typed(count, verb) ||
		       error_set(err, ERROR_INPUT,
				 "another number; nothing is done");
	if (given == NULL)
		return error_set(err, ERROR_USAGE,
				 "%zu incidents match; --count %zu says that "
				 "they are meant, nothing is done without",
				 count, count);
	if (!text_number64(span_of(given), 1, COUNT_MAX, &number))
		return error_set(err, ERROR_USAGE,
				 "--count: no number of 1 to %d", COUNT_MAX);
	if (number == (int64_t)count)
		return true;
	return error_set(err, ERROR_INPUT,
			 "%zu incidents match, not %" PRId64
			 " (--count); nothing is done",
			 count, number);
}

static bool find_all(struct review *review, const char *verb, size_t max,
		     struct review_choice *choice, struct error *err)
{
	struct search search = {.choice = choice, .max = max};

	if (!store_incidents(review->reading.reader, &review->reading.filter,
			     take_id, &search, err))
		return false;
	if (search.found > max)
		return error_set(err, ERROR_INPUT,
				 "more than %zu incidents match, which is the "
				 "most to %s at once; narrow it with --since, "
				 "--until, --from or --ip; nothing is done",
				 max, verb);
	/* Nothing is no surprise, unless somebody counts on a number. */
	if (search.found == 0 && !tool_has(review->tool, "--count"))
		return true;
	return confirm_count(review->tool, search.found, verb, err);
}

bool review_choose(struct review *review, const struct text_list *references,
		   const char *verb, size_t max, struct review_choice *choice,
		   struct error *err)
{
	*choice = (struct review_choice){.status = TOOL_DONE};
	if (references->count > max)
		return error_set(err, ERROR_USAGE,
				 "%zu references; at most %zu at once",
				 references->count, max);
	choice->ids = mem_array(review->tool->mem, int64_t, max + 1);
	if (references->count == 0)
		return find_all(review, verb, max, choice, err);
	find_references(review, references, choice);
	return true;
}
