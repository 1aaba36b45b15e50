/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.c - since when what is found stands, and what senders were told before
 *
 * Of a fleet there is one memory: whichever host looks, and by whoever's role
 * (fleet.people), one that may only read notes nothing.
 */
#include "tools/posture/memory.h"

#include <unistd.h>

#include "lib/base/domain.h"
#include "lib/base/strbuf.h"
#include "lib/posture/judge.h"
#include "lib/store/store_posture.h"
#include "tools/clock.h"
#include "tools/store.h"

#define UNSEEN_BYTES 4096 /* of names of the table */

struct memory {
	struct store_posture *store;
	const struct text_list *domains; /* that are remembered */
	int64_t now_s;
	bool is_written;
	const char *unseen; /* findings that are not looked for: " a b " */
};

/* A time that was given is good for reading alone (tools/clock.h). */
static bool may_write(const struct tool *tool, const char *fleet,
		      const char *path)
{
	return (fleet != NULL || access(path, W_OK) == 0) &&
	       (!tool_has(tool, "--now") || tool_clock_given_settles());
}

/* Without --live nothing is known of mail servers: what was found of them
 * stands. */
static const char *list_unseen(struct tool *tool)
{
	struct strbuf names;

	if (tool_has(tool, "--live"))
		return "";
	strbuf_init(&names, tool->mem, UNSEEN_BYTES);
	strbuf_add_char(&names, ' ');
	for (size_t i = 0; i < POSTURE_KINDS; i++) {
		if (posture_kind_is_live(&posture_kinds[i]))
			strbuf_printf(&names, "%s ", posture_kinds[i].name);
	}
	return strbuf_text(&names);
}

bool memory_open(struct tool *tool, const struct config *config,
		 struct memory **memory, struct error *err)
{
	const char *path = config->store.sqlite;
	const char *fleet = tool_fleet(tool, config);
	struct memory *made = mem_new(tool->mem, struct memory);
	bool may_note;

	*memory = NULL;
	made->domains = &config->own.domains;
	made->now_s = clock_now_s(&tool->clock);
	made->unseen = list_unseen(tool);
	if (made->domains->count == 0 ||
	    (fleet == NULL && access(path, R_OK) != 0))
		return true;
	if (!tool_record_posture(tool, fleet, path,
				 may_write(tool, fleet, path) ? STORE_DB_WRITE
							      : STORE_DB_READ,
				 &made->store, &may_note, err))
		return false;
	made->is_written = may_note && may_write(tool, fleet, path);
	*memory = made;
	return true;
}

/* --- policies of MTA-STS --- */

struct reading_policies {
	TALLOC_CTX *mem;
	struct sts_kept *items;
	size_t count;
	size_t room;
};

/* What the text says beside the row is the row's to know: one that was written
 * otherwise than by us is none. */
static void see_policy(void *context, const struct store_posture_sts *seen)
{
	struct reading_policies *reading = context;
	struct sts_kept kept = {
	    .domain = mem_strdup(reading->mem, seen->domain),
	    .id = mem_strdup(reading->mem, seen->id),
	    .first_s = seen->first_s,
	    .last_s = seen->last_s,
	};

	if (sts_policy_read(reading->mem,
			    span_of(mem_strdup(reading->mem, seen->policy)),
			    &kept.policy) != NULL)
		return;
	if (reading->count == reading->room) {
		reading->room = reading->room == 0 ? 16 : reading->room * 2;
		reading->items = mem_resize(reading->mem, reading->items,
					    struct sts_kept, reading->room);
	}
	reading->items[reading->count++] = kept;
}

bool memory_policies(struct memory *memory, struct sts_kept_list *policies,
		     struct error *err)
{
	struct reading_policies reading = {.mem = memory};

	if (memory != NULL &&
	    !store_posture_list_sts(memory->store, see_policy, &reading, err))
		return false;
	*policies = (struct sts_kept_list){.count = reading.count,
					   .items = reading.items};
	return true;
}

static bool note_policy(struct memory *memory, const struct posture *posture,
			struct error *err)
{
	const struct sts_kept *sts = posture->sts;

	if (!memory->is_written || sts == NULL)
		return true;
	TALLOC_CTX *mem = mem_context(NULL);
	const struct store_posture_sts seen = {
	    .domain = posture->domain,
	    .id = sts->id,
	    .policy = sts_policy_text(mem, &sts->policy),
	    .first_s = sts->first_s,
	    .last_s = sts->last_s,
	    .until_s = sts_kept_until(sts),
	};
	bool ok = store_posture_note_sts(memory->store, &seen, err);

	mem_free(mem);
	return ok;
}

/* --- findings --- */

static bool remember(struct memory *memory, struct posture *posture,
		     struct store_posture_mark *marks, struct error *err)
{
	for (size_t i = 0; i < posture->count; i++)
		marks[i] = (struct store_posture_mark){
		    .finding = posture->items[i].kind->name,
		    .detail = posture->items[i].detail};
	if (memory->is_written &&
	    !store_posture_note(memory->store, posture->domain, marks,
				posture->count, memory->now_s,
				posture->unchecked.count == 0, memory->unseen,
				err))
		return false;
	return store_posture_recall(memory->store, posture->domain, marks,
				    posture->count, err);
}

bool memory_take(struct memory *memory, struct posture *posture,
		 struct error *err)
{
	if (memory == NULL ||
	    !domain_list_has(memory->domains, posture->domain))
		return true;
	struct store_posture_mark *marks =
	    mem_array(posture, struct store_posture_mark, posture->count);
	bool ok = remember(memory, posture, marks, err) &&
		  note_policy(memory, posture, err);
	for (size_t i = 0; ok && i < posture->count; i++)
		posture->items[i].since_s = marks[i].first_s;
	mem_free(marks);
	if (ok)
		posture_judge_age(posture, memory->now_s);
	return ok;
}
