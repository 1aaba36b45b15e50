/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * postfix_old.c - daemons that alignd replaces, left in a service's way
 *
 * A policy service is known by its name, or by the program that master.cf runs
 * under that name.
 */
#include "lib/wiring/postfix_private.h"

#include <string.h>

static bool is_spf(const char *text)
{
	static const char *const names[] = {
	    "policyd-spf", "policy-spf", "policyd_spf", "policy_spf",
	    "pypolicyd",   "spf-policy", "spfpolicy",	"/spf"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (strstr(text, names[i]) != NULL)
			return true;
	}
	return false;
}

/* "unix:private/checks": what master.cf runs as "checks". */
static const char *program_of(const struct postfix_view *view, const char *word)
{
	static const char prefix[] = "unix:private/";

	if (strncmp(word, prefix, strlen(prefix)) != 0)
		return "";
	return postfix_fact(
	    view->facts,
	    mem_printf(view->mem, "%s/unix/command", word + strlen(prefix)));
}

/* The value of a restriction list, or of a class it names. */
static bool has_spf_service(const struct postfix_view *view, const char *list)
{
	struct span rest = span_of(list);
	struct span word;

	while (rest.length > 0) {
		size_t length = 0;
		while (length < rest.length &&
		       strchr(", \t\r\n{}", rest.data[length]) == NULL)
			length++;
		word = span_make(rest.data, length);
		rest = span_from(rest, length + (length < rest.length));
		const char *text =
		    mem_strndup(view->mem, word.data, word.length);
		if (strchr(text, ':') != NULL &&
		    (is_spf(text) || is_spf(program_of(view, text))))
			return true;
	}
	return false;
}

/* The classes that main.cf defines may stand in any list, and in tables. */
static const char *class_with_spf(const struct postfix_view *view)
{
	const char *names =
	    postfix_fact(view->facts, "smtpd_restriction_classes");
	struct span rest = span_of(names);

	while (rest.length > 0) {
		size_t length = 0;
		while (length < rest.length &&
		       strchr(", \t\r\n", rest.data[length]) == NULL)
			length++;
		const char *name = mem_strndup(view->mem, rest.data, length);
		rest = span_from(rest, length + (length < rest.length));
		if (*name != '\0' &&
		    has_spf_service(view, postfix_fact(view->facts, name)))
			return name;
	}
	return NULL;
}

/* `place`: the list, or the class that may stand in one. */
static void report_spf(const struct postfix_view *view, const char *service,
		       const char *rule, const char *place)
{
	finding_warn(view->list, rule,
		     mem_printf(view->mem,
				"take the SPF policy service out of %s", place),
		     "service %s asks an SPF policy service (%s): it refuses "
		     "what DMARC would let pass by its DKIM signature",
		     service, finding_shown(view->list, place));
}

static void check_policy_services(const struct postfix_view *view,
				  const struct postfix_service *service)
{
	/* Those of ETRN refuse no mail. */
	static const char *const lists[] = {
	    "smtpd_client_restrictions",     "smtpd_helo_restrictions",
	    "smtpd_sender_restrictions",     "smtpd_relay_restrictions",
	    "smtpd_recipient_restrictions",  "smtpd_data_restrictions",
	    "smtpd_end_of_data_restrictions"};
	const char *class = class_with_spf(view);

	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		if (has_spf_service(view, postfix_service_fact(
					      view->facts, service, lists[i])))
			report_spf(view, service->name, lists[i], lists[i]);
	}
	if (class != NULL)
		report_spf(view, service->name, "smtpd_restriction_classes",
			   class);
}

void postfix_check_old(const struct postfix_view *view,
		       const struct postfix_service *service,
		       const struct postfix_milters *milters)
{
	for (size_t i = 0; i < milters->count; i++) {
		if (strstr(milters->items[i].endpoint, "opendmarc") != NULL)
			finding_warn(view->list, "smtpd_milters",
				     "take OpenDMARC out of smtpd_milters",
				     "service %s calls OpenDMARC as well: it "
				     "judges the same mail by older rules",
				     service->name);
	}
	check_policy_services(view, service);
}
