/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sts_policy.c - the policy file of MTA-STS
 *
 * A sender that finds a line it cannot read has no policy: so the first fault
 * ends the reading. Blank lines are passed over, as all senders do.
 */
#include "lib/posture/sts_policy.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"

#define MAX_AGE_MOST_S 31557600 /* RFC 8461 3.2: about a year */
#define SHOWN_MAX 80

enum key { KEY_VERSION, KEY_MODE, KEY_MAX_AGE, KEY_MX, KEYS };

static const char *const key_names[KEYS] = {"version", "mode", "max_age", "mx"};
static const char *const mode_names[] = {"none", "testing", "enforce"};

struct reading {
	TALLOC_CTX *mem;
	struct sts_policy *policy;
	bool has[KEYS];
};

/* --- values; each NULL, or a fault --- */

static const char *read_version(struct reading *reading, struct span value)
{
	(void)reading;
	return span_equals(value, "STSv1") ? NULL
					   : "the version is not \"STSv1\"";
}

static const char *read_mode(struct reading *reading, struct span value)
{
	for (size_t i = 0; i < COUNT_OF(mode_names); i++) {
		if (!span_equals(value, mode_names[i]))
			continue;
		reading->policy->mode = (enum sts_mode)i;
		return NULL;
	}
	return "the mode is none of none, testing, enforce";
}

/* Leading zeros are allowed: 1*10DIGIT. */
static const char *read_max_age(struct reading *reading, struct span value)
{
	while (value.length > 1 && value.data[0] == '0')
		value = span_from(value, 1);
	return text_number64(value, 0, MAX_AGE_MOST_S,
			     &reading->policy->max_age_s)
		   ? NULL
		   : "max_age is no number from 0 to 31557600";
}

static const char *read_mx(struct reading *reading, struct span value)
{
	struct text_list *list = &reading->policy->mx;
	bool is_wild = span_starts(value, "*.");
	char *name = text_is_graphic(value)
			 ? domain_normalize(reading->mem,
					    span_from(value, is_wild ? 2 : 0))
			 : NULL;

	if (name == NULL || strchr(name, '*') != NULL)
		return "mx is neither a host name nor \"*.\" and one";
	if (list->count == LIMIT_STS_PATTERNS)
		return "there are more mx than are read";
	list->items = mem_resize(reading->mem, list->items, const char *,
				 list->count + 1);
	list->items[list->count++] =
	    is_wild ? mem_printf(reading->mem, "*.%s", name) : name;
	return NULL;
}

/* --- lines --- */

static const char *take_field(struct reading *reading, enum key key,
			      struct span value)
{
	static const char *(*const readers[KEYS])(
	    struct reading *, struct span) = {read_version, read_mode,
					      read_max_age, read_mx};

	if (reading->has[key] && key != KEY_MX) {
		reading->policy->doubled = key_names[key];
		return NULL;
	}
	reading->has[key] = true;
	return readers[key](reading, value);
}

static const char *take_line(struct reading *reading, struct span line)
{
	struct span key;
	struct span value;

	if (span_trim(line).length == 0)
		return NULL;
	if (!span_cut(line, ':', &key, &value))
		return "it has no \":\"";
	for (size_t i = 0; i < KEYS; i++) {
		if (span_equals(span_trim(key), key_names[i]))
			return take_field(reading, (enum key)i,
					  span_trim(value));
	}
	return NULL;
}

static const char *missing(const struct reading *reading)
{
	for (size_t i = 0; i < KEYS; i++) {
		bool is_needed =
		    i != KEY_MX || reading->policy->mode != STS_MODE_NONE;
		if (is_needed && !reading->has[i])
			return mem_printf(reading->mem, "%s is missing",
					  key_names[i]);
	}
	return NULL;
}

const char *sts_policy_read(TALLOC_CTX *mem, struct span text,
			    struct sts_policy *policy)
{
	struct reading reading = {.mem = mem, .policy = policy};

	*policy = (struct sts_policy){.mode = STS_MODE_NONE};
	for (int number = 1; text.length > 0; number++) {
		struct span line;
		(void)span_cut(text, '\n', &line, &text);
		const char *fault = take_line(&reading, line);
		if (fault != NULL)
			return mem_printf(
			    mem, "line %d, \"%s\": %s", number,
			    text_escape(mem, span_trim(line), SHOWN_MAX, true),
			    fault);
	}
	return missing(&reading);
}

/* --- hosts --- */

bool sts_pattern_matches(const char *pattern, const char *host)
{
	const char *above;

	if (strncmp(pattern, "*.", 2) != 0)
		return domain_equals(pattern, host);
	above = domain_parent(host);
	return above != NULL && domain_equals(pattern + 2, above);
}

const char *sts_policy_pattern(const struct sts_policy *policy,
			       const char *host)
{
	for (size_t i = 0; i < policy->mx.count; i++) {
		if (sts_pattern_matches(policy->mx.items[i], host))
			return policy->mx.items[i];
	}
	return NULL;
}

bool sts_policy_allows(const struct sts_policy *policy, const char *host)
{
	return sts_policy_pattern(policy, host) != NULL;
}

/* --- two of them, and one as text --- */

static bool has_all(const struct text_list *list, const struct text_list *those)
{
	for (size_t i = 0; i < those->count; i++) {
		if (!domain_list_has(list, those->items[i]))
			return false;
	}
	return true;
}

bool sts_policy_is_same(const struct sts_policy *a, const struct sts_policy *b)
{
	return a->mode == b->mode && a->max_age_s == b->max_age_s &&
	       has_all(&a->mx, &b->mx) && has_all(&b->mx, &a->mx);
}

static int compare_names(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* In the order of the alphabet. */
static struct text_list sort_names(TALLOC_CTX *mem,
				   const struct text_list *names)
{
	struct text_list sorted = {.count = names->count};

	sorted.items = mem_array(mem, const char *, names->count);
	for (size_t i = 0; i < names->count; i++)
		sorted.items[i] = names->items[i];
	if (sorted.count > 0)
		qsort(sorted.items, sorted.count, sizeof sorted.items[0],
		      compare_names);
	return sorted;
}

const char *sts_policy_text(TALLOC_CTX *mem, const struct sts_policy *policy)
{
	struct text_list sorted = sort_names(mem, &policy->mx);
	struct strbuf text;

	strbuf_init(&text, mem, LIMIT_STS_POLICY_BYTES);
	strbuf_printf(&text, "version: STSv1\nmode: %s\nmax_age: %lld\n",
		      mode_names[policy->mode], (long long)policy->max_age_s);
	for (size_t i = 0; i < sorted.count; i++) {
		if (i == 0 || strcmp(sorted.items[i], sorted.items[i - 1]) != 0)
			strbuf_printf(&text, "mx: %s\n", sorted.items[i]);
	}
	return strbuf_text(&text);
}

const char *sts_mode_text(enum sts_mode mode)
{
	return mode_names[mode];
}
