/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy_settings.c - the settings of section policy
 *
 * Texts that end up in a reply or in a header field are checked here, once, so
 * that nobody has to quote them later.
 */
#include "lib/policy/decide.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/policy/reply_text.h"

#define REPLY_TEXT_BYTES 200 /* leaves room for a domain and the reference */
#define HOUR_MS ((int64_t)3600000)
#define DAY_MS (24 * HOUR_MS)

static const struct setting_choice level_choices[] = {
    {"reject", DISPOSITION_REJECT},
    {"quarantine", DISPOSITION_QUARANTINE},
    {"tag", DISPOSITION_TAG},
    {"none", DISPOSITION_NONE},
    {NULL, 0},
};

static const struct setting_choice temperror_choices[] = {
    {"tempfail", DISPOSITION_TEMPFAIL},
    {"accept", DISPOSITION_NONE},
    {NULL, 0},
};

static const struct setting_choice indirect_choices[] = {
    {"quarantine", DISPOSITION_QUARANTINE},
    {"reject", DISPOSITION_REJECT},
    {"none", DISPOSITION_NONE},
    {NULL, 0},
};

static const struct setting_choice path_choices[] = {
    {"none", DISPOSITION_NONE},
    {"quarantine", DISPOSITION_QUARANTINE},
    {NULL, 0},
};

/* What asks for nothing more than the policy is the mildest. */
static const struct setting_choice own_choices[] = {
    {"asked", DISPOSITION_NONE},
    {"tag", DISPOSITION_TAG},
    {"quarantine", DISPOSITION_QUARANTINE},
    {"reject", DISPOSITION_REJECT},
    {NULL, 0},
};

static const struct setting_choice full_choices[] = {
    {"tempfail", DISPOSITION_TEMPFAIL},
    {"tag", DISPOSITION_TAG},
    {NULL, 0},
};

static const struct setting_choice action_choices[] = {
    {"hold", QUARANTINE_HOLD},
    {"tag", QUARANTINE_TAG},
    {"redirect", QUARANTINE_REDIRECT},
    {NULL, 0},
};

static bool is_local_part(struct span local)
{
	for (size_t i = 0; i < local.length; i++) {
		char c = local.data[i];
		if (!ascii_is_alpha(c) && !ascii_is_digit(c) &&
		    !ascii_is_one_of(c, "!#$%&'*+-/=?^_`{|}~."))
			return false;
	}
	return local.length > 0;
}

/* Quoted local parts and address literals are left out on purpose: nobody
 * names a quarantine mailbox so. */
static bool check_mailbox(const char *value, struct error *err)
{
	struct span local;
	struct span domain;

	if (value[0] == '\0')
		return true;
	if (strlen(value) <= LIMIT_ADDRESS_BYTES &&
	    span_cut(span_of(value), '@', &local, &domain) &&
	    is_local_part(local) && domain_is_readable(domain))
		return true;
	return error_set(err, ERROR_CONFIG,
			 "\"%.60s\" is no mailbox; write user@example.com",
			 value);
}

/* RFC 5322 3.6.8, and a token so that every MTA takes it. */
static bool check_field_name(const char *value, struct error *err)
{
	size_t length = strlen(value);
	bool is_fine = length > 0 && length <= LIMIT_ADDED_NAME_BYTES;

	for (size_t i = 0; i < length; i++)
		is_fine =
		    is_fine && (ascii_is_alpha(value[i]) ||
				ascii_is_digit(value[i]) || value[i] == '-');
	if (is_fine)
		return true;
	return error_set(err, ERROR_CONFIG,
			 "\"%.60s\" is no header field name; allowed are up to "
			 "60 letters, digits and hyphens",
			 value);
}

/* Fields that mail has anyway: such a tag would be taken for another field, and
 * those that arrive would be removed as forged tags. */
static bool is_taken_name(const char *name)
{
	static const char *const names[] = {"from",
					    "sender",
					    "reply-to",
					    "to",
					    "cc",
					    "bcc",
					    "subject",
					    "date",
					    "message-id",
					    "comments",
					    "keywords",
					    "in-reply-to",
					    "received",
					    "references",
					    "return-path",
					    "autocrypt",
					    "dkim-signature",
					    "authentication-results",
					    "mime-version"};
	static const char *const families[] = {"arc-", "content-", "list-",
					       "resent-", "received-"};
	struct span given = span_of(name);

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (span_equals_nocase(given, names[i]))
			return true;
	}
	for (size_t i = 0; i < COUNT_OF(families); i++) {
		size_t length = strlen(families[i]);
		if (given.length >= length &&
		    span_equals_nocase(span_make(name, length), families[i]))
			return true;
	}
	return false;
}

static bool check_tag_header(const char *value, struct error *err)
{
	if (!check_field_name(value, err))
		return false;
	if (!is_taken_name(value))
		return true;
	return error_set(err, ERROR_CONFIG,
			 "\"%.60s\" is a field that mail has anyway; write a "
			 "name of its own, such as X-Alignd-Quarantine",
			 value);
}

/* RFC 3463 2: class 5, subject and detail of one to three digits. */
static bool check_reply_code(const char *value, struct error *err)
{
	struct span class;
	struct span subject;
	struct span detail;
	struct span rest;
	long number;

	if (value[0] == '\0')
		return true;
	if (span_cut(span_of(value), '.', &class, &rest) &&
	    span_cut(rest, '.', &subject, &detail) && span_equals(class, "5") &&
	    text_number(subject, 0, 999, &number) &&
	    text_number(detail, 0, 999, &number))
		return true;
	return error_set(err, ERROR_CONFIG,
			 "\"%.60s\" is no enhanced status code of a refusal; "
			 "write 5.7.1 or another 5.x.y, or nothing for the one "
			 "that fits",
			 value);
}

static bool check_line(const char *value, struct error *err)
{
	if (strlen(value) <= REPLY_TEXT_BYTES && text_is_ascii(span_of(value)))
		return true;
	return error_set(err, ERROR_CONFIG,
			 "the text has bytes that a reply cannot carry, or "
			 "more than %d; allowed is printable ASCII on one line",
			 REPLY_TEXT_BYTES);
}

static bool check_reply_text(const char *value, struct error *err)
{
	return check_line(value, err) && reply_text_check(value, false, err);
}

static bool check_contact(const char *value, struct error *err)
{
	return check_line(value, err) && reply_text_check(value, true, err);
}

#define AT(member) offsetof(struct policy_settings, member)

const struct setting policy_setting_rows[] = {
    {.name = "on_reject",
     .type = SETTING_CHOICE,
     .offset = AT(on_reject),
     .initial = "reject",
     .choices = level_choices,
     .is_reloadable = true,
     .summary = "What happens to mail that fails under p=reject."},
    {.name = "on_quarantine",
     .type = SETTING_CHOICE,
     .offset = AT(on_quarantine),
     .initial = "quarantine",
     .choices = level_choices,
     .is_reloadable = true,
     .summary = "What happens to mail that fails under p=quarantine."},
    {.name = "on_none",
     .type = SETTING_CHOICE,
     .offset = AT(on_none),
     .initial = "none",
     .choices = level_choices,
     .is_reloadable = true,
     .summary = "What happens to mail that fails under p=none."},
    {.name = "on_malformed",
     .type = SETTING_CHOICE,
     .offset = AT(on_malformed),
     .initial = "reject",
     .choices = level_choices,
     .is_reloadable = true,
     .summary = "What happens to mail whose From field names no single author "
		"domain."},
    {.name = "on_temperror",
     .type = SETTING_CHOICE,
     .offset = AT(on_temperror),
     .initial = "tempfail",
     .choices = temperror_choices,
     .is_reloadable = true,
     .summary = "What happens to mail that DNS trouble keeps from being "
		"judged."},
    {.name = "on_unauthenticated",
     .type = SETTING_CHOICE,
     .offset = AT(on_unauthenticated),
     .initial = "none",
     .choices = level_choices,
     .is_reloadable = true,
     .summary = "What happens to mail without an SPF or DKIM pass whose author "
		"domain has no policy."},
    {.name = "on_own",
     .type = SETTING_CHOICE,
     .offset = AT(on_own),
     .initial = "asked",
     .choices = own_choices,
     .is_reloadable = true,
     .summary = "What happens at least to mail in the names of own.domains and "
		"protect.names that does not prove to be theirs; asked: what "
		"their policy says."},
    {.name = "on_lookalike",
     .type = SETTING_CHOICE,
     .offset = AT(on_lookalike),
     .initial = "none",
     .choices = level_choices,
     .is_reloadable = true,
     .summary = "What happens at least to mail whose author domain passes for "
		"one of own.domains or protect.names, also where it passes "
		"DMARC; none: it is recorded, and said."},
    {.name = "on_person_name",
     .type = SETTING_CHOICE,
     .offset = AT(on_person_name),
     .initial = "none",
     .choices = level_choices,
     .is_reloadable = true,
     .summary = "What happens at least to mail whose From bears the name of "
		"one of protect.people at an address that is not theirs, also "
		"where it passes DMARC; none: it is recorded, and said."},
    {.name = "postmaster_exempt",
     .type = SETTING_FLAG,
     .offset = AT(is_postmaster_exempt),
     .initial = "yes",
     .is_reloadable = true,
     .summary = "Is mail to postmaster and abuse of own.domains alone tagged "
		"where it would be refused?"},
    {.name = "indirect_mail",
     .type = SETTING_CHOICE,
     .offset = AT(indirect_mail),
     .initial = "quarantine",
     .choices = indirect_choices,
     .is_reloadable = true,
     .summary = "What happens to mail that fails under p=reject but shows "
		"that a list or forwarder handled it."},
    {.name = "known_path",
     .type = SETTING_CHOICE,
     .offset = AT(known_path),
     .initial = "none",
     .choices = path_choices,
     .is_reloadable = true,
     .summary = "What happens to mail that fails under p=reject, where mail "
		"of that author used to pass that came the same way; none: "
		"nothing else than without that knowledge."},
    {.name = "known_path_messages",
     .type = SETTING_NUMBER,
     .offset = AT(known_path_messages),
     .initial = "50",
     .min = 1,
     .max = LIMIT_HOLD_MESSAGES,
     .is_reloadable = true,
     .summary = "How many messages known_path quarantines in an hour at "
		"most; those beyond are refused."},
    {.name = "evidence_age",
     .type = SETTING_DURATION,
     .offset = AT(evidence_age_ms),
     .initial = "14d",
     .min = HOUR_MS,
     .max = 90 * DAY_MS,
     .is_reloadable = true,
     .summary = "How old a signature may be that fits the header but not the "
		"body, to show that a list handled the mail."},
    {.name = "quarantine_action",
     .type = SETTING_CHOICE,
     .offset = AT(quarantine_action),
     .initial = "hold",
     .choices = action_choices,
     .is_reloadable = true,
     .summary = "How mail is quarantined: held by the MTA, delivered with a "
		"header field, or redirected to a mailbox."},
    {.name = "on_hold_full",
     .type = SETTING_CHOICE,
     .offset = AT(on_hold_full),
     .initial = "tempfail",
     .choices = full_choices,
     .is_reloadable = true,
     .summary = "What happens to mail that would be held when no more may be "
		"held in this hour."},
    {.name = "hold_messages",
     .type = SETTING_NUMBER,
     .offset = AT(hold_messages),
     .initial = "1000",
     .min = 1,
     .max = LIMIT_HOLD_MESSAGES,
     .is_reloadable = true,
     .summary = "How many messages are held in an hour at most."},
    {.name = "hold_mib",
     .type = SETTING_NUMBER,
     .offset = AT(hold_mib),
     .initial = "1000",
     .min = 1,
     .max = LIMIT_HOLD_MIB,
     .is_reloadable = true,
     .summary = "How many MiB of mail are held in an hour at most."},
    {.name = "hold_messages_domain",
     .type = SETTING_NUMBER,
     .offset = AT(hold_messages_domain),
     .initial = "200",
     .min = 1,
     .max = LIMIT_HOLD_MESSAGES,
     .is_reloadable = true,
     .summary = "How many of the messages for the policies of one "
		"organization."},
    {.name = "hold_mib_domain",
     .type = SETTING_NUMBER,
     .offset = AT(hold_mib_domain),
     .initial = "200",
     .min = 1,
     .max = LIMIT_HOLD_MIB,
     .is_reloadable = true,
     .summary = "How many of the MiB for the policies of one organization."},
    {.name = "quarantine_mailbox",
     .type = SETTING_TEXT,
     .offset = AT(quarantine_mailbox),
     .initial = "",
     .check = check_mailbox,
     .is_reloadable = true,
     .summary = "Where quarantine_action = redirect sends mail."},
    {.name = "tag_header",
     .type = SETTING_TEXT,
     .offset = AT(tag_header),
     .initial = "X-Alignd-Quarantine",
     .check = check_tag_header,
     .is_reloadable = true,
     .summary = "The header field that marks tagged mail; those that "
		"arrive are removed."},
    {.name = "reply_code",
     .type = SETTING_TEXT,
     .offset = AT(reply_code),
     .initial = "",
     .check = check_reply_code,
     .is_reloadable = true,
     .summary = "The enhanced status code of a refusal; empty for the one that "
		"fits: 5.7.26 or 5.7.1."},
    {.name = "reply_text",
     .type = SETTING_TEXT,
     .offset = AT(reply_text),
     .initial = "",
     .check = check_reply_text,
     .is_reloadable = true,
     .summary = "The words of a refusal; empty for the built-in ones."},
    {.name = "contact",
     .type = SETTING_TEXT,
     .offset = AT(contact),
     .initial = "",
     .check = check_contact,
     .is_reloadable = true,
     .summary = "Text behind a refusal that tells whom to ask."},
    {.name = NULL},
};
