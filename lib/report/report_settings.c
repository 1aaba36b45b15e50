/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_settings.c - the settings of section "report"
 *
 * What goes into a report is checked here, once, so that a report never fails
 * its schema for the operator's own texts.
 */
#include "lib/report/report_settings.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/mail/path.h"

#define SHOWN_MAX 60

static bool refuse(struct error *err, const char *found, const char *what)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)error_set(err, ERROR_CONFIG, "\"%s\" %s",
			text_escape(mem, span_of(found), SHOWN_MAX, true),
			what);
	mem_free(mem);
	return false;
}

/* One line of text that a reader can show. */
static bool check_text(const char *value, struct error *err)
{
	bool is_good =
	    strlen(value) <= LIMIT_REPORT_TEXT && text_is_utf8(span_of(value));

	for (const char *c = value; *c != '\0'; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			is_good = false;
	}
	return is_good ||
	       refuse(err, value,
		      "is no text for a report (allowed: one line of UTF-8, "
		      "at most 200 bytes)");
}

static bool is_mailbox(const char *value)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct path path = path_parse(mem, span_of(value));
	bool is_good = path.domain != NULL && *value != '<';

	mem_free(mem);
	return is_good;
}

/* Printable ASCII only: the address stands in a header field too. */
static bool check_from(const char *value, struct error *err)
{
	bool is_good = *value == '\0' || is_mailbox(value);

	for (const char *c = value; *c != '\0'; c++) {
		if (*c <= ' ' || *c > '~')
			is_good = false;
	}
	return is_good || refuse(err, value,
				 "is no address (allowed: one mailbox such as "
				 "dmarc-reports@example.org)");
}

static const struct setting_choice schemas[] = {
    {"rfc9990", REPORT_SCHEMA_RFC9990},
    {"rfc7489", REPORT_SCHEMA_RFC7489},
    {NULL, 0},
};

const struct setting report_setting_rows[] = {
    {.name = "org_name",
     .type = SETTING_TEXT,
     .offset = offsetof(struct report_settings, org_name),
     .initial = "",
     .check = check_text,
     .is_reloadable = true,
     .summary = "Who reports, as the reports say it; empty for the domain of "
		"report.from."},
    {.name = "from",
     .type = SETTING_TEXT,
     .offset = offsetof(struct report_settings, from),
     .initial = "",
     .check = check_from,
     .is_reloadable = true,
     .summary = "The address that reports come from and name as the one to "
		"ask; without it none is sent."},
    {.name = "contact",
     .type = SETTING_TEXT,
     .offset = offsetof(struct report_settings, contact),
     .initial = "",
     .check = check_text,
     .is_reloadable = true,
     .summary = "Another way to reach you, such as a web page; it stands in "
		"each report."},
    {.name = "schema",
     .type = SETTING_CHOICE,
     .offset = offsetof(struct report_settings, schema),
     .initial = "rfc9990",
     .choices = schemas,
     .is_reloadable = true,
     .summary = "The format of aggregate reports; rfc7489 for readers that "
		"know the old one only."},
    {.name = "max_size",
     .type = SETTING_NUMBER,
     .offset = offsetof(struct report_settings, max_size_mib),
     .initial = "50",
     .min = 1,
     .max = 1000,
     .is_reloadable = true,
     .summary = "MiB of XML in one report, before compression; a longer one "
		"is cut into several mails."},
    {.name = NULL},
};

const char *report_org_name(const struct report_settings *settings)
{
	const char *at = strrchr(settings->from, '@');

	if (*settings->org_name != '\0')
		return settings->org_name;
	return at == NULL ? "localhost" : at + 1;
}
