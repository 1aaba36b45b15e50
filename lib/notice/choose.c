/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * choose.c - which facts are news to a place, and what to remember of it
 * Tested by test_alignctl_notice.
 */
#include "lib/notice/choose.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/limits.h"

#define HOUR_S 3600

/* By which the digest itself is known, among its facts. */
static const char digest_key[] = "the digest";
static const char digest_kind[] = "digest";

/* What is said of facts that were told before and still stand. Without words
 * nothing is: a source that was told is no news, and nothing waits. */
static const char *const remains[NOTICE_KINDS] = {
    [NOTICE_LIKELY] = "told before, on which nobody has acted",
    [NOTICE_TLS] = "told before, and no later report tells of it",
    [NOTICE_POSTURE] = "findings told before that still stand",
    [NOTICE_OVERRIDE] = "told before, still in the file",
    [NOTICE_DESTINATION] = "addresses told before that still pause",
    [NOTICE_FLEET] = "told before of hosts, and it still stands",
};

struct choosing {
	TALLOC_CTX *mem;
	const struct notice *notice;
	const struct notice_memory *memory;
	struct notice_choice *choice;
};

/* --- what was told --- */

static int by_fact(const void *a, const void *b)
{
	const struct store_notice_mark *left = a;
	const struct store_notice_mark *right = b;

	return (left->fact > right->fact) - (left->fact < right->fact);
}

static const struct store_notice_mark *
find_mark(const struct notice_memory *memory, const char *key)
{
	const struct store_notice_mark wanted = {
	    .fact = store_notice_number(memory->store, key)};

	if (memory->marks->count == 0)
		return NULL;
	return bsearch(&wanted, memory->marks->items, memory->marks->count,
		       sizeof wanted, by_fact);
}

/* A clock that was ahead left times that are still to come: they count for
 * nothing. The hour is for two runs side by side. */
static const struct store_notice_mark *mark_of(const struct choosing *choosing,
					       const struct notice_fact *fact)
{
	const struct store_notice_mark *mark =
	    find_mark(choosing->memory, fact->key);
	int64_t last_s = choosing->notice->until_s + HOUR_S;

	return mark == NULL || mark->told_s > last_s || mark->seen_s > last_s
		   ? NULL
		   : mark;
}

static bool is_within_hour(const struct notice *notice, int64_t time_s)
{
	return time_s <= notice->until_s && time_s > notice->until_s - HOUR_S;
}

/* More of the same is news once an hour, so that the pace holds. */
static bool has_grown(const struct notice *notice,
		      const struct notice_fact *fact,
		      const struct store_notice_mark *mark)
{
	return fact->level > mark->level &&
	       !is_within_hour(notice, mark->told_s);
}

/* It was gone for so long that it is another one. */
static bool has_come_back(const struct notice *notice,
			  const struct notice_fact *fact,
			  const struct store_notice_mark *mark)
{
	return fact->renewed_s > 0 &&
	       mark->seen_s + fact->renewed_s < notice->until_s;
}

/* Is it to be told: whatever was told, for its time, or beside what was? */
static bool is_news(const struct choosing *choosing,
		    const struct notice_fact *fact,
		    const struct store_notice_mark *mark)
{
	const struct notice *notice = choosing->notice;

	if (fact->is_standing)
		return true;
	if (choosing->memory->is_left_aside)
		return fact->since_s == 0 || fact->since_s >= notice->since_s;
	return mark == NULL || has_grown(notice, fact, mark) ||
	       has_come_back(notice, fact, mark);
}

/* --- what is remembered --- */

static void add_mark(const struct choosing *choosing, const char *key,
		     const char *kind, int64_t level, int64_t told_s)
{
	struct notice_choice *choice = choosing->choice;

	if ((choice->mark_count & (choice->mark_count - 1)) == 0)
		choice->marks = mem_resize(
		    choosing->mem, choice->marks, struct store_notice_mark,
		    choice->mark_count == 0 ? 1 : choice->mark_count * 2);
	choice->marks[choice->mark_count++] = (struct store_notice_mark){
	    .fact = store_notice_number(choosing->memory->store, key),
	    .kind = kind,
	    .level = level,
	    .told_s = told_s,
	    .seen_s = choosing->notice->until_s,
	};
}

static void mark_told(const struct choosing *choosing,
		      const struct notice_fact *fact)
{
	add_mark(choosing, fact->key, notice_kinds[fact->kind].name,
		 fact->level, choosing->notice->until_s);
}

/* What is not shown is not told: it is news again the next time. */
static void tell(const struct choosing *choosing,
		 const struct notice_fact *fact)
{
	notice_add(choosing->mem, &choosing->choice->told, fact);
	mark_told(choosing, fact);
}

/* It stands there still. What was never told is not made told by that. */
static void mark_seen(const struct choosing *choosing,
		      const struct notice_fact *fact,
		      const struct store_notice_mark *mark)
{
	if (mark != NULL)
		add_mark(choosing, fact->key, notice_kinds[fact->kind].name,
			 mark->level, mark->told_s);
}

static struct choosing begin(TALLOC_CTX *mem, const struct notice *notice,
			     const struct notice_memory *memory,
			     struct notice_choice *choice)
{
	*choice = (struct notice_choice){.told = *notice};
	choice->told.count = 0;
	choice->told.items = NULL;
	memset(choice->told.left_out, 0, sizeof choice->told.left_out);
	return (struct choosing){mem, notice, memory, choice};
}

/* --- a digest --- */

/* How many were told before, and since when the first of them stands. */
struct remainder {
	int64_t count;
	int64_t since_s;
};

static void count_remainder(struct remainder *remainder,
			    const struct notice_fact *fact)
{
	remainder->count++;
	if (fact->since_s > 0 &&
	    (remainder->since_s == 0 || fact->since_s < remainder->since_s))
		remainder->since_s = fact->since_s;
}

static void tell_remainder(const struct choosing *choosing,
			   enum notice_kind kind,
			   const struct remainder *remainder)
{
	if (remainder->count > 0 && remains[kind] != NULL)
		notice_add(
		    choosing->mem, &choosing->choice->told,
		    &(struct notice_fact){.kind = kind,
					  .key = "",
					  .words = remains[kind],
					  .count = remainder->count,
					  .since_s = remainder->since_s,
					  .command = notice_kinds[kind].more});
}

static void choose_kind(const struct choosing *choosing, enum notice_kind kind)
{
	const struct notice *notice = choosing->notice;
	struct notice_choice *choice = choosing->choice;
	struct remainder before = {.count = 0};
	size_t shown = 0;

	for (size_t i = 0; i < notice->count; i++) {
		const struct notice_fact *fact = &notice->items[i];
		const struct store_notice_mark *mark;
		if (fact->kind != kind)
			continue;
		mark = mark_of(choosing, fact);
		if (!is_news(choosing, fact, mark)) {
			if (!fact->is_over)
				count_remainder(&before, fact);
			mark_seen(choosing, fact, mark);
			continue;
		}
		choice->news++;
		if (shown++ < LIMIT_NOTICE_LINES)
			tell(choosing, fact);
		else
			choice->told.left_out[kind]++;
	}
	choice->told.left_out[kind] += notice->left_out[kind];
	tell_remainder(choosing, kind, &before);
}

/* From when on the next digest has to look, so that what was left out is found
 * again; 0: nothing was. A digest since a given time leaves that as it is. */
static int64_t untold_since(const struct choosing *choosing)
{
	const struct notice_memory *memory = choosing->memory;
	const struct store_notice_mark *mark = find_mark(memory, digest_key);

	if (memory->is_left_aside)
		return mark == NULL ? 0 : mark->level;
	for (int kind = 0; kind < NOTICE_KINDS; kind++)
		if (choosing->choice->told.left_out[kind] > 0)
			return choosing->notice->since_s;
	return 0;
}

void notice_choose_digest(TALLOC_CTX *mem, const struct notice *notice,
			  const struct notice_memory *memory,
			  struct notice_choice *choice)
{
	const struct choosing choosing = begin(mem, notice, memory, choice);

	for (int kind = 0; kind < NOTICE_KINDS; kind++)
		choose_kind(&choosing, (enum notice_kind)kind);
	add_mark(&choosing, digest_key, digest_kind, untold_since(&choosing),
		 notice->until_s);
}

int64_t notice_told_until_s(const struct notice_memory *memory)
{
	const struct store_notice_mark *mark = find_mark(memory, digest_key);

	if (mark == NULL)
		return 0;
	return mark->level > 0 ? mark->level : mark->told_s;
}

/* --- alarms --- */

/* How many of each kind may still be told in this hour: no kind uses up what
 * another has. Strangers give rise to sources and to paths, which so have half
 * as much as waves and mail on hold. */
struct room {
	long of[NOTICE_KINDS];
};

static bool is_by_strangers(int kind)
{
	return kind == NOTICE_SOURCE || kind == NOTICE_PATH;
}

static struct room room_of(const struct choosing *choosing, long pace)
{
	const struct store_notice_marks *marks = choosing->memory->marks;
	struct room room;

	for (int kind = 0; kind < NOTICE_KINDS; kind++)
		room.of[kind] = is_by_strangers(kind) ? (pace + 1) / 2 : pace;
	for (size_t i = 0; i < marks->count; i++) {
		const struct store_notice_mark *mark = &marks->items[i];
		if (!is_within_hour(choosing->notice, mark->told_s))
			continue;
		for (int kind = 0; kind < NOTICE_KINDS; kind++)
			room.of[kind] -=
			    strcmp(mark->kind, notice_kinds[kind].name) == 0;
	}
	return room;
}

static bool take_room(struct room *room, enum notice_kind kind)
{
	if (room->of[kind] <= 0)
		return false;
	room->of[kind]--;
	return true;
}

static void tell_alarm(const struct choosing *choosing,
		       const struct notice_fact *fact, struct room *room)
{
	struct notice_choice *choice = choosing->choice;

	if (!take_room(room, fact->kind)) {
		choice->told.waiting++;
		return;
	}
	choice->news++;
	tell(choosing, fact);
}

void notice_choose_alarms(TALLOC_CTX *mem, const struct notice *notice,
			  const struct notice_memory *memory, long pace,
			  struct notice_choice *choice)
{
	const struct choosing choosing = begin(mem, notice, memory, choice);
	struct room room = room_of(&choosing, pace);

	for (size_t i = 0; i < notice->count; i++) {
		const struct notice_fact *fact = &notice->items[i];
		const struct store_notice_mark *mark = mark_of(&choosing, fact);
		if (is_news(&choosing, fact, mark))
			tell_alarm(&choosing, fact, &room);
		else
			mark_seen(&choosing, fact, mark);
	}
	for (int kind = 0; kind < NOTICE_KINDS; kind++)
		choice->told.waiting += notice->left_out[kind];
}
