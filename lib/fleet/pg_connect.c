/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pg_connect.c - connection strings, TLS by default, and why none came about
 *
 * Tested by test_pg.
 */
#include <string.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/net.h"
#include "lib/fleet/pg_private.h"

/* What the system trusts, on Debian and on Fedora; libpq has no word for it
 * before version 16. */
static const char *const trusted[] = {
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
};

#define OPTIONS_MAX 64

/* The string's own options, and ours behind them. */
struct options {
	const char *words[OPTIONS_MAX + 1];
	const char *values[OPTIONS_MAX + 1];
	size_t count;
};

/* --- the string --- */

static void add_option(struct options *options, const char *word,
		       const char *value)
{
	if (options->count == OPTIONS_MAX)
		return;
	options->words[options->count] = word;
	options->values[options->count++] = value;
}

static const char *option(const struct options *options, const char *word)
{
	for (size_t i = 0; i < options->count; i++) {
		if (strcmp(options->words[i], word) == 0)
			return options->values[i];
	}
	return NULL;
}

static bool tell_string(const char *setting, const char *message,
			struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)error_set(err, ERROR_CONFIG,
			"%s is no connection string: %s "
			"(as in: host=db.example.org dbname=alignd user=mx1)",
			setting, pg_words(mem, message));
	mem_free(mem);
	return false;
}

/* The list is the caller's: PQconninfoFree(). */
static PQconninfoOption *parse(const struct pg_login *login, struct error *err)
{
	char *message = NULL;
	PQconninfoOption *list = PQconninfoParse(login->conninfo, &message);

	if (list == NULL)
		(void)tell_string(login->setting,
				  message == NULL ? "" : message, err);
	PQfreemem(message);
	return list;
}

static void take_options(TALLOC_CTX *mem, const PQconninfoOption *list,
			 struct options *options)
{
	for (; list->keyword != NULL; list++) {
		if (list->val != NULL && *list->val != '\0')
			add_option(options, mem_strdup(mem, list->keyword),
				   mem_strdup(mem, list->val));
	}
}

static bool read_login(TALLOC_CTX *mem, const struct pg_login *login,
		       struct options *options, struct error *err)
{
	PQconninfoOption *list = parse(login, err);

	options->count = 0;
	if (list == NULL)
		return false;
	take_options(mem, list, options);
	PQconninfoFree(list);
	return true;
}

static struct pg_login hosts_login(const char *conninfo)
{
	return (struct pg_login){.conninfo = conninfo,
				 .setting = "store.postgresql"};
}

static bool read_string(TALLOC_CTX *mem, const char *conninfo,
			struct options *options, struct error *err)
{
	const struct pg_login login = hosts_login(conninfo);

	return read_login(mem, &login, options, err);
}

bool pg_string_is_sound(const char *conninfo, struct error *err)
{
	const struct pg_login login = hosts_login(conninfo);
	PQconninfoOption *list = parse(&login, err);

	if (list == NULL)
		return false;
	PQconninfoFree(list);
	return true;
}

char *pg_string_shown(TALLOC_CTX *mem, const char *conninfo)
{
	struct options options;
	struct error unused;
	char *shown = mem_strdup(mem, "");

	if (!read_string(mem, conninfo, &options, &unused))
		return mem_strdup(mem, "(no connection string)");
	for (size_t i = 0; i < options.count; i++) {
		if (strcmp(options.words[i], "password") != 0 &&
		    strcmp(options.words[i], "sslpassword") != 0)
			shown = mem_printf(mem, "%s%s%s=%s", shown,
					   *shown == '\0' ? "" : " ",
					   options.words[i], options.values[i]);
	}
	return shown;
}

/* --- TLS --- */

/* What an environment or libpq itself would take where the string is silent;
 * "" without any. */
static const char *fallback(TALLOC_CTX *mem, const char *word)
{
	PQconninfoOption *list = PQconndefaults();
	const char *found = "";

	for (const PQconninfoOption *at = list;
	     at != NULL && at->keyword != NULL; at++) {
		if (strcmp(at->keyword, word) == 0 && at->val != NULL)
			found = mem_strdup(mem, at->val);
	}
	PQconninfoFree(list);
	return found;
}

const char *pg_string_option(TALLOC_CTX *mem, const char *conninfo,
			     const char *word)
{
	struct options options;
	struct error unused;

	if (!read_string(mem, conninfo, &options, &unused))
		return "";
	const char *found = option(&options, word);
	return found == NULL ? fallback(mem, word) : found;
}

/* A unix socket's folder, or nothing, which stands for one; loopback. */
static bool is_near(struct span host)
{
	char text[NET_ADDRESS_TEXT];
	struct net_address address;

	if (host.length == 0 || host.data[0] == '/' || host.data[0] == '@' ||
	    span_equals(host, "localhost"))
		return true;
	if (host.length >= sizeof text)
		return false;
	memcpy(text, host.data, host.length);
	text[host.length] = '\0';
	return net_address_parse(text, &address) &&
	       net_address_is_loopback(&address);
}

/* Several hosts may be named, in one list. */
static bool are_near(const char *hosts)
{
	struct span rest = span_of(hosts);
	struct span host;
	bool goes_on = true;

	while (goes_on) {
		goes_on = span_cut(rest, ',', &host, &rest);
		if (!is_near(host))
			return false;
	}
	return true;
}

static bool is_local(TALLOC_CTX *mem, const struct options *options)
{
	const char *address = option(options, "hostaddr");
	const char *host = option(options, "host");

	/* A service's file may name any host. */
	if (option(options, "service") != NULL ||
	    *fallback(mem, "service") != '\0')
		return false;
	if (address == NULL)
		address = fallback(mem, "hostaddr");
	if (*address != '\0')
		return are_near(address);
	return are_near(host == NULL ? fallback(mem, "host") : host);
}

static void demand_tls(TALLOC_CTX *mem, struct options *options)
{
	if (option(options, "sslmode") != NULL || is_local(mem, options))
		return;
	add_option(options, "sslmode", "verify-full");
	if (option(options, "sslrootcert") != NULL ||
	    *fallback(mem, "sslrootcert") != '\0')
		return;
	for (size_t i = 0; i < COUNT_OF(trusted); i++) {
		if (access(trusted[i], R_OK) == 0) {
			add_option(options, "sslrootcert", trusted[i]);
			return;
		}
	}
}

/* --- why it failed --- */

/* "... FATAL:  28P01: password ...": the state, where the server gave one. */
static bool find_state(const char *message, char state[PG_SQLSTATE + 1])
{
	const char *at = strstr(message, ":  ");

	for (; at != NULL; at = strstr(at + 1, ":  ")) {
		size_t length =
		    strspn(at + 3, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
		if (length == PG_SQLSTATE && at[3 + PG_SQLSTATE] == ':') {
			memcpy(state, at + 3, PG_SQLSTATE);
			state[PG_SQLSTATE] = '\0';
			return true;
		}
	}
	return false;
}

static enum pg_kind kind_of_message(const char *message)
{
	static const char *const signs[] = {"SSL", "certificate", "TLS"};
	char state[PG_SQLSTATE + 1];

	if (find_state(message, state))
		return pg_kind_of_state(state);
	for (size_t i = 0; i < COUNT_OF(signs); i++) {
		if (strstr(message, signs[i]) != NULL)
			return PG_TLS;
	}
	if (strstr(message, "password") != NULL)
		return PG_DENIED;
	return strstr(message, "invalid ") != NULL ? PG_STRING : PG_AWAY;
}

/* What to do, behind the words. */
static const char *const advice[] = {
    [PG_DONE] = "",
    [PG_AWAY] = "is it running, and may this host reach it?",
    [PG_REFUSED] = "is it a PostgreSQL of version 15 or later?",
    [PG_DENIED] = "alignctl fleet init --host makes the role; look at its "
		  "password and at pg_hba.conf",
    [PG_SCHEMA] = "alignctl fleet init makes the schema",
    [PG_TLS] = "is the server's certificate expired or not valid yet? "
	       "sslrootcert=FILE names the CA that signed it",
};

/* Of TLS libpq's words name what is wrong, but for what verification met. */
static const struct {
	const char *words;
	const char *advice;
} of_tls[] = {
    {"does not match host name", "host= must be a name in its certificate"},
    {"does not support SSL", "ssl = on in its postgresql.conf, with a "
			     "certificate for the name in host="},
    {"root certificate file", "sslrootcert=FILE names one that is there and "
			      "that this user may read"},
};

static const char *advice_on(TALLOC_CTX *mem, enum pg_kind kind,
			     const struct pg_login *login, const char *message)
{
	if (kind == PG_STRING)
		return mem_printf(mem, "mend %s", login->setting);
	if (kind == PG_DENIED && login->denied != NULL)
		return login->denied;
	for (size_t i = 0; kind == PG_TLS && i < COUNT_OF(of_tls); i++) {
		if (strstr(message, of_tls[i].words) != NULL)
			return of_tls[i].advice;
	}
	return advice[kind];
}

/* What libpq says first is where it asked ("connection to server at ..., port
 * ... failed: "); what is wrong stands behind. */
static const char *essence(const char *message)
{
	const char *at = strstr(message, " failed: ");

	return at == NULL ? message : at + strlen(" failed: ");
}

static enum pg_kind tell_unconnected(PGconn *handle,
				     const struct pg_login *login,
				     struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *message = PQerrorMessage(handle);
	enum pg_kind kind = kind_of_message(message);

	(void)error_set(err, kind == PG_STRING ? ERROR_CONFIG : ERROR_STORE,
			"PostgreSQL: %.110s; %s",
			pg_words(mem, essence(message)),
			advice_on(mem, kind, login, message));
	mem_free(mem);
	return kind;
}

/* --- connecting --- */

static PostgresPollingStatusType advance(PGconn *handle, int64_t deadline_ms)
{
	PostgresPollingStatusType status = PGRES_POLLING_WRITING;

	while (status == PGRES_POLLING_READING ||
	       status == PGRES_POLLING_WRITING) {
		if (!pg_wait_socket(handle, status == PGRES_POLLING_WRITING,
				    deadline_ms))
			return PGRES_POLLING_ACTIVE;
		status = PQconnectPoll(handle);
	}
	return status;
}

static void ignore_notice(void *context, const PGresult *result)
{
	(void)context;
	(void)result;
}

static enum pg_kind open_handle(const struct options *options,
				const struct pg_login *login, int64_t wait_ms,
				PGconn **opened, struct error *err)
{
	int64_t deadline_ms = clock_monotonic_ms(clock_system()) + wait_ms;
	PGconn *handle =
	    PQconnectStartParams(options->words, options->values, 0);
	enum pg_kind kind = PG_AWAY;

	PQsetErrorVerbosity(handle, PQERRORS_VERBOSE);
	(void)PQsetNoticeReceiver(handle, ignore_notice, NULL);
	PostgresPollingStatusType status = PQstatus(handle) == CONNECTION_BAD
					       ? PGRES_POLLING_FAILED
					       : advance(handle, deadline_ms);
	if (status == PGRES_POLLING_OK && PQsetnonblocking(handle, 1) == 0) {
		*opened = handle;
		return PG_DONE;
	}
	if (status == PGRES_POLLING_ACTIVE)
		(void)error_set(err, ERROR_STORE,
				"PostgreSQL did not answer within %lld ms; %s",
				(long long)wait_ms, advice[PG_AWAY]);
	else
		kind = tell_unconnected(handle, login, err);
	PQfinish(handle);
	return kind;
}

static int close_pg(struct pg *pg)
{
	PQfinish(pg->handle);
	return 0;
}

enum pg_kind pg_connect(TALLOC_CTX *mem, const char *conninfo, int64_t wait_ms,
			struct pg **pg, struct error *err)
{
	const struct pg_login login = hosts_login(conninfo);

	return pg_connect_as(mem, &login, wait_ms, pg, err);
}

enum pg_kind pg_connect_as(TALLOC_CTX *mem, const struct pg_login *login,
			   int64_t wait_ms, struct pg **pg, struct error *err)
{
	TALLOC_CTX *own = mem_context(NULL);
	struct options options;
	PGconn *handle = NULL;
	enum pg_kind kind = PG_STRING;

	if (read_login(own, login, &options, err)) {
		demand_tls(own, &options);
		add_option(&options, "client_encoding", "UTF8");
		add_option(&options, "fallback_application_name", "alignd");
		options.words[options.count] = NULL;
		options.values[options.count] = NULL;
		kind = open_handle(&options, login, wait_ms, &handle, err);
	}
	mem_free(own);
	if (kind != PG_DONE)
		return kind;
	*pg = mem_new(mem, struct pg);
	**pg = (struct pg){.handle = handle, .wait_ms = wait_ms};
	talloc_set_destructor(*pg, close_pg);
	return PG_DONE;
}
