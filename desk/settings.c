/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings.c - desk.conf
 * Tested by test_desk_settings.
 */
#include "desk/settings.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lib/app/metrics_settings.h"
#include "lib/base/domain.h"
#include "lib/base/net.h"
#include "lib/fleet/pg.h"
#include "lib/store/store_settings.h"

#define UNIX "unix:"
#define HEADER_MAX 60

/* --- rows --- */

static bool is_loopback(const struct net_address *address)
{
	static const uint8_t six[16] = {[15] = 1};

	return address->family == NET_IPV4
		   ? address->bytes[0] == 127
		   : memcmp(address->bytes, six, sizeof six) == 0;
}

static bool check_listen(const char *value, struct error *err)
{
	struct metrics_endpoint endpoint;

	if (strncmp(value, UNIX "/", strlen(UNIX "/")) == 0)
		return true;
	if (strncmp(value, "inet", strlen("inet")) != 0 ||
	    !metrics_endpoint_parse(value, &endpoint, err))
		return setting_refuse(err, value,
				      "is no place to listen at (allowed: "
				      "unix:/PATH, inet:PORT@127.0.0.1, "
				      "inet6:PORT@::1)");
	return is_loopback(&endpoint.address) ||
	       setting_refuse(err, value,
			      "is reached from elsewhere (allowed: a unix "
			      "socket behind a web server, or loopback)");
}

static bool check_header(const char *value, struct error *err)
{
	bool is_good = *value != '\0' && strlen(value) <= HEADER_MAX;

	for (const char *c = value; is_good && *c != '\0'; c++)
		is_good = ascii_is_alpha(*c) || ascii_is_digit(*c) || *c == '-';
	return is_good ||
	       setting_refuse(err, value,
			      "is no name of a header (allowed: letters, "
			      "digits, \"-\")");
}

/* A name may hold a colon: the last one parts it from a domain. */
static bool check_member(const char *value, struct error *err)
{
	const char *colon = strrchr(value, ':');
	TALLOC_CTX *mem = mem_context(NULL);
	bool is_good = text_is_line(span_of(value)) && *value != '\0' &&
		       colon != value &&
		       (colon == NULL ||
			domain_normalize(mem, span_of(colon + 1)) != NULL);

	mem_free(mem);
	return is_good ||
	       setting_refuse(err, value,
			      "names nobody (allowed: NAME, NAME:DOMAIN, *)");
}

/* What libpq says of it: which parameter it does not know. Else a part of the
 * text would be shown that may be of a password with a blank in it. */
static const char *fault_of(const char *words)
{
	static const char unknown[] = "invalid connection option";
	const char *at = strstr(words, unknown);

	return at != NULL ? at
			  : "each parameter is NAME=VALUE, a value with blanks "
			    "in ' ' (as in: host=db.example.org dbname=alignd "
			    "user=reader)";
}

/* Here, and not at the first page. */
static bool check_connection(const char *value, struct error *err)
{
	struct error met;

	if (*value == '\0' || !store_connection_check(value, err))
		return *value == '\0';
	return pg_string_is_sound(value, &met) ||
	       error_set(err, ERROR_CONFIG, "is no connection string: %s",
			 fault_of(met.words));
}

#define AT(member) .offset = offsetof(struct desk_settings, member)

static const struct setting rows[] = {
    {.name = "listen",
     .type = SETTING_TEXT,
     AT(listen),
     .initial = "unix:/run/alignd-desk/desk.sock",
     .check = check_listen,
     .summary = "Where pages are served: a unix socket (mode 0660) for a web "
		"server, or a port of loopback for trying it out, which needs "
		"token_file."},
    {.name = "config",
     .type = SETTING_TEXT,
     AT(config),
     .initial = SYSCONFDIR "/alignd/alignd.conf",
     .summary = "alignd's configuration, for its store, its overrides and what "
		"explain says of settings. Empty for none."},
    {.name = "store",
     .type = SETTING_TEXT,
     AT(store),
     .initial = "",
     .summary = "The store's file. Empty for that of config."},
    {.name = "postgresql",
     .type = SETTING_TEXT,
     AT(postgresql),
     .initial = "",
     .check = check_connection,
     .is_secret = true,
     .summary =
	 "A connection string of the fleet's PostgreSQL, with the role of "
	 "a reader: its record is shown in place of the store's. Empty "
	 "for none."},
    {.name = "parts",
     .type = SETTING_TEXT,
     AT(parts),
     .initial = "/var/lib/alignd-desk/pages",
     .summary = "The folder that alignctl desk keeps: parts of pages that take "
		"long are taken from it, where they are less than an hour old. "
		"Empty for none."},
    {.name = "proxy",
     .type = SETTING_TEXT,
     AT(proxy),
     .initial = "",
     .summary = "The user that the web server runs as: it alone may say who "
		"asks, in user_header. Empty for none: users of the host come "
		"under their own names."},
    {.name = "user_header",
     .type = SETTING_TEXT,
     AT(user_header),
     .initial = "X-Remote-User",
     .check = check_header,
     .summary = "The header in which the web server names who asks."},
    {.name = "token_file",
     .type = SETTING_TEXT,
     AT(token_file),
     .initial = "",
     .summary = "A file with the password of whoever comes by TCP, mode 0400. "
		"For trying it out."},
    {.name = "hosts",
     .type = SETTING_LIST,
     AT(hosts),
     .initial = "localhost",
     .summary = "Names under which browsers find the desk; a request for "
		"another one is refused."},
    {.name = "helpdesk",
     .type = SETTING_LIST,
     AT(helpdesk),
     .initial = "",
     .check = check_member,
     .summary = "Who may look up one reference, queue id or sender at a time: "
		"NAME, NAME:DOMAIN, or * for all."},
    {.name = "analysts",
     .type = SETTING_LIST,
     AT(analysts),
     .initial = "",
     .check = check_member,
     .summary = "Who may see all pages: NAME, or NAME:DOMAIN for mail in the "
		"name of that domain and below it alone."},
    {.name = "confine",
     .type = SETTING_FLAG,
     AT(confine),
     .initial = "yes",
     .summary = "Give up files and system calls that are not needed, where "
		"the kernel can bar them."},
    {.name = NULL},
};

const struct setting_section desk_sections[] = {
    {"", rows, 0, "The desk: pages for those who answer for refused mail."},
    {.name = NULL},
};

/* --- the file --- */

bool desk_settings_is_tcp(const struct desk_settings *settings)
{
	return strncmp(settings->listen, UNIX, strlen(UNIX)) != 0;
}

static bool check_record(const char *path, const struct desk_settings *settings,
			 struct error *err)
{
	return *settings->store == '\0' || *settings->postgresql == '\0' ||
	       error_set(err, ERROR_CONFIG,
			 "%.80s: store and postgresql: the desk shows one "
			 "record: leave store out for the fleet's, or "
			 "postgresql for that of one host",
			 path);
}

static bool check_door(const char *path, const struct desk_settings *settings,
		       struct error *err)
{
	bool is_tcp = desk_settings_is_tcp(settings);

	if (is_tcp && *settings->token_file == '\0')
		return error_set(err, ERROR_CONFIG,
				 "%.80s: listen: a TCP port is open to every "
				 "user of the host: set token_file, or listen "
				 "at a unix socket",
				 path);
	if (!is_tcp && settings->helpdesk.count == 0 &&
	    settings->analysts.count == 0)
		return error_set(err, ERROR_CONFIG,
				 "%.80s: nobody may read: name somebody in "
				 "helpdesk or analysts",
				 path);
	return true;
}

bool desk_settings_load(TALLOC_CTX *mem, const char *path,
			struct desk_settings *settings, struct error *err)
{
	const struct text_list paths = {.count = 1, .items = &path};

	if (access(path, R_OK) != 0)
		return error_errno(err, ERROR_CONFIG, errno,
				   "%.120s (a sample: "
				   "/usr/share/doc/alignd/examples/desk.conf)",
				   path);
	return settings_load(mem, desk_sections, &paths, settings, NULL, err) &&
	       check_record(path, settings, err) &&
	       check_door(path, settings, err);
}

bool desk_settings_load_record(TALLOC_CTX *mem, const char *path,
			       struct desk_settings *settings,
			       struct error *err)
{
	const struct text_list paths = {.count = access(path, F_OK) == 0,
					.items = &path};

	return settings_load(mem, desk_sections, &paths, settings, NULL, err) &&
	       check_record(path, settings, err);
}

struct desk_member desk_member_of(TALLOC_CTX *mem, const char *item)
{
	const char *colon = strrchr(item, ':');
	struct desk_member member = {.user = item};

	if (colon != NULL) {
		member.user = mem_strndup(mem, item, (size_t)(colon - item));
		member.author_domain =
		    domain_normalize(mem, span_of(colon + 1));
	}
	return member;
}
