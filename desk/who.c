/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * who.c - who asks
 *
 * Host is checked against rebinding of names (a page of elsewhere whose name
 * leads to loopback has its own Host), Origin and Sec-Fetch-Site against pages
 * of elsewhere that ask in a reader's name. A link that somebody follows is
 * neither: it may come from anywhere, since a page changes nothing.
 * Tested by test_desk_who, fuzz_desk.
 */
#include "desk/who.h"

#include <string.h>

#include "lib/base/account.h"

#define USER_MAX 200
#define NOBODY_UID ((uid_t)-1)

struct known {
	struct desk_member member;
	uid_t uid; /* NOBODY_UID: no user of the host */
	enum desk_role role;
};

struct desk_gate {
	const struct desk_settings *settings;
	const char *token;
	uid_t proxy;
	size_t count;
	struct known *known;
};

/* --- the lists --- */

static void add_list(struct desk_gate *gate, const struct text_list *list,
		     enum desk_role role)
{
	for (size_t i = 0; i < list->count; i++) {
		struct known *known = &gate->known[gate->count++];
		struct account_ids ids;
		struct error unused;
		known->member = desk_member_of(gate, list->items[i]);
		known->role = role;
		known->uid =
		    account_find_user(known->member.user, &ids, &unused)
			? ids.user
			: NOBODY_UID;
	}
}

bool desk_gate_new(TALLOC_CTX *mem, const struct desk_settings *settings,
		   const char *token, struct desk_gate **gate,
		   struct error *err)
{
	struct desk_gate *made = mem_new(mem, struct desk_gate);
	struct account_ids ids = {.user = NOBODY_UID};

	if (*settings->proxy != '\0' &&
	    !account_find_user(settings->proxy, &ids, err))
		return error_wrap(err, "proxy");
	made->settings = settings;
	made->token = token;
	made->proxy = ids.user;
	made->known =
	    mem_array(made, struct known,
		      settings->analysts.count + settings->helpdesk.count);
	/* Who is in both sees all: the first one that fits holds. */
	add_list(made, &settings->analysts, DESK_ANALYST);
	add_list(made, &settings->helpdesk, DESK_HELPDESK);
	*gate = made;
	return true;
}

/* --- headers --- */

static struct desk_refusal refuse(unsigned status, const char *words)
{
	return (struct desk_refusal){.status = status, .words = words};
}

/* The value; NULL: none. *count says how many there are. */
static const char *find_field(const struct desk_arrival *arrival,
			      const char *name, size_t *count)
{
	const char *value = NULL;

	*count = 0;
	for (size_t i = 0; i < arrival->count; i++) {
		if (!text_equals_nocase(arrival->fields[i].name, name))
			continue;
		value = arrival->fields[i].value;
		(*count)++;
	}
	return value;
}

/* What a program behind a web server would take for the same: "X_Remote_User"
 * for "X-Remote-User". */
static bool is_variant(const char *name, const char *wanted)
{
	for (; *name != '\0' && *wanted != '\0'; name++, wanted++) {
		char c = *name == '_' ? '-' : ascii_lower(*name);
		if (c != ascii_lower(*wanted))
			return false;
	}
	return *name == *wanted;
}

static size_t count_variants(const struct desk_arrival *arrival,
			     const char *wanted)
{
	size_t count = 0;

	for (size_t i = 0; i < arrival->count; i++)
		count += is_variant(arrival->fields[i].name, wanted) ? 1 : 0;
	return count;
}

/* "desk.test:443" is desk.test; "[::1]:80" is ::1. */
static struct span host_name(const char *host)
{
	struct span name = span_of(host);
	struct span port;

	if (*host == '[') {
		(void)span_cut(span_from(name, 1), ']', &name, &port);
		return name;
	}
	(void)span_cut(span_of(host), ':', &name, &port);
	return name;
}

static bool is_ours(const struct desk_gate *gate, struct span name)
{
	static const char *const loopback[] = {"localhost", "127.0.0.1", "::1"};
	const struct text_list *hosts = &gate->settings->hosts;

	for (size_t i = 0;
	     desk_settings_is_tcp(gate->settings) && i < COUNT_OF(loopback);
	     i++) {
		if (span_equals_nocase(name, loopback[i]))
			return true;
	}
	for (size_t i = 0; i < hosts->count; i++) {
		if (span_equals_nocase(name, hosts->items[i]))
			return true;
	}
	return false;
}

/* "https://desk.test" */
static bool is_our_origin(const struct desk_gate *gate, const char *origin)
{
	const char *name = strstr(origin, "://");

	return name != NULL && is_ours(gate, host_name(name + 3));
}

/* A browser that says from where a request comes. */
static bool is_from_elsewhere(const struct desk_arrival *arrival)
{
	size_t count;
	const char *site = find_field(arrival, "Sec-Fetch-Site", &count);
	const char *mode = find_field(arrival, "Sec-Fetch-Mode", &count);
	const char *for_what = find_field(arrival, "Sec-Fetch-Dest", &count);

	if (site == NULL || strcmp(site, "same-origin") == 0 ||
	    strcmp(site, "none") == 0)
		return false;
	return mode == NULL || strcmp(mode, "navigate") != 0 ||
	       for_what == NULL || strcmp(for_what, "document") != 0;
}

struct desk_refusal desk_gate_check(const struct desk_gate *gate,
				    const struct desk_arrival *arrival)
{
	size_t count;
	const char *host = find_field(arrival, "Host", &count);

	if (count != 1 || !is_ours(gate, host_name(host)))
		return refuse(421, "the desk does not go by that name: hosts "
				   "in desk.conf has those that it does");
	const char *origin = find_field(arrival, "Origin", &count);
	if (count > 1 || (origin != NULL && !is_our_origin(gate, origin)) ||
	    is_from_elsewhere(arrival))
		return refuse(403, "that was asked by a page of elsewhere");
	if (find_field(arrival, "Transfer-Encoding", &count) != NULL)
		return refuse(400, "a request has no body here");
	const char *length = find_field(arrival, "Content-Length", &count);
	if (count > 1 || (length != NULL && strcmp(length, "0") != 0))
		return refuse(400, "a request has no body here");
	return refuse(0, NULL);
}

/* --- users --- */

static struct desk_refusal find_named(const struct desk_gate *gate,
				      const char *user, struct desk_who *who)
{
	for (size_t i = 0; i < gate->count; i++) {
		const struct known *known = &gate->known[i];
		if (strcmp(known->member.user, user) != 0 &&
		    strcmp(known->member.user, "*") != 0)
			continue;
		who->role = known->role;
		who->author_domain = known->member.author_domain;
		break;
	}
	return refuse(0, NULL);
}

static struct desk_refusal find_by_proxy(TALLOC_CTX *mem,
					 const struct desk_gate *gate,
					 const struct desk_arrival *arrival,
					 struct desk_who *who)
{
	const char *name = gate->settings->user_header;
	size_t count;
	const char *user = find_field(arrival, name, &count);

	if (count_variants(arrival, name) != count || count > 1)
		return refuse(400, "the header that names the user came more "
				   "than once, or in another spelling");
	if (user == NULL || *user == '\0')
		return refuse(403, "the web server named nobody: it has to ask "
				   "who you are before it asks the desk");
	if (strlen(user) > USER_MAX || !text_is_line(span_of(user)))
		return refuse(400, "the header that names the user holds no "
				   "name");
	who->user = mem_strdup(mem, user);
	return find_named(gate, who->user, who);
}

static struct desk_refusal find_by_uid(const struct desk_gate *gate,
				       const struct desk_arrival *arrival,
				       struct desk_who *who)
{
	if (count_variants(arrival, gate->settings->user_header) != 0)
		return refuse(403, "a header names a user, and it was not set "
				   "by the web server (proxy in desk.conf)");
	for (size_t i = 0; i < gate->count; i++) {
		const struct known *known = &gate->known[i];
		if (known->uid == NOBODY_UID || known->uid != arrival->peer)
			continue;
		who->role = known->role;
		who->user = known->member.user;
		who->author_domain = known->member.author_domain;
		break;
	}
	return refuse(0, NULL);
}

/* --- the token --- */

/* However much of it is right, it takes as long. */
static bool is_token(const char *token, struct span given)
{
	size_t length = strlen(token);
	unsigned differs = length == given.length ? 0 : 1;

	for (size_t i = 0; i < given.length; i++)
		differs |= (unsigned)(given.data[i] ^ token[i % length]);
	return differs == 0;
}

static int base64_value(char c)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *found = c == '\0' ? NULL : strchr(letters, c);

	return found == NULL ? -1 : (int)(found - letters);
}

/* Up to the first byte that is none, which "=" is. */
static struct span decode(TALLOC_CTX *mem, const char *text)
{
	char *bytes = mem_array(mem, char, strlen(text) + 1);
	size_t length = 0;
	unsigned bits = 0;

	for (size_t i = 0; base64_value(text[i]) >= 0; i++) {
		bits = bits << 6 | (unsigned)base64_value(text[i]);
		if (i % 4 != 0)
			bytes[length++] =
			    (char)(bits >> (4 - 2 * (i % 4 - 1)) & 0xff);
	}
	return span_make(bytes, length);
}

static struct desk_refusal find_by_token(TALLOC_CTX *mem,
					 const struct desk_gate *gate,
					 const struct desk_arrival *arrival,
					 struct desk_who *who)
{
	static const char scheme[] = "Basic ";
	size_t count;
	const char *given = find_field(arrival, "Authorization", &count);
	struct span user;
	struct span password;

	if (count != 1 || strncmp(given, scheme, strlen(scheme)) != 0 ||
	    !span_cut(decode(mem, given + strlen(scheme)), ':', &user,
		      &password) ||
	    !is_token(gate->token, password))
		return refuse(401, "any name will do; the password is the "
				   "token that stands in token_file");
	who->role = DESK_ANALYST;
	who->user = "token";
	return refuse(0, NULL);
}

struct desk_refusal desk_gate_who(TALLOC_CTX *mem, const struct desk_gate *gate,
				  const struct desk_arrival *arrival,
				  struct desk_who *who)
{
	*who = (struct desk_who){.role = DESK_NOBODY};
	if (arrival->is_tcp)
		return find_by_token(mem, gate, arrival, who);
	if (gate->proxy != NOBODY_UID && arrival->peer == gate->proxy)
		return find_by_proxy(mem, gate, arrival, who);
	return find_by_uid(gate, arrival, who);
}
