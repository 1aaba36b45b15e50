/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * postfix_role.c - what a service of Postfix takes mail from
 * Tested by test_alignctl_doctor, test_doctor.
 */
#include "lib/wiring/postfix_role.h"

#include <string.h>

#include "lib/base/net.h"
#include "lib/base/text.h"

#define SEPARATORS ", \t\r\n"

/* The next word of a list, without [ ]; empty at the end. */
static const char *next_word(TALLOC_CTX *mem, const char **rest)
{
	const char *start = *rest + strspn(*rest, SEPARATORS);
	size_t length = strcspn(start, SEPARATORS);

	*rest = start + length;
	return mem_strndup(mem, start, length);
}

/* "127.0.0.1", "[::1]", "localhost", "loopback-only", "127.0.0.0/8" */
static bool is_loopback_word(TALLOC_CTX *mem, const char *word)
{
	const char *open = word[0] == '[' ? word + 1 : word;
	const char *host = mem_strndup(mem, open, strcspn(open, "]/"));
	struct net_address address;

	if (net_address_parse(host, &address))
		return net_address_is_loopback(&address);
	return text_equals_nocase(host, "localhost") ||
	       text_equals_nocase(host, "loopback-only");
}

static bool is_all_loopback(TALLOC_CTX *mem, const char *list)
{
	const char *rest = list;
	const char *word = next_word(mem, &rest);
	bool is_it = *word != '\0';

	for (; *word != '\0'; word = next_word(mem, &rest))
		is_it = is_it && is_loopback_word(mem, word);
	return is_it;
}

static bool has_loopback(TALLOC_CTX *mem, const char *list)
{
	const char *rest = list;
	const char *word;

	while (*(word = next_word(mem, &rest)) != '\0') {
		if (is_loopback_word(mem, word))
			return true;
	}
	return false;
}

/* "127.0.0.1:10025": the host before the last colon, else inet_interfaces. */
static bool is_inside(TALLOC_CTX *mem, const struct postfix_facts *facts,
		      const struct postfix_service *service)
{
	const char *colon = strrchr(service->door, ':');

	if (colon == NULL)
		return is_all_loopback(mem,
				       postfix_fact(facts, "inet_interfaces"));
	return is_loopback_word(
	    mem,
	    mem_strndup(mem, service->door, (size_t)(colon - service->door)));
}

/* haproxy and others say in front of each connection whose it is. */
static bool is_behind_proxy(const struct postfix_facts *facts,
			    const struct postfix_service *service)
{
	const struct postfix_service door = {.name = service->door,
					     .type = "inet"};

	return postfix_service_fact(facts, service,
				    "smtpd_upstream_proxy_protocol")[0] !=
		   '\0' ||
	       (strcmp(service->type, "pass") == 0 &&
		postfix_service_fact(facts, &door,
				     "postscreen_upstream_proxy_protocol")[0] !=
		    '\0');
}

bool postfix_role_has_xclient(const struct postfix_facts *facts,
			      const struct postfix_service *service)
{
	TALLOC_CTX *mem = mem_context(NULL);
	bool has_it = has_loopback(
	    mem, postfix_service_fact(facts, service,
				      "smtpd_authorized_xclient_hosts"));

	mem_free(mem);
	return has_it;
}

static bool has_filter(const struct postfix_facts *facts,
		       const struct postfix_service *service)
{
	return postfix_service_fact(facts, service, "content_filter")[0] !=
		   '\0' ||
	       postfix_service_fact(facts, service, "smtpd_proxy_filter")[0] !=
		   '\0';
}

bool postfix_role_has_filter(const struct postfix_facts *facts)
{
	for (size_t i = 0; i < facts->service_count; i++) {
		if (has_filter(facts, &facts->services[i]))
			return true;
	}
	return false;
}

/* "smtp:[192.0.2.9]:10024", "127.0.0.1:10025": an address before the last
 * colon, behind a transport or not. */
static bool read_host(TALLOC_CTX *mem, const char *text,
		      struct net_address *address)
{
	const char *end = strrchr(text, ':');
	const char *open = strchr(text, '[');

	if (open != NULL && strchr(open, ']') != NULL) {
		text = open + 1;
		end = strchr(text, ']');
	} else if (end != NULL && memchr(text, ':', (size_t)(end - text))) {
		text = strchr(text, ':') + 1;
	}
	return end != NULL && end > text &&
	       net_address_parse(mem_strndup(mem, text, (size_t)(end - text)),
				 address);
}

static struct net_address filter_address(TALLOC_CTX *mem,
					 const struct postfix_facts *facts,
					 const struct postfix_service *service)
{
	struct net_address address;

	if (read_host(mem, service->door, &address) &&
	    net_address_is_loopback(&address))
		return address;
	for (size_t i = 0; i < facts->service_count; i++) {
		if (read_host(mem,
			      postfix_service_fact(facts, &facts->services[i],
						   "content_filter"),
			      &address))
			return address;
	}
	(void)net_address_parse("127.0.0.1", &address);
	return address;
}

struct net_address
postfix_role_filter_address(const struct postfix_facts *facts,
			    const struct postfix_service *service)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct net_address address = filter_address(mem, facts, service);

	mem_free(mem);
	return address;
}

bool postfix_role_has_milters(const struct postfix_facts *facts,
			      const struct postfix_service *service)
{
	return strstr(postfix_service_fact(facts, service,
					   "receive_override_options"),
		      "no_milters") == NULL;
}

/* "-o content_filter=" beside a service that has one: mail comes back here. */
static bool is_unfiltered(const struct postfix_facts *facts,
			  const struct postfix_service *service)
{
	const char *own =
	    postfix_service_option(facts, service, "content_filter");

	return own != NULL && *own == '\0' &&
	       postfix_service_fact(facts, service, "smtpd_proxy_filter")[0] ==
		   '\0' &&
	       postfix_role_has_filter(facts);
}

/* --- who may come at all --- */

static bool is_submission(const struct postfix_service *service)
{
	static const char *const names[] = {"submission", "submissions",
					    "smtps", "587", "465"};
	const char *colon = strrchr(service->door, ':');
	const char *port = colon == NULL ? service->door : colon + 1;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (strcmp(port, names[i]) == 0)
			return true;
	}
	return false;
}

/* "permit_mynetworks, permit_sasl_authenticated, reject": nobody else. */
static bool is_for_own_only(TALLOC_CTX *mem, const char *restrictions)
{
	static const char *const own[] = {
	    "permit_mynetworks", "permit_sasl_authenticated",
	    "permit_tls_clientcerts", "permit_tls_all_clientcerts"};
	const char *rest = restrictions;
	const char *word;

	while (*(word = next_word(mem, &rest)) != '\0') {
		bool is_own = false;
		if (strcmp(word, "reject") == 0)
			return true;
		for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
			is_own = is_own || strcmp(word, own[i]) == 0;
		if (!is_own && strncmp(word, "permit", strlen("permit")) == 0)
			return false;
		/* a table, a policy service: it may permit anybody */
		if (strncmp(word, "check_", strlen("check_")) == 0)
			return false;
	}
	return false;
}

static bool is_closed(TALLOC_CTX *mem, const struct postfix_facts *facts,
		      const struct postfix_service *service)
{
	static const char *const lists[] = {
	    "smtpd_client_restrictions", "smtpd_helo_restrictions",
	    "smtpd_sender_restrictions", "smtpd_relay_restrictions",
	    "smtpd_recipient_restrictions"};

	if (is_submission(service))
		return true;
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		if (is_for_own_only(
			mem, postfix_service_fact(facts, service, lists[i])))
			return true;
	}
	return false;
}

static enum postfix_role find_role(TALLOC_CTX *mem,
				   const struct postfix_facts *facts,
				   const struct postfix_service *service)
{
	bool tells_client = is_behind_proxy(facts, service) ||
			    postfix_role_has_xclient(facts, service);

	if (is_submission(service))
		return ROLE_CLOSED;
	if (is_unfiltered(facts, service) && !tells_client)
		return ROLE_RETURN;
	if (is_inside(mem, facts, service) && !tells_client)
		return ROLE_RETURN;
	if (is_closed(mem, facts, service))
		return ROLE_CLOSED;
	return postfix_service_fact(facts, service, "smtpd_proxy_filter")[0] ==
		       '\0'
		   ? ROLE_ENTRANCE
		   : ROLE_FILTERED;
}

enum postfix_role postfix_role_of(const struct postfix_facts *facts,
				  const struct postfix_service *service)
{
	TALLOC_CTX *mem = mem_context(NULL);
	enum postfix_role role = find_role(mem, facts, service);

	mem_free(mem);
	return role;
}
