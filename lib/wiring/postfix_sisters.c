/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * postfix_sisters.c - the hosts that take mail for the same domains
 *
 * Each signs its results with its own name, and readers behind believe all of
 * them. A field in a sister's name that a stranger brings must go here as well:
 * nobody else looks at it.
 * Tested by test_doctor.
 */
#include "lib/wiring/postfix_private.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/strbuf.h"

#define RULE "trust.authserv_ids"
#define NAMED_BYTES 300 /* of the hosts that a finding lists */

/* --- the domains --- */

/* Tables, files and what has no dot are no domains here. */
static void add_domain(TALLOC_CTX *mem, struct span word,
		       struct text_list *domains)
{
	const char *domain = memchr(word.data, '.', word.length) == NULL
				 ? NULL
				 : domain_normalize(mem, word);

	if (domain == NULL || domains->count == POSTFIX_DOMAINS_MAX ||
	    domain_list_has(domains, domain))
		return;
	domains->items =
	    mem_resize(mem, domains->items, const char *, domains->count + 1);
	domains->items[domains->count++] = domain;
}

struct text_list postfix_domains(TALLOC_CTX *mem,
				 const struct postfix_facts *facts,
				 const struct text_list *own)
{
	static const char *const lists[] = {
	    "mydestination", "virtual_mailbox_domains", "virtual_alias_domains",
	    "relay_domains"};
	struct text_list domains = {0};
	struct span word;

	for (size_t i = 0; i < own->count; i++)
		add_domain(mem, span_of(own->items[i]), &domains);
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		struct span rest = span_of(postfix_fact(facts, lists[i]));
		while ((word = postfix_next_word(&rest)).length > 0)
			add_domain(mem, word, &domains);
	}
	return domains;
}

/* --- their hosts --- */

static bool has_nocase(const struct text_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++) {
		if (text_equals_nocase(list->items[i], name))
			return true;
	}
	return false;
}

static void report_sisters(const struct postfix_view *view,
			   const struct postfix_mx *mx, const char *names)
{
	finding_warn(
	    view->list, RULE,
	    mem_printf(view->mem,
		       "add to trust.authserv_ids the names that these hosts "
		       "sign with (%s); where mail goes from one to the other, "
		       "let them share mark.key",
		       names),
	    "mail for %s comes in by %s as well (MX): where readers believe "
	    "results in that name, a stranger's field that bears it passes "
	    "this host untouched",
	    mx->domain, names);
}

/* Where this host is no MX itself, the others are somebody else's. */
static void check_domain(const struct postfix_view *view,
			 const struct postfix_mx *mx)
{
	const char *own = postfix_fact(view->facts, "myhostname");
	const char *id = config_authserv_id(view->mem, view->config);
	struct strbuf names;

	if (!has_nocase(&mx->hosts, own) && !has_nocase(&mx->hosts, id))
		return;
	strbuf_init(&names, view->mem, NAMED_BYTES);
	for (size_t i = 0; i < mx->hosts.count; i++) {
		const char *host = mx->hosts.items[i];
		if (!text_equals_nocase(host, own) &&
		    !text_equals_nocase(host, id) &&
		    !has_nocase(&view->config->trust.authserv_ids, host))
			strbuf_printf(&names, "%s%s",
				      names.length == 0 ? "" : ", ", host);
	}
	if (names.length > 0)
		report_sisters(view, mx,
			       finding_shown(view->list, strbuf_text(&names)));
}

void postfix_check_sisters(const struct postfix_view *view)
{
	for (size_t i = 0; i < view->beside->mx_count; i++)
		check_domain(view, &view->beside->mx[i]);
}
