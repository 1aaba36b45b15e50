/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gather_state.c - facts about our records, our overrides and our reports
 * Tested by test_alignctl_notice.
 */
#include <inttypes.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/notice/gather_private.h"
#include "lib/posture/kinds.h"
#include "lib/store/store_health.h"
#include "lib/store/store_waiting.h"

#define ENDING_S (14 * (int64_t)NOTICE_DAY_S)

/* --- records --- */

static const struct posture_kind *find_kind(const char *name)
{
	for (size_t i = 0; i < POSTURE_KINDS; i++)
		if (strcmp(posture_kinds[i].name, name) == 0)
			return &posture_kinds[i];
	return NULL;
}

static void add_span(const struct gathering *gathering, TALLOC_CTX *mem,
		     const struct posture_kind *kind,
		     const struct store_posture_span *span)
{
	bool is_over = span->closed_s > 0;
	const char *detail = *span->detail == '\0'
				 ? ""
				 : mem_printf(mem, " (%s)",
					      notice_plain(mem, span->detail,
							   LIMIT_NOTICE_TEXT));

	gather_add(
	    gathering,
	    &(struct notice_fact){
		.kind = NOTICE_POSTURE,
		.is_over = is_over,
		.key =
		    mem_printf(mem, "posture %s %s %" PRId64 " %" PRId64 " %s",
			       span->domain, span->finding, span->first_s,
			       span->closed_s, span->detail),
		.words = mem_printf(
		    mem, "%s finding about %s%s: %s%s",
		    posture_severity_text(kind->severity), span->domain,
		    is_over ? " is gone" : "",
		    notice_plain(mem, kind->title, LIMIT_NOTICE_LINE_BYTES),
		    detail),
		.count = 1,
		.since_s = is_over ? span->closed_s : span->first_s,
		.command = mem_printf(mem, "alignctl posture %s", span->domain),
		.reason = is_over ? "it was mended, or is no longer found"
				  : notice_plain(mem, kind->advice,
						 LIMIT_NOTICE_LINE_BYTES)});
}

/* A domain that is no longer ours is of no interest, nor is a finding of an
 * earlier version's, nor what is only worth knowing. What was mended is told
 * once. */
static void see_span(void *context, const struct store_posture_span *span)
{
	const struct gathering *gathering = context;
	const struct posture_kind *kind = find_kind(span->finding);

	if (kind == NULL || kind->severity == POSTURE_INFO ||
	    (span->closed_s > 0 && span->closed_s < gathering->since_s) ||
	    !domain_list_has(gathering->sources->own, span->domain))
		return;
	TALLOC_CTX *mem = mem_context(NULL);
	add_span(gathering, mem, kind, span);
	mem_free(mem);
}

static void see_look(void *context, const struct store_posture_look *look)
{
	(void)context;
	(void)look;
}

bool gather_posture(const struct gathering *gathering, struct error *err)
{
	struct gathering context = *gathering;
	const struct store_posture_past past = {
	    .span = see_span, .look = see_look, .context = &context};

	return store_posture_read_past(gathering->sources->posture, &past, err);
}

/* --- overrides --- */

static void add_override(const struct gathering *gathering, TALLOC_CTX *mem,
			 const struct override *override)
{
	bool is_over = override_is_expired(override, gathering->sources->now_s);
	char end[OVERRIDE_END_TEXT];

	gather_add(
	    gathering,
	    &(struct notice_fact){
		.kind = NOTICE_OVERRIDE,
		.key = mem_printf(mem, "override %s %" PRId64 " %s",
				  override->name, override->end_s,
				  is_over ? "over" : "ends"),
		.words = mem_printf(
		    mem, "override \"%s\" %s %s",
		    notice_plain(mem, override->name, LIMIT_NOTICE_TEXT),
		    is_over ? "no longer applies; its last day was"
			    : "ends; its last day is",
		    override_end_text(override, end)),
		.count = 1,
		.command = is_over ? "alignctl override list --expired"
				   : notice_kinds[NOTICE_OVERRIDE].more,
		.reason = mem_printf(
		    mem, "ask its owner, %s, whether it is still wanted: %s",
		    notice_plain(mem, override->owner, LIMIT_NOTICE_TEXT),
		    notice_plain(mem, override->why, LIMIT_NOTICE_TEXT))});
}

void gather_overrides(const struct gathering *gathering)
{
	const struct override_set *set = gathering->sources->overrides;
	int64_t now_s = gathering->sources->now_s;

	for (size_t i = 0; set != NULL && i < set->count; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		if (set->items[i].end_s < now_s + ENDING_S)
			add_override(gathering, mem, &set->items[i]);
		mem_free(mem);
	}
}

/* --- reports --- */

/* Who only failed once is tried again within the hour; who pauses is not. */
static bool see_health(void *context, const struct store_health *health)
{
	const struct gathering *gathering = context;

	if (health->failures == 0 ||
	    health->suppressed_until_s <= gathering->sources->now_s)
		return true;
	TALLOC_CTX *mem = mem_context(NULL);
	const char *whose =
	    *health->policy_domain == '\0'
		? ""
		: mem_printf(mem, " about %s",
			     notice_plain(mem, health->policy_domain,
					  LIMIT_NOTICE_TEXT));
	gather_add(
	    gathering,
	    &(struct notice_fact){
		.kind = NOTICE_DESTINATION,
		.key = mem_printf(mem, "destination %s %s", health->address,
				  health->policy_domain),
		.words = mem_printf(
		    mem, "refused by %s%s",
		    notice_plain(mem, health->address, LIMIT_NOTICE_TEXT),
		    whose),
		.count = health->failures,
		.since_s = health->last_error_s,
		.command = notice_kinds[NOTICE_DESTINATION].more,
		.reason = notice_plain(mem,
				       *health->last_error == '\0'
					   ? "it pauses; nothing to do"
					   : health->last_error,
				       LIMIT_NOTICE_TEXT)});
	mem_free(mem);
	return true;
}

static bool gather_run(const struct gathering *gathering, struct error *err)
{
	const struct notice_sources *sources = gathering->sources;
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_waiting waiting = {.has_run_failed = false};
	struct store_run run = {.words = ""};
	bool ok = store_waiting_read(sources->store_path, sources->now_s,
				     &waiting, err) &&
		  store_run_get(mem, sources->reports, &run, err);

	if (ok && waiting.has_run_failed)
		gather_add(gathering,
			   &(struct notice_fact){
			       .kind = NOTICE_RUN,
			       .key = "run",
			       .is_standing = true,
			       .words = "report run, the last, could not do "
					"its work",
			       .count = 1,
			       .since_s = waiting.run_ended_s,
			       .command = notice_kinds[NOTICE_RUN].more,
			       .reason = notice_plain(mem, run.words,
						      LIMIT_NOTICE_TEXT)});
	mem_free(mem);
	return ok;
}

bool gather_reports(const struct gathering *gathering, struct error *err)
{
	const struct notice_sources *sources = gathering->sources;
	struct gathering context = *gathering;

	return !sources->is_reporting ||
	       (store_health_list(sources->reports, sources->now_s, see_health,
				  &context, err) &&
		gather_run(gathering, err));
}
