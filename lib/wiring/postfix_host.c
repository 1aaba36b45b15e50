/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * postfix_host.c - what Postfix and alignd must agree on: names and networks
 */
#include "lib/wiring/postfix_private.h"

#include <string.h>

#include "lib/base/strbuf.h"
#include "lib/wiring/postfix_role.h"

#define NAMED_BYTES 200 /* of the networks that a finding lists */
#define WIDE_V4 16	/* one organisation's network is rarely wider */
#define WIDE_V6 32

/* --- networks --- */

/* "192.0.2.0/24", "[2001:db8::]/32"; false for "!", tables and names. */
static bool read_network(TALLOC_CTX *mem, struct span word,
			 struct net_block *block)
{
	char *text = mem_strndup(mem, word.data, word.length);
	struct error unread;
	char *end;

	if (text[0] == '[' && (end = strchr(text, ']')) != NULL) {
		memmove(end, end + 1, strlen(end + 1) + 1);
		text++;
	}
	return net_block_parse(text, block, &unread);
}

bool postfix_is_trusted(const struct postfix_view *view,
			const struct net_block *block)
{
	const struct text_list *networks = &view->config->trust.networks;
	struct net_block trusted;
	struct error unread;

	for (size_t i = 0; i < networks->count; i++) {
		if (net_block_parse(networks->items[i], &trusted, &unread) &&
		    trusted.prefix <= block->prefix &&
		    net_block_contains(&trusted, &block->address))
			return true;
	}
	return false;
}

struct span postfix_next_word(struct span *rest)
{
	size_t start = 0;
	size_t end;

	while (start < rest->length &&
	       strchr(", \t\r\n", rest->data[start]) != NULL)
		start++;
	for (end = start;
	     end < rest->length && strchr(", \t\r\n", rest->data[end]) == NULL;)
		end++;
	struct span word = span_make(rest->data + start, end - start);
	*rest = span_from(*rest, end);
	return word;
}

/* Those of the list that alignd does not trust, between commas. */
static const char *untrusted_of(const struct postfix_view *view,
				const char *list)
{
	struct span rest = span_of(list);
	struct net_block block;
	struct strbuf names;
	struct span word;

	strbuf_init(&names, view->mem, NAMED_BYTES);
	while ((word = postfix_next_word(&rest)).length > 0) {
		if (read_network(view->mem, word, &block) &&
		    !postfix_is_trusted(view, &block))
			strbuf_printf(&names, "%s%.*s",
				      names.length == 0 ? "" : ", ",
				      (int)word.length, word.data);
	}
	return mem_printf(view->mem, "%s%s", strbuf_text(&names),
			  strbuf_is_full(&names) ? ", ..." : "");
}

static void check_own_networks(const struct postfix_view *view,
			       const struct postfix_service *service)
{
	const char *strangers = untrusted_of(
	    view, postfix_service_fact(view->facts, service, "mynetworks"));

	if (*strangers != '\0')
		finding_note(view->list, "mynetworks",
			     "wider than trust.networks: mail of %s is judged "
			     "as a stranger's; where these are our own hosts, "
			     "add them to trust.networks",
			     finding_shown(view->list, strangers));
}

/* --- who may say who the client is --- */

static bool has_wide(const struct postfix_view *view, const char *list)
{
	struct span rest = span_of(list);
	struct net_block block;
	struct span word;

	while ((word = postfix_next_word(&rest)).length > 0) {
		if (span_equals(word, "static:all") ||
		    (read_network(view->mem, word, &block) &&
		     block.prefix < (block.address.family == NET_IPV4
					 ? WIDE_V4
					 : WIDE_V6)))
			return true;
	}
	return false;
}

static void check_xclient(const struct postfix_view *view,
			  const struct postfix_service *service)
{
	static const char rule[] = "smtpd_authorized_xclient_hosts";
	const char *hosts = postfix_service_fact(view->facts, service, rule);

	if (*hosts == '\0')
		return;
	if (has_wide(view, hosts))
		finding_problem(
		    view->list, ERROR_CONFIG, rule,
		    "name only the proxies that stand before this host",
		    "service %s lets %s say by XCLIENT that they are a trusted "
		    "network or a user who logged in, whose mail alignd does "
		    "not judge",
		    service->name, finding_shown(view->list, hosts));
	else
		finding_note(view->list, rule,
			     "service %s believes %s about the client "
			     "(XCLIENT), and so does alignd",
			     service->name, finding_shown(view->list, hosts));
}

void postfix_check_clients(const struct postfix_view *view,
			   const struct postfix_service *service)
{
	const char *maps =
	    postfix_service_fact(view->facts, service, "smtpd_milter_maps");

	check_own_networks(view, service);
	check_xclient(view, service);
	if (*maps != '\0')
		finding_note(view->list, "smtpd_milter_maps",
			     "it may take clients out of alignd's sight (%s)",
			     finding_shown(view->list, maps));
}

/* --- the host --- */

static void check_name(const struct postfix_view *view)
{
	const char *name = postfix_fact(view->facts, "myhostname");
	const char *id = config_authserv_id(view->mem, view->config);

	if (text_equals_nocase(name, id))
		finding_ok(view->list, "authserv_id",
			   "%s, as Postfix calls itself", id);
	else
		finding_warn(view->list, "authserv_id",
			     mem_printf(view->mem,
					"authserv_id = \"%s\", unless several "
					"hosts share one name on purpose",
					finding_shown(view->list, name)),
			     "alignd signs its results with \"%s\", Postfix "
			     "calls itself \"%s\": filters that look for the "
			     "latter overlook them",
			     id, finding_shown(view->list, name));
}

void postfix_check_host(const struct postfix_view *view, bool is_local_called)
{
	check_name(view);
	if (is_local_called)
		finding_warn(view->list, "non_smtpd_milters",
			     "take alignd out of non_smtpd_milters",
			     "Postfix calls alignd for mail that starts on "
			     "this host, which has no client to judge%s",
			     postfix_role_has_filter(view->facts)
				 ? "; from mail that a filter hands back by "
				   "sendmail(1) it removes the field that "
				   "alignd wrote"
				 : "");
}
