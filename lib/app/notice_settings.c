/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * notice_settings.c - the settings of the sections alert and digest
 * Tested by test_alignctl_notice.
 */
#include "lib/app/notice_settings.h"

#include <string.h>

#include "lib/mail/path.h"

bool notice_is_set(const struct notice_settings *to)
{
	return *to->mail != '\0' || *to->webhook != '\0';
}

/* Printable ASCII only: the address stands in a header field. */
bool notice_mail_check(const char *value, struct error *err)
{
	return *value == '\0' ||
	       (path_is_mailbox(value) && text_is_graphic(span_of(value))) ||
	       setting_refuse(err, value,
			      "is no address (allowed: one mailbox such as "
			      "postmaster@example.org)");
}

/* A password in it would stand in every list of processes and every log; the
 * words do not show the path either, which is a secret with some services. */
bool notice_webhook_check(const char *value, struct error *err)
{
	struct span rest;
	struct span host;

	if (*value == '\0')
		return true;
	if (!span_starts_nocase(span_of(value), "https://") ||
	    !text_is_graphic(span_of(value)))
		return setting_refuse(
		    err, "webhook",
		    "is no address of a webhook (allowed: "
		    "https://HOST[:PORT]/PATH in printable ASCII)");
	rest = span_from(span_of(value), strlen("https://"));
	(void)span_cut(rest, '/', &host, &rest);
	if (host.length > 0 && memchr(host.data, '@', host.length) == NULL)
		return true;
	return setting_refuse(err, "webhook",
			      "names a user (allowed: a host without one; a "
			      "secret goes into webhook_header_file)");
}

#define TO(type, where) offsetof(struct type, to.where)

const struct setting alert_setting_rows[] = {
    {.name = "mail",
     .type = SETTING_TEXT,
     .offset = TO(alert_settings, mail),
     .initial = "",
     .check = notice_mail_check,
     .is_reloadable = true,
     .summary = "Who is mailed alarms (alignctl alert); empty for nobody."},
    {.name = "webhook",
     .type = SETTING_TEXT,
     .offset = TO(alert_settings, webhook),
     .initial = "",
     .check = notice_webhook_check,
     .is_reloadable = true,
     .summary = "Where alarms are posted as JSON, https://HOST/PATH; empty for "
		"nowhere."},
    {.name = "webhook_header_file",
     .type = SETTING_TEXT,
     .offset = TO(alert_settings, webhook_header_file),
     .initial = "",
     .is_reloadable = true,
     .summary = "A file whose first line is a header field for the webhook, "
		"such as \"Authorization: Bearer ...\"; empty for none."},
    {.name = "pace",
     .type = SETTING_NUMBER,
     .offset = offsetof(struct alert_settings, pace),
     .initial = "10",
     .min = 1,
     .max = 100,
     .is_reloadable = true,
     .summary = "Alarms of one hour; further ones wait for the next."},
    {.name = NULL},
};

const struct setting digest_setting_rows[] = {
    {.name = "mail",
     .type = SETTING_TEXT,
     .offset = TO(digest_settings, mail),
     .initial = "",
     .check = notice_mail_check,
     .is_reloadable = true,
     .summary =
	 "Who is mailed the digest (alignctl digest); empty for nobody."},
    {.name = "webhook",
     .type = SETTING_TEXT,
     .offset = TO(digest_settings, webhook),
     .initial = "",
     .check = notice_webhook_check,
     .is_reloadable = true,
     .summary = "Where the digest is posted as JSON, https://HOST/PATH; empty "
		"for nowhere."},
    {.name = "webhook_header_file",
     .type = SETTING_TEXT,
     .offset = TO(digest_settings, webhook_header_file),
     .initial = "",
     .is_reloadable = true,
     .summary = "A file whose first line is a header field for the webhook, "
		"such as \"Authorization: Bearer ...\"; empty for none."},
    {.name = "quiet",
     .type = SETTING_FLAG,
     .offset = offsetof(struct digest_settings, quiet),
     .initial = "yes",
     .is_reloadable = true,
     .summary = "Send the digest when all is quiet, too: then none that comes "
		"is a sign of trouble."},
    {.name = NULL},
};
