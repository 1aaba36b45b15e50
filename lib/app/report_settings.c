/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_settings.c - the settings of section "report"
 *
 * What goes into a report is checked here, once, so that a report never fails
 * its schema for the operator's own texts.
 */
#include "lib/app/report_settings.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/mail/path.h"

#define HOUR_MS ((int64_t)3600000)
#define DAY_MS (24 * HOUR_MS)

/* That it is UTF-8 on one line is every setting's rule (setting.c). */
static bool check_text(const char *value, struct error *err)
{
	return strlen(value) <= LIMIT_REPORT_TEXT ||
	       setting_refuse(err, value,
			      "is too long for a report (allowed: 200 bytes)");
}

/* Printable ASCII only: the address stands in a header field too. */
static bool check_from(const char *value, struct error *err)
{
	return *value == '\0' ||
	       (path_is_mailbox(value) && text_is_graphic(span_of(value))) ||
	       setting_refuse(err, value,
			      "is no address (allowed: one mailbox such as "
			      "dmarc-reports@example.org)");
}

static bool check_url(const char *value, struct error *err)
{
	bool is_good = span_starts_nocase(span_of(value), "smtp://") ||
		       span_starts_nocase(span_of(value), "smtps://");

	return is_good ||
	       setting_refuse(err, value,
			      "is no mail server (allowed: smtp://HOST:PORT, "
			      "smtps://HOST:PORT)");
}

static bool check_delimiter(const char *value, struct error *err)
{
	return *value == '\0' ||
	       (value[1] == '\0' && strchr("+-=", *value) != NULL) ||
	       setting_refuse(err, value, "is no delimiter (allowed: +, -, =)");
}

static bool check_domain_item(const char *value, struct error *err)
{
	return domain_is_valid(value) ||
	       setting_refuse(
		   err, value,
		   "is no domain (allowed: a name in lower-case A-labels)");
}

static bool check_domain(const char *value, struct error *err)
{
	return *value == '\0' || check_domain_item(value, err);
}

static bool check_address_item(const char *value, struct error *err)
{
	return domain_is_valid(value) || path_is_mailbox(value) ||
	       setting_refuse(
		   err, value,
		   "is no address (allowed: one mailbox, or a domain for "
		   "all mailboxes there)");
}

static const struct setting_choice starttls[] = {
    {"try", STARTTLS_TRY},
    {"require", STARTTLS_REQUIRE},
    {"no", STARTTLS_NO},
    {NULL, 0},
};

static const struct setting_choice schemas[] = {
    {"rfc9990", REPORT_SCHEMA_RFC9990},
    {"rfc7489", REPORT_SCHEMA_RFC7489},
    {NULL, 0},
};

static const struct setting_choice failure_reports[] = {
    {"no", FAILURES_NO},
    {"results", FAILURES_RESULTS},
    {"redacted", FAILURES_REDACTED},
    {NULL, 0},
};

/* "reader.example = rfc7489" */
static bool read_schema_for(const char *item, struct span *domain, int *schema)
{
	struct span name;

	if (!span_cut(span_of(item), '=', domain, &name))
		return false;
	*domain = span_trim(*domain);
	for (const struct setting_choice *it = schemas; it->name != NULL;
	     it++) {
		if (span_equals(span_trim(name), it->name)) {
			*schema = it->value;
			return true;
		}
	}
	return false;
}

static bool check_schema_for(const char *value, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct span domain;
	int schema;
	bool is_good =
	    read_schema_for(value, &domain, &schema) &&
	    domain_is_valid(mem_strndup(mem, domain.data, domain.length));

	mem_free(mem);
	return is_good ||
	       setting_refuse(err, value,
			      "is no format for a domain (allowed: such as "
			      "\"reader.example = rfc7489\", or = rfc9990)");
}

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
    {.name = "schema_for",
     .type = SETTING_LIST,
     .offset = offsetof(struct report_settings, schema_for),
     .initial = "",
     .check = check_schema_for,
     .is_reloadable = true,
     .summary = "The format for addresses at a domain and below, such as "
		"\"reader.example = rfc7489\"; others get that of schema."},
    {.name = "max_size",
     .type = SETTING_NUMBER,
     .offset = offsetof(struct report_settings, max_size_mib),
     .initial = "50",
     .min = 1,
     .max = 1000,
     .is_reloadable = true,
     .summary = "MiB of XML in one report, before compression; a longer one "
		"is cut into several mails."},
    {.name = "smtp_url",
     .type = SETTING_TEXT,
     .offset = offsetof(struct report_settings, smtp_url),
     .initial = "smtp://127.0.0.1:25",
     .check = check_url,
     .is_reloadable = true,
     .summary = "Where reports are handed in: your own mail server, or a "
		"smarthost. smtps:// speaks TLS from the start."},
    {.name = "smtp_starttls",
     .type = SETTING_CHOICE,
     .offset = offsetof(struct report_settings, smtp_starttls),
     .initial = "try",
     .choices = starttls,
     .is_reloadable = true,
     .summary = "STARTTLS with smtp://: try takes what is offered and checks "
		"no certificate, require wants a certificate that fits."},
    {.name = "smtp_ca_file",
     .type = SETTING_TEXT,
     .offset = offsetof(struct report_settings, smtp_ca_file),
     .initial = "",
     .is_reloadable = true,
     .summary =
	 "Certificates that vouch for the server; empty for the system's."},
    {.name = "smtp_user",
     .type = SETTING_TEXT,
     .offset = offsetof(struct report_settings, smtp_user),
     .initial = "",
     .is_reloadable = true,
     .summary = "The name to log in with; empty for none."},
    {.name = "smtp_password_file",
     .type = SETTING_TEXT,
     .offset = offsetof(struct report_settings, smtp_password_file),
     .initial = "",
     .is_reloadable = true,
     .summary = "A file whose first line is the password."},
    {.name = "smtp_timeout",
     .type = SETTING_DURATION,
     .offset = offsetof(struct report_settings, smtp_timeout_ms),
     .initial = "5m",
     .min = 1000,
     .max = 1800000,
     .is_reloadable = true,
     .summary = "How long handing in one mail may take."},
    {.name = "sign_domain",
     .type = SETTING_TEXT,
     .offset = offsetof(struct report_settings, sign_domain),
     .initial = "",
     .check = check_domain,
     .is_reloadable = true,
     .summary = "d= of the mail's DKIM signature; empty for the domain of "
		"report.from."},
    {.name = "sign_selector",
     .type = SETTING_TEXT,
     .offset = offsetof(struct report_settings, sign_selector),
     .initial = "",
     .check = check_domain,
     .is_reloadable = true,
     .summary = "s= of the mail's DKIM signature."},
    {.name = "sign_key",
     .type = SETTING_TEXT,
     .offset = offsetof(struct report_settings, sign_key),
     .initial = "",
     .is_reloadable = true,
     .summary = "File of the private key, PEM, RSA or Ed25519; empty where the "
		"mail server signs."},
    {.name = "bounce_delimiter",
     .type = SETTING_TEXT,
     .offset = offsetof(struct report_settings, bounce_delimiter),
     .initial = "",
     .check = check_delimiter,
     .is_reloadable = true,
     .summary = "What parts an address from its extension here, such as +: "
		"bounces then come back to report.from with the report's id in "
		"it. Empty: to report.from itself."},
    {.name = "max_addresses",
     .type = SETTING_NUMBER,
     .offset = offsetof(struct report_settings, max_addresses),
     .initial = "10",
     .min = 1,
     .max = 100,
     .is_reloadable = true,
     .summary = "Addresses of one record that a report is sent to; further "
		"ones are left out."},
    {.name = "max_per_day",
     .type = SETTING_NUMBER,
     .offset = offsetof(struct report_settings, max_per_day),
     .initial = "50000",
     .min = 1,
     .max = 10000000,
     .is_reloadable = true,
     .summary = "Report mails of one day; further ones wait for the next."},
    {.name = "max_per_address",
     .type = SETTING_NUMBER,
     .offset = offsetof(struct report_settings, max_per_address),
     .initial = "5000",
     .min = 1,
     .max = 10000000,
     .is_reloadable = true,
     .summary = "Report mails of one day to one address; further ones wait for "
		"the next."},
    {.name = "max_per_org_domain",
     .type = SETTING_NUMBER,
     .offset = offsetof(struct report_settings, max_per_org_domain),
     .initial = "100",
     .min = 1,
     .max = 1000000,
     .is_reloadable = true,
     .summary = "Reports of one day about names below one registered domain; "
		"those with mail that passed, then those with most mail."},
    {.name = "run_time",
     .type = SETTING_DURATION,
     .offset = offsetof(struct report_settings, run_time_ms),
     .initial = "50m",
     .min = 1000,
     .max = DAY_MS,
     .is_reloadable = true,
     .summary = "How long a run of sending may take; what is left goes into "
		"the next."},
    {.name = "pace",
     .type = SETTING_DURATION,
     .offset = offsetof(struct report_settings, pace_ms),
     .initial = "100ms",
     .min = 0,
     .max = HOUR_MS,
     .is_reloadable = true,
     .summary = "The pause between two report mails."},
    {.name = "give_up_after",
     .type = SETTING_DURATION,
     .offset = offsetof(struct report_settings, give_up_after_ms),
     .initial = "5d",
     .min = DAY_MS,
     .max = 30 * DAY_MS,
     .is_reloadable = true,
     .summary = "How long a report is tried."},
    {.name = "pause",
     .type = SETTING_DURATION,
     .offset = offsetof(struct report_settings, pause_ms),
     .initial = "7d",
     .min = HOUR_MS,
     .max = 90 * DAY_MS,
     .is_reloadable = true,
     .summary = "How long an address that refuses is left alone; twice as long "
		"each further time, at most 90 days."},
    {.name = "keep",
     .type = SETTING_DURATION,
     .offset = offsetof(struct report_settings, keep_ms),
     .initial = "30d",
     .min = 8 * DAY_MS,
     .max = 3650 * DAY_MS,
     .is_reloadable = true,
     .summary = "How long reports are kept as they were sent."},
    {.name = "fleet_wait",
     .type = SETTING_DURATION,
     .offset = offsetof(struct report_settings, fleet_wait_ms),
     .initial = "6h",
     .min = 0,
     .max = 20 * HOUR_MS,
     .is_reloadable = true,
     .summary = "How long after the end of a day a fleet's reports wait for a "
		"host that has not brought all of it; what comes later goes "
		"into a second report."},
    {.name = "require_pass",
     .type = SETTING_DURATION,
     .offset = offsetof(struct report_settings, require_pass_ms),
     .initial = "0s",
     .min = 0,
     .max = 400 * DAY_MS,
     .is_reloadable = true,
     .summary = "Report only to domains of which a message passed within that "
		"time; 0s reports to all that ask."},
    {.name = "exclude_domains",
     .type = SETTING_LIST,
     .offset = offsetof(struct report_settings, exclude_domains),
     .initial = "",
     .check = check_domain_item,
     .is_reloadable = true,
     .summary = "Policy domains, with all below them, that get no report."},
    {.name = "exclude_addresses",
     .type = SETTING_LIST,
     .offset = offsetof(struct report_settings, exclude_addresses),
     .initial = "",
     .check = check_address_item,
     .is_reloadable = true,
     .summary = "Addresses, or domains of addresses, that get no report."},
    {.name = "failure_reports",
     .type = SETTING_CHOICE,
     .offset = offsetof(struct report_settings, failure_reports),
     .initial = "no",
     .choices = failure_reports,
     .is_reloadable = true,
     .summary = "Reports about single messages that fail, to domains that ask "
		"for them (ruf): results tells what was found, redacted also "
		"header fields without recipients. They are personal data."},
    {.name = "failures_per_domain",
     .type = SETTING_NUMBER,
     .offset = offsetof(struct report_settings, failures_per_domain),
     .initial = "10",
     .min = 1,
     .max = 10000,
     .is_reloadable = true,
     .summary = "Failure reports of one hour about one policy domain; further "
		"failures are counted in them."},
    {.name = "failures_per_hour",
     .type = SETTING_NUMBER,
     .offset = offsetof(struct report_settings, failures_per_hour),
     .initial = "100",
     .min = 1,
     .max = 100000,
     .is_reloadable = true,
     .summary = "Failure reports of one hour about all domains together."},
    {.name = NULL},
};

enum report_schema report_schema_of(const struct report_settings *settings,
				    const char *host)
{
	TALLOC_CTX *mem = mem_context(NULL);
	int schema = settings->schema;

	for (size_t i = 0; i < settings->schema_for.count; i++) {
		struct span domain;
		int found;
		if (!read_schema_for(settings->schema_for.items[i], &domain,
				     &found))
			continue;
		const char *name = mem_strndup(mem, domain.data, domain.length);
		if (domain_equals(host, name) || domain_is_below(host, name)) {
			schema = found;
			break;
		}
	}
	mem_free(mem);
	return (enum report_schema)schema;
}

const char *report_org_name(const struct report_settings *settings)
{
	const char *at = strrchr(settings->from, '@');

	if (*settings->org_name != '\0')
		return settings->org_name;
	return at == NULL ? "localhost" : at + 1;
}
