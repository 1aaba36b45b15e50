/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * health.c - how long an address is left alone, and for whose reports
 */
#include "lib/report/send/health.h"

#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/limits.h"
#include "lib/base/suffix.h"

#define DAY_S 86400
#define LONGEST_PAUSE_S ((int64_t)90 * DAY_S)

struct store_health *
report_refused_health(TALLOC_CTX *mem, const struct report_settings *settings,
		      const struct store_health *health, const char *address,
		      const char *policy_domain, const char *words,
		      int64_t now_s)
{
	struct store_health *made = mem_new(mem, struct store_health);
	int64_t pause_s = settings->pause_ms / 1000;

	*made = (struct store_health){.last_error = "", .suppressed_why = ""};
	if (health != NULL)
		*made = *health;
	/* What happened long ago makes no pause longer. */
	if (made->last_error_s < report_health_forget_s(now_s))
		made->failures = 0;
	for (int64_t i = 0; i < made->failures && pause_s < LONGEST_PAUSE_S;
	     i++)
		pause_s *= 2;
	if (pause_s > LONGEST_PAUSE_S)
		pause_s = LONGEST_PAUSE_S;
	made->address = address;
	made->policy_domain = policy_domain;
	made->failures++;
	made->last_error_s = now_s;
	made->last_error = words;
	if (made->suppressed_until_s < now_s + pause_s) {
		made->suppressed_until_s = now_s + pause_s;
		made->suppressed_why = words;
	}
	return made;
}

int64_t report_health_forget_s(int64_t now_s)
{
	return now_s - 2 * LONGEST_PAUSE_S;
}

/* The registered names whose reports came back. */
struct names {
	TALLOC_CTX *mem;
	int64_t now_s;
	size_t count;
	const char *items[LIMIT_BOUNCE_DOMAINS];
};

static void add_name(struct names *names, const char *domain)
{
	const char *name = suffix_registrable(domain);

	for (size_t i = 0; i < names->count; i++) {
		if (strcmp(names->items[i], name) == 0)
			return;
	}
	if (names->count < LIMIT_BOUNCE_DOMAINS)
		names->items[names->count++] = mem_strdup(names->mem, name);
}

static bool on_health(void *context, const struct store_health *health)
{
	struct names *names = context;

	if (*health->policy_domain != '\0' &&
	    health->suppressed_until_s > names->now_s)
		add_name(names, health->policy_domain);
	return true;
}

bool report_returned(TALLOC_CTX *mem, struct store_reports *reports,
		     const struct report_settings *settings,
		     struct report_return *returned, struct error *err)
{
	struct names names = {.mem = mem, .now_s = returned->now_s};
	struct store_health *one;
	struct store_health *all;

	if (!store_health_find(mem, reports, returned->address,
			       returned->policy_domain, &one, err) ||
	    !store_health_find(mem, reports, returned->address, "", &all,
			       err) ||
	    !store_health_of(reports, returned->address, on_health, &names,
			     err))
		return false;
	returned->health = report_refused_health(
	    mem, settings, one, returned->address, returned->policy_domain,
	    returned->words, returned->now_s);
	add_name(&names, returned->policy_domain);
	returned->whole = NULL;
	if (names.count == LIMIT_BOUNCE_DOMAINS)
		returned->whole =
		    report_refused_health(mem, settings, all, returned->address,
					  "", returned->words, returned->now_s);
	return true;
}

const char *report_until_text(TALLOC_CTX *mem, int64_t until_s)
{
	char text[CLOCK_TEXT];

	if (until_s == INT64_MAX)
		return "for good";
	return mem_printf(mem, "until %s", clock_text(until_s, text));
}
