/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trust_settings.c - the settings of section trust
 */
#include "lib/policy/trust.h"

#include "lib/base/domain.h"
#include "lib/base/text.h"

#define AUTHSERV_ID_BYTES 253 /* an authserv-id is a domain or near to one */

static const struct setting_choice authenticated_choices[] = {
    {"skip", TRUST_SKIP},
    {"evaluate", TRUST_EVALUATE},
    {NULL, 0},
};

static bool check_network(const char *value, struct error *err)
{
	struct net_block block;

	return net_block_parse(value, &block, err);
}

/* RFC 8601 2.2: a value; without quotes, blanks and comments it can be
 * compared as text. */
static bool check_authserv_id(const char *value, struct error *err)
{
	struct span s = span_of(value);
	bool is_fine = s.length > 0 && s.length <= AUTHSERV_ID_BYTES;

	for (size_t i = 0; i < s.length; i++)
		is_fine =
		    is_fine &&
		    (ascii_is_alpha(s.data[i]) || ascii_is_digit(s.data[i]) ||
		     s.data[i] == '.' || s.data[i] == '-' || s.data[i] == '_');
	if (is_fine)
		return true;
	return error_set(err, ERROR_CONFIG,
			 "\"%.60s\" is no authserv-id; write a host name",
			 value);
}

static bool check_domain(const char *value, struct error *err)
{
	return domain_is_readable(span_of(value)) ||
	       error_set(err, ERROR_CONFIG, "\"%.60s\" is no domain name",
			 value);
}

/* As Postfix's recipient_delimiter has them: none that an address needs. */
static bool check_delimiter(const char *value, struct error *err)
{
	for (const char *c = value; *c != '\0'; c++) {
		if (!ascii_is_one_of(*c, "+-=_#!%&*^~|/"))
			return setting_refuse(
			    err, value,
			    "is no delimiter (allowed: some of "
			    "+ - = _ # ! % & * ^ ~ | / , or nothing)");
	}
	return true;
}

#define AT(member) offsetof(struct trust_settings, member)

const struct setting trust_setting_rows[] = {
    {.name = "networks",
     .type = SETTING_LIST,
     .offset = AT(networks),
     .initial = "127.0.0.0/8, ::1/128",
     .check = check_network,
     .is_reloadable = true,
     .summary = "Networks whose mail is not evaluated."},
    {.name = "authenticated",
     .type = SETTING_CHOICE,
     .offset = AT(authenticated),
     .initial = "skip",
     .choices = authenticated_choices,
     .is_reloadable = true,
     .summary = "Is mail of authenticated users evaluated?"},
    {.name = "authserv_ids",
     .type = SETTING_LIST,
     .offset = AT(authserv_ids),
     .initial = "",
     .check = check_authserv_id,
     .is_reloadable = true,
     .summary = "Further names whose Authentication-Results fields are "
		"removed like our own."},
    {.name = "arc_sealers",
     .type = SETTING_LIST,
     .offset = AT(arc_sealers),
     .initial = "",
     .check = check_domain,
     .is_reloadable = true,
     .summary = "Domains whose ARC seal, when it is the last of a valid chain, "
		"is evidence of indirect mail."},
    {.name = "recipient_delimiter",
     .type = SETTING_TEXT,
     .offset = AT(recipient_delimiter),
     .initial = "+",
     .check = check_delimiter,
     .is_reloadable = true,
     .summary = "Behind which characters of a recipient's local part a detail "
		"stands, as recipient_delimiter of Postfix has it; overrides "
		"do without it."},
    {.name = "marks",
     .type = SETTING_FLAG,
     .offset = AT(has_marks),
     .initial = "yes",
     .is_reloadable = true,
     .summary = "Do our Authentication-Results fields bear a mark, by which "
		"they are known when a filter hands mail back?"},
    {.name = NULL},
};
