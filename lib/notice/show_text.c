/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * show_text.c - a notice as text
 * Tested by test_alignctl_notice.
 */
#include <inttypes.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/notice/show.h"

const char *notice_time_text(TALLOC_CTX *mem, int64_t time_s)
{
	char text[CLOCK_TEXT];

	(void)clock_text(time_s, text); /* "2026-05-01T12:00:00Z" */
	return mem_printf(mem, "%.10s %.5s UTC", text, text + 11);
}

const char *notice_period_text(TALLOC_CTX *mem, const struct notice *notice)
{
	const char *until = notice_time_text(mem, notice->until_s);

	if (notice->since_s == 0)
		return mem_printf(mem, "at %s", until);
	return mem_printf(mem, "from %s to %s",
			  notice_time_text(mem, notice->since_s), until);
}

/* What a count of the kind is of, one and several. */
static const char *const units[NOTICE_KINDS][2] = {
    [NOTICE_HELD] = {"message", "messages"},
    [NOTICE_WAVE] = {"message", "messages"},
    [NOTICE_LIKELY] = {"", ""},
    [NOTICE_PATH] = {"message", "messages"},
    [NOTICE_SOURCE] = {"message", "messages"},
    [NOTICE_TLS] = {"session", "sessions"},
    [NOTICE_POSTURE] = {"", ""},
    [NOTICE_OVERRIDE] = {"", ""},
    [NOTICE_DESTINATION] = {"report", "reports"},
    [NOTICE_RUN] = {"", ""},
    [NOTICE_FLEET] = {"", ""},
};

const char *notice_fact_text(TALLOC_CTX *mem, const struct notice_fact *fact)
{
	const char *unit =
	    *fact->key == '\0' ? "" : units[fact->kind][fact->count != 1];
	const char *since =
	    fact->since_s == 0
		? ""
		: mem_printf(mem, ", since %s",
			     notice_time_text(mem, fact->since_s));

	return mem_printf(mem, "%" PRId64 " %s%s%.*s%s", fact->count, unit,
			  *unit == '\0' ? "" : " ",
			  LIMIT_NOTICE_LINE_BYTES - 100, fact->words, since);
}

const char *notice_subject(TALLOC_CTX *mem, const struct notice *notice)
{
	int64_t count = (int64_t)notice->count;

	for (int kind = 0; kind < NOTICE_KINDS; kind++)
		count += notice->left_out[kind];
	if (count == 0)
		return mem_printf(mem, "alignd %s of %s: nothing to tell",
				  notice->title, notice->host);
	return mem_printf(mem, "alignd %s of %s: %" PRId64 " to look at",
			  notice->title, notice->host, count);
}

static void add_fact(TALLOC_CTX *mem, struct strbuf *out,
		     const struct notice_fact *fact)
{
	strbuf_printf(out, "  %s\n", notice_fact_text(mem, fact));
	if (fact->reason != NULL)
		strbuf_printf(out, "      why:  %.*s\n",
			      LIMIT_NOTICE_LINE_BYTES - 20, fact->reason);
	if (fact->command != NULL)
		strbuf_printf(out, "      type: %.*s\n",
			      LIMIT_NOTICE_LINE_BYTES - 20, fact->command);
}

static void add_left_out(struct strbuf *out, const struct notice *notice,
			 enum notice_kind kind)
{
	if (notice->left_out[kind] > 0)
		strbuf_printf(out, "  %" PRId64 " more\n      type: %s\n",
			      notice->left_out[kind], notice_kinds[kind].more);
}

static void add_kind(TALLOC_CTX *mem, struct strbuf *out,
		     const struct notice *notice, enum notice_kind kind)
{
	bool is_begun = false;

	for (size_t i = 0; i < notice->count; i++) {
		const struct notice_fact *fact = &notice->items[i];
		if (fact->kind != kind)
			continue;
		if (!is_begun)
			strbuf_printf(out, "\n%s\n",
				      notice_kinds[kind].heading);
		is_begun = true;
		add_fact(mem, out, fact);
	}
	if (!is_begun && notice->left_out[kind] > 0)
		strbuf_printf(out, "\n%s\n", notice_kinds[kind].heading);
	add_left_out(out, notice, kind);
}

static void add_end(struct strbuf *out, const struct notice *notice)
{
	if (notice->waiting > 0)
		strbuf_printf(out,
			      "\n%" PRId64 " more alarms wait, since an hour "
			      "has its bound (alert.pace)\n"
			      "      type: alignctl alert --print\n",
			      notice->waiting);
	if (notice->count == 0 && notice->waiting == 0)
		strbuf_add_text(out, "\nNothing to tell.\n");
}

const char *notice_text(TALLOC_CTX *mem, const struct notice *notice)
{
	TALLOC_CTX *own = mem_context(NULL);
	struct strbuf out;

	strbuf_init(&out, mem, LIMIT_NOTICE_BYTES);
	strbuf_printf(&out, "%s\n%s\n", notice_subject(own, notice),
		      notice_period_text(own, notice));
	for (int kind = 0; kind < NOTICE_KINDS; kind++)
		add_kind(own, &out, notice, (enum notice_kind)kind);
	add_end(&out, notice);
	mem_free(own);
	return strbuf_text(&out);
}
