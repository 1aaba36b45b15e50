/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * daemon_settings.c - the settings at the top level of alignd.conf
 *
 * The checks refuse what libmilter or the Authentication-Results field could
 * not carry, so that the daemon meets it before the socket opens.
 */
#include "lib/app/config.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"

#define SOCKET_PATH_MAX 107 /* sun_path less its NUL, unix(7) */
#define USER_NAME_MAX 32    /* useradd(8) */

/* RFC 8601 2.2: authserv-id is a value, RFC 2045 5.1: a token has no blank and
 * no tspecial. */
static bool check_authserv_id(const char *value, struct error *err)
{
	bool is_good = strlen(value) <= LIMIT_DOMAIN_BYTES;

	for (const char *c = value; *c != '\0'; c++) {
		if (*c <= ' ' || *c > '~' ||
		    strchr("()<>@,;:\\\"/[]?=", *c) != NULL)
			is_good = false;
	}
	return is_good ||
	       setting_refuse(
		   err, value,
		   "is no authserv-id (allowed: a domain name or a token of "
		   "RFC 2045, at most 253 bytes)");
}

static bool refuse_socket(struct error *err, const char *value)
{
	return setting_refuse(err, value,
			      "is no socket (allowed: inet:PORT@HOST, "
			      "inet6:PORT@HOST, unix:/PATH, local:/PATH)");
}

static bool is_host(struct span host, enum net_family family)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *text = mem_strndup(mem, host.data, host.length);
	struct net_address address;
	bool is_good = net_address_parse(text, &address)
			   ? address.family == family
			   : domain_is_valid(text);

	mem_free(mem);
	return is_good;
}

static bool check_listen(const char *value, struct error *err)
{
	struct span scheme;
	struct span rest;
	struct span port;
	struct span host;
	long number;

	if (!span_cut(span_of(value), ':', &scheme, &rest))
		return refuse_socket(err, value);
	if (span_equals(scheme, "unix") || span_equals(scheme, "local")) {
		if (rest.length < 2 || rest.data[0] != '/')
			return refuse_socket(err, value);
		return rest.length <= SOCKET_PATH_MAX ||
		       setting_refuse(
			   err, value,
			   "has too long a path (allowed: 107 bytes)");
	}
	if (!span_equals(scheme, "inet") && !span_equals(scheme, "inet6"))
		return refuse_socket(err, value);
	if (!span_cut(rest, '@', &port, &host) ||
	    !text_number(port, 1, 65535, &number) ||
	    !is_host(host, span_equals(scheme, "inet") ? NET_IPV4 : NET_IPV6))
		return refuse_socket(err, value);
	return true;
}

static bool check_socket_mode(const char *value, struct error *err)
{
	bool is_octal = strlen(value) == 4 && value[0] == '0' &&
			strspn(value, "01234567") == 4;

	/* without 06 in front the daemon itself could not use its socket */
	if (is_octal && (value[1] == '6' || value[1] == '7'))
		return true;
	return setting_refuse(err, value,
			      "is no mode (allowed: \"0600\" to \"0777\", "
			      "four octal digits)");
}

static bool is_account(const char *value)
{
	size_t length = strlen(value);

	if (length == 0 || length > USER_NAME_MAX || value[0] == '-')
		return false;
	for (const char *c = value; *c != '\0'; c++) {
		if (!ascii_is_alpha(*c) && !ascii_is_digit(*c) &&
		    strchr("_-.", *c) == NULL)
			return false;
	}
	return true;
}

static bool check_user(const char *value, struct error *err)
{
	return is_account(value) ||
	       setting_refuse(err, value,
			      "is no user (allowed: a name of letters, "
			      "digits, _ - .)");
}

static bool check_group(const char *value, struct error *err)
{
	return *value == '\0' || is_account(value) ||
	       setting_refuse(err, value,
			      "is no group (allowed: a name of letters, "
			      "digits, _ - .)");
}

static const struct setting_choice modes[] = {
    {"enforce", MODE_ENFORCE}, {"monitor", MODE_MONITOR}, {NULL, 0}};

const struct setting daemon_setting_rows[] = {
    {.name = "authserv_id",
     .type = SETTING_TEXT,
     .offset = offsetof(struct daemon_settings, authserv_id),
     .initial = "",
     .check = check_authserv_id,
     .is_reloadable = true,
     .summary = "The name this host signs its Authentication-Results fields "
		"with; empty for the host's name."},
    {.name = "mode",
     .type = SETTING_CHOICE,
     .offset = offsetof(struct daemon_settings, mode),
     .initial = "enforce",
     .choices = modes,
     .is_reloadable = true,
     .summary = "Act on failing mail, or only record and log what would have "
		"been done."},
    {.name = "profile",
     .type = SETTING_CHOICE,
     .offset = offsetof(struct daemon_settings, profile),
     .initial = "rfc9989",
     .choices = profile_choices,
     .is_reloadable = true,
     .summary = "Whose rules the defaults follow; what a file sets holds "
		"whatever the profile says."},
    {.name = "listen",
     .type = SETTING_TEXT,
     .offset = offsetof(struct daemon_settings, listen),
     .initial = "unix:/run/alignd/alignd.sock",
     .check = check_listen,
     .is_reloadable = false,
     .summary = "The socket the MTA connects to: inet:PORT@HOST, "
		"inet6:PORT@HOST, unix:/PATH or local:/PATH."},
    {.name = "socket_mode",
     .type = SETTING_TEXT,
     .offset = offsetof(struct daemon_settings, socket_mode),
     .initial = "0660",
     .check = check_socket_mode,
     .is_reloadable = false,
     .summary = "Permissions of a unix socket, four octal digits."},
    {.name = "socket_group",
     .type = SETTING_TEXT,
     .offset = offsetof(struct daemon_settings, socket_group),
     .initial = "",
     .check = check_group,
     .is_reloadable = false,
     .summary = "Group of a unix socket, so that the MTA may use it; empty "
		"for the daemon's own."},
    {.name = "user",
     .type = SETTING_TEXT,
     .offset = offsetof(struct daemon_settings, user),
     .initial = "alignd",
     .check = check_user,
     .is_reloadable = false,
     .summary = "Whom the daemon becomes when root starts it."},
    {.name = "overrides",
     .type = SETTING_TEXT,
     .offset = offsetof(struct daemon_settings, overrides),
     .initial = OVERRIDES_DEFAULT,
     .is_reloadable = true,
     .summary = "The operator's exceptions, see overrides.conf(5); a path, "
		"from the folder of this file. Empty for none."},
    {.name = "max_messages",
     .type = SETTING_NUMBER,
     .offset = offsetof(struct daemon_settings, max_messages),
     .initial = "500",
     .min = 1,
     .max = 10000,
     .is_reloadable = true,
     .summary = "Messages in evaluation at the same time; further ones are "
		"told to come again."},
    {.name = "confine",
     .type = SETTING_FLAG,
     .offset = offsetof(struct daemon_settings, confine),
     .initial = "yes",
     .is_reloadable = false,
     .summary = "Give up what is not needed after the start, by landlock and "
		"seccomp where the kernel has them."},
    {.name = NULL},
};
