/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * override_rows.c - the settings of one override, and what each may be
 *
 * overrides.conf(5) is the reference.
 * Tested by test_override_file.
 */
#include "lib/policy/override_rows.h"

#include <string.h>
#include <time.h>

#include "lib/base/clock.h"
#include "lib/base/domain.h"
#include "lib/base/limits.h"

const char *override_network_key(TALLOC_CTX *mem, const char *value,
				 struct error *err)
{
	struct net_block block;
	char text[NET_BLOCK_TEXT];

	if (!net_block_parse(value, &block, err))
		return NULL;
	return mem_strdup(mem, net_block_text(&block, text));
}

static bool check_domain(const char *value, struct error *err)
{
	if (domain_is_readable(span_of(value)))
		return true;
	return setting_refuse(err, value,
			      "is no domain name (allowed: a name such as "
			      "list.example; it and the names below it match)");
}

static bool check_author(const char *value, struct error *err)
{
	if (domain_is_readable(span_of(*value == '.' ? value + 1 : value)))
		return true;
	return setting_refuse(
	    err, value,
	    "is no author domain (allowed: a name such as a.example, "
	    "or .a.example for it and the names below it)");
}

char *override_rcpt_key(TALLOC_CTX *mem, const char *value)
{
	const char *mark = strrchr(value, '@');
	bool is_local =
	    mark != value && value + strcspn(value, "\"\\ \t<>@,;:") == mark;
	char *domain =
	    is_local ? domain_normalize(mem, span_of(mark + 1)) : NULL;

	if (domain == NULL)
		return NULL;
	char *local = mem_strndup(mem, value, (size_t)(mark - value));
	text_lower(local);
	return mem_printf(mem, "%s@%s", local, domain);
}

static bool check_recipient(const char *value, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	bool is_good =
	    strchr(value, '@') == NULL
		? domain_is_readable(span_of(*value == '.' ? value + 1 : value))
		: override_rcpt_key(mem, value) != NULL;

	mem_free(mem);
	if (is_good)
		return true;
	return setting_refuse(
	    err, value,
	    "is no recipient (allowed: an address such as "
	    "abuse@example.com, without quotes, a domain such "
	    "as example.com, or .example.com for it and the "
	    "names below it)");
}

static bool check_network(const char *value, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	bool is_good = override_network_key(mem, value, err) != NULL;

	mem_free(mem);
	return is_good;
}

static bool check_words(const char *value, struct error *err)
{
	if (strlen(value) <= LIMIT_OVERRIDE_TEXT)
		return true;
	return error_set(err, ERROR_CONFIG,
			 "is %zu bytes long (allowed: at most %d)",
			 strlen(value), LIMIT_OVERRIDE_TEXT);
}

/* "2026-02-30" would become March 2 to timegm(3). */
bool override_read_day(const char *value, int64_t *start_s)
{
	struct tm utc = {.tm_isdst = 0};
	const char *end = strptime(value, "%Y-%m-%d", &utc);
	char text[CLOCK_TEXT];

	if (end == NULL || *end != '\0')
		return false;
	int64_t found_s = (int64_t)timegm(&utc);
	(void)clock_text(found_s, text);
	*strchr(text, 'T') = '\0';
	if (strcmp(text, value) != 0)
		return false;
	*start_s = found_s;
	return true;
}

static bool check_until(const char *value, struct error *err)
{
	int64_t unused;

	if (*value == '\0' || override_read_day(value, &unused))
		return true;
	return setting_refuse(err, value,
			      "is no date (allowed: year, month and day, as in "
			      "2026-12-31)");
}

static const struct setting_choice actions[] = {
    {"accept", DISPOSITION_NONE},
    {"quarantine", DISPOSITION_QUARANTINE},
    {"reject", DISPOSITION_REJECT},
    {NULL, 0}};

static const struct setting_choice reasons[] = {
    {"local_policy", OVERRIDE_LOCAL_POLICY},
    {"mailing_list", OVERRIDE_MAILING_LIST},
    {"trusted_forwarder", OVERRIDE_TRUSTED_FORWARDER},
    {NULL, 0}};

#define SCOPE_ROW(word, kind, is_item, words)                                  \
	{                                                                      \
		.name = (word), .type = SETTING_LIST,                          \
		.offset = offsetof(struct override_values, scope[kind]),       \
		.initial = "", .check = (is_item), .is_reloadable = true,      \
		.summary = (words)                                             \
	}
#define TEXT_ROW(word, member, is_text, words)                                 \
	{                                                                      \
		.name = (word), .type = SETTING_TEXT,                          \
		.offset = offsetof(struct override_values, member),            \
		.initial = "", .check = (is_text), .is_reloadable = true,      \
		.summary = (words)                                             \
	}
#define FLAG_ROW(word, member, words)                                          \
	{                                                                      \
		.name = (word), .type = SETTING_FLAG,                          \
		.offset = offsetof(struct override_values, member),            \
		.initial = "no", .is_reloadable = true, .summary = (words)     \
	}

const struct setting override_setting_rows[] = {
    SCOPE_ROW("dkim", OVERRIDE_DKIM, check_domain,
	      "Domains of a DKIM signature that passes."),
    SCOPE_ROW("spf", OVERRIDE_SPF, check_domain, "Domains that pass SPF."),
    SCOPE_ROW("host", OVERRIDE_HOST, check_domain,
	      "Confirmed names of the client."),
    SCOPE_ROW("network", OVERRIDE_NETWORK, check_network,
	      "Networks of the client."),
    SCOPE_ROW("from", OVERRIDE_FROM, check_author,
	      "Author domains; any without it."),
    SCOPE_ROW("rcpt", OVERRIDE_RCPT, check_recipient,
	      "Recipients; any without it."),
    {.name = "action",
     .type = SETTING_CHOICE,
     .offset = offsetof(struct override_values, action),
     .initial = "accept",
     .choices = actions,
     .is_reloadable = true,
     .summary = "What is done."},
    {.name = "reason",
     .type = SETTING_CHOICE,
     .offset = offsetof(struct override_values, reason),
     .initial = "local_policy",
     .choices = reasons,
     .is_reloadable = true,
     .summary = "The reason that reports give."},
    TEXT_ROW("owner", owner, check_words, "Who answers for it."),
    TEXT_ROW("why", why, check_words, "What it is for."),
    TEXT_ROW("until", until, check_until, "The last day, UTC."),
    FLAG_ROW("permanent", is_permanent, "It has no end."),
    FLAG_ROW("unsafe", is_unsafe, "It needs no handle."),
    FLAG_ROW("unless_indirect", is_unless_indirect,
	     "Not for mail with evidence of a list or forwarder."),
    {.name = NULL},
};
