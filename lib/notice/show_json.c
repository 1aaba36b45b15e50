/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * show_json.c - a notice as the object that a webhook gets
 * Tested by test_alignctl_notice.
 */
#include "lib/base/clock.h"
#include "lib/notice/show.h"

static void put_time(struct json *object, const char *key, int64_t time_s)
{
	char text[CLOCK_TEXT];

	json_put_text(object, key,
		      time_s == 0 ? NULL : clock_text(time_s, text));
}

static void add_fact(struct json *facts, const struct notice_fact *fact)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct json *object = json_new_object(mem);

	json_put_text(object, "kind", notice_kinds[fact->kind].name);
	json_put_text(object, "text", notice_fact_text(mem, fact));
	json_put_number(object, "count", fact->count);
	put_time(object, "since", fact->since_s);
	json_put_text(object, "command", fact->command);
	json_put_text(object, "reason", fact->reason);
	json_add(facts, object);
	mem_free(mem);
}

static struct json *left_out(TALLOC_CTX *mem, const struct notice *notice)
{
	struct json *object = json_new_object(mem);

	for (int kind = 0; kind < NOTICE_KINDS; kind++)
		if (notice->left_out[kind] > 0)
			json_put_number(object, notice_kinds[kind].name,
					notice->left_out[kind]);
	return object;
}

struct json *notice_json(TALLOC_CTX *mem, const struct notice *notice)
{
	struct json *object = json_new_object(mem);
	struct json *facts = json_new_array(mem);

	for (size_t i = 0; i < notice->count; i++)
		add_fact(facts, &notice->items[i]);
	json_put_text(object, "notice", notice->title);
	json_put_text(object, "host", notice->host);
	json_put_text(object, "text", notice_subject(mem, notice));
	put_time(object, "since", notice->since_s);
	put_time(object, "until", notice->until_s);
	json_put(object, "facts", facts);
	json_put(object, "left_out", left_out(mem, notice));
	json_put_number(object, "waiting", notice->waiting);
	return object;
}
