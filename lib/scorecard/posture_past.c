/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * posture_past.c - what was wrong with own domains in a month
 * Tested by test_alignctl_scorecard.
 */
#include "lib/scorecard/posture_past.h"

#include <stdlib.h>
#include <string.h>

struct reading {
	TALLOC_CTX *mem;
	const struct month *month;
	int64_t end_s; /* of the month, or the moment after now */
	struct posture_past *past;
	size_t room;
	struct past_domain *latest; /* spans come by domain */
};

static struct past_domain *find_domain(const struct posture_past *past,
				       const char *domain)
{
	for (size_t i = 0; i < past->domain_count; i++) {
		if (strcmp(past->domains[i].domain, domain) == 0)
			return &past->domains[i];
	}
	return NULL;
}

static struct past_domain *domain_of(struct reading *reading,
				     const char *domain)
{
	if (reading->latest == NULL ||
	    strcmp(reading->latest->domain, domain) != 0)
		reading->latest = find_domain(reading->past, domain);
	return reading->latest;
}

static const struct posture_kind *find_kind(const char *name)
{
	for (size_t i = 0; i < POSTURE_KINDS; i++) {
		if (strcmp(posture_kinds[i].name, name) == 0)
			return &posture_kinds[i];
	}
	return NULL;
}

static bool is_within(const struct reading *reading, int64_t time_s)
{
	return time_s >= reading->month->since_s && time_s < reading->end_s;
}

static void add_finding(struct reading *reading,
			const struct past_finding *found)
{
	struct posture_past *past = reading->past;

	if (past->count == reading->room) {
		reading->room = reading->room == 0 ? 64 : 2 * reading->room;
		past->findings = mem_resize(reading->mem, past->findings,
					    struct past_finding, reading->room);
	}
	past->findings[past->count++] = *found;
}

static void count_finding(struct posture_past *past, struct past_domain *domain,
			  const struct past_finding *found)
{
	domain->open[found->severity] += found->is_open;
	domain->opened += found->is_opened;
	domain->closed += found->is_closed;
	past->open[found->severity] += found->is_open;
	past->opened += found->is_opened;
	past->closed += found->is_closed;
}

static void take_span(void *context, const struct store_posture_span *span)
{
	struct reading *reading = context;
	struct past_domain *domain = domain_of(reading, span->domain);
	struct past_finding found = {
	    .kind = find_kind(span->finding),
	    .first_s = span->first_s,
	    .closed_s = span->closed_s,
	    .is_open =
		span->first_s < reading->end_s &&
		(span->closed_s == 0 || span->closed_s >= reading->end_s),
	    .is_opened = is_within(reading, span->first_s),
	    .is_closed =
		span->closed_s != 0 && is_within(reading, span->closed_s),
	};

	if (domain == NULL ||
	    !(found.is_open || found.is_opened || found.is_closed))
		return;
	found.domain = domain->domain;
	found.name = mem_strdup(reading->mem, span->finding);
	found.detail = mem_strdup(reading->mem, span->detail);
	if (found.kind != NULL)
		found.severity = found.kind->severity;
	count_finding(reading->past, domain, &found);
	add_finding(reading, &found);
}

static void take_look(void *context, const struct store_posture_look *look)
{
	struct reading *reading = context;
	struct past_domain *domain = find_domain(reading->past, look->domain);

	if (domain == NULL || look->first_s >= reading->end_s)
		return;
	domain->look_s = look->last_s;
	domain->whole_s = look->whole_s;
}

static int compare_findings(const void *left, const void *right)
{
	const struct past_finding *a = left;
	const struct past_finding *b = right;

	if (a->severity != b->severity)
		return a->severity < b->severity ? 1 : -1;
	int order = strcmp(a->domain, b->domain);
	if (order == 0)
		order = strcmp(a->name, b->name);
	return order != 0 ? order : strcmp(a->detail, b->detail);
}

static void add_up_looks(struct posture_past *past, const struct month *month)
{
	for (size_t i = 0; i < past->domain_count; i++) {
		int64_t look_s = past->domains[i].look_s;
		if (look_s == 0)
			continue;
		past->looked++;
		past->stale += look_s < month->since_s;
		if (past->look_s == 0 || look_s < past->look_s)
			past->look_s = look_s;
	}
}

/* Of all of them, at which nobody looked. */
static struct posture_past *past_of(TALLOC_CTX *mem,
				    const struct text_list *domains)
{
	struct posture_past *made = mem_new(mem, struct posture_past);

	made->domains = mem_array(made, struct past_domain, domains->count);
	for (size_t i = 0; i < domains->count; i++) {
		if (find_domain(made, domains->items[i]) == NULL)
			made->domains[made->domain_count++] =
			    (struct past_domain){.domain = domains->items[i]};
	}
	return made;
}

bool posture_past_read(TALLOC_CTX *mem, struct store_posture *store,
		       const struct text_list *domains,
		       const struct month *month, int64_t now_s,
		       struct posture_past **past, struct error *err)
{
	struct posture_past *made = past_of(mem, domains);
	struct reading reading = {
	    .mem = made,
	    .month = month,
	    .end_s = month->until_s <= now_s ? month->until_s : now_s + 1,
	    .past = made};
	const struct store_posture_past calls = {take_span, take_look,
						 &reading};

	if (!store_posture_read_past(store, &calls, err)) {
		mem_free(made);
		return false;
	}
	if (made->count > 0)
		qsort(made->findings, made->count, sizeof *made->findings,
		      compare_findings);
	add_up_looks(made, month);
	*past = made;
	return true;
}

static bool begins(const char *name, const char *const *prefixes)
{
	for (; *prefixes != NULL; prefixes++) {
		if (strncmp(name, *prefixes, strlen(*prefixes)) == 0)
			return true;
	}
	return false;
}

size_t posture_past_open(const struct posture_past *past,
			 const char *const *prefixes)
{
	size_t count = 0;

	for (size_t i = 0; i < past->count; i++) {
		const struct past_finding *found = &past->findings[i];
		if (found->is_open && found->severity > POSTURE_INFO &&
		    begins(found->name, prefixes))
			count++;
	}
	return count;
}

size_t posture_past_all_open(const struct posture_past *past)
{
	size_t count = 0;

	for (size_t i = POSTURE_INFO + 1; i < PAST_SEVERITIES; i++)
		count += past->open[i];
	return count;
}

const char *posture_past_words(TALLOC_CTX *mem, const struct posture_past *past)
{
	size_t all = past->domain_count;

	if (all == 0)
		return "No own domain is named (own.domains), so that nothing "
		       "is known of any.";
	if (past->looked == 0)
		return mem_printf(mem,
				  "Of %zu own domains none was looked at "
				  "before the end of the month: alignctl "
				  "posture, once a day, keeps what it finds.",
				  all);
	const char *stale =
	    past->stale == 0
		? ""
		: mem_printf(mem, ", %zu of them not since the month began",
			     past->stale);
	return mem_printf(
	    mem,
	    "%zu of %zu own domains were looked at%s. %zu findings above info "
	    "stand: %zu critical, %zu high, %zu medium, %zu low. In the month "
	    "%zu were opened and %zu closed, info among them.",
	    past->looked, all, stale, posture_past_all_open(past),
	    past->open[POSTURE_CRITICAL], past->open[POSTURE_HIGH],
	    past->open[POSTURE_MEDIUM], past->open[POSTURE_LOW], past->opened,
	    past->closed);
}
