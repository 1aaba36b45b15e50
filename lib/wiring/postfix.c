/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * postfix.c - is alignd wired into Postfix, first, and missed when gone?
 * Tested by test_alignctl_doctor, test_doctor.
 */
#include "lib/wiring/postfix_private.h"

#include <string.h>

#include "lib/wiring/postfix_role.h"

#define RULE "smtpd_milters"
#define RULE_RETURN "content_filter"
#define RULE_FILTERED "smtpd_proxy_filter"

/* --- which milter is ours --- */

struct place {
	size_t index;	      /* in the service's list; its count for none */
	enum mta_reach reach; /* where none is, what comes nearest */
};

/* inet_protocols; NET_NONE for both. */
static enum net_family family_of(const struct postfix_facts *facts)
{
	const char *protocols = postfix_fact(facts, "inet_protocols");

	if (strcmp(protocols, "ipv4") == 0)
		return NET_IPV4;
	return strcmp(protocols, "ipv6") == 0 ? NET_IPV6 : NET_NONE;
}

static struct place find_ours(const struct postfix_view *view, bool is_chroot,
			      const struct postfix_milters *milters)
{
	const char *folder = postfix_fact(view->facts, "queue_directory");
	struct place place = {.reach = MTA_REACHES_OTHER};
	enum net_family family = family_of(view->facts);
	struct mta_endpoint written;

	for (; place.index < milters->count; place.index++) {
		const char *text = milters->items[place.index].endpoint;
		if (!mta_endpoint_from_postfix(view->mem, span_of(text),
					       view->lookup, family, &written))
			continue;
		enum mta_reach reach = mta_endpoint_reach(
		    view->mem, &written, &view->daemon, folder, is_chroot);
		if (reach != MTA_REACHES_OTHER)
			place.reach = reach;
		if (reach == MTA_REACHES)
			break;
	}
	return place;
}

static struct postfix_milters milters_of(const struct postfix_view *view,
					 const struct postfix_service *service)
{
	return postfix_milters_read(
	    view->mem,
	    postfix_service_fact(view->facts, service, "smtpd_milters"));
}

static bool calls_us(const struct postfix_view *view,
		     const struct postfix_service *service)
{
	struct postfix_milters milters = milters_of(view, service);

	return postfix_role_has_milters(view->facts, service) &&
	       find_ours(view, service->is_chroot, &milters).reach ==
		   MTA_REACHES;
}

/* --- where strangers' mail comes in --- */

/* A chroot hides what lies elsewhere, however right the path looks. */
static bool is_hidden_by_chroot(const struct postfix_view *view,
				const struct postfix_service *service)
{
	const char *folder = postfix_fact(view->facts, "queue_directory");
	const char *path = view->daemon.path;

	return service->is_chroot && path != NULL &&
	       (strncmp(path, folder, strlen(folder)) != 0 ||
		path[strlen(folder)] != '/');
}

static void report_chroot(const struct postfix_view *view,
			  const struct postfix_service *service)
{
	const char *folder = postfix_fact(view->facts, "queue_directory");

	finding_problem(
	    view->list, ERROR_CONFIG, RULE,
	    mem_printf(view->mem,
		       "in alignd.conf listen = \"unix:%s/alignd/alignd.sock\" "
		       "and in main.cf smtpd_milters = "
		       "unix:alignd/alignd.sock, which is right with and "
		       "without a chroot; or n in the chroot column of "
		       "master.cf",
		       folder),
	    "service %s runs in a chroot in %s and cannot see %s",
	    service->name, folder, view->daemon.path);
}

static void report_unwired(const struct postfix_view *view,
			   const struct postfix_service *service,
			   const struct place *place)
{
	const char *value =
	    finding_shown(view->list, postfix_service_fact(view->facts, service,
							   "smtpd_milters"));
	const char *right = mem_printf(
	    view->mem,
	    "%s smtpd_milters = %s (before other milters), then postfix reload",
	    postfix_service_option(view->facts, service, "smtpd_milters") ==
		    NULL
		? "in main.cf"
		: mem_printf(view->mem, "in master.cf, service %s,",
			     service->name),
	    view->as_postfix);

	if (place->reach == MTA_REACHES_IN_CHROOT ||
	    is_hidden_by_chroot(view, service))
		report_chroot(view, service);
	else if (place->reach == MTA_REACHES_OTHER_LOOPBACK)
		finding_problem(view->list, ERROR_CONFIG, RULE, right,
				"service %s calls %s: that is another "
				"loopback address than that of alignd, which "
				"listens on %s",
				service->name, value,
				view->config->daemon.listen);
	else
		finding_problem(view->list, ERROR_CONFIG, RULE, right,
				"service %s does not call alignd: its "
				"smtpd_milters is \"%s\", alignd listens on %s",
				service->name, value,
				view->config->daemon.listen);
}

static void report_broken(const struct postfix_view *view,
			  const struct postfix_service *service)
{
	finding_problem(
	    view->list, ERROR_CONFIG, RULE,
	    "write such a milter as { inet:HOST:PORT, NAME = VALUE }, then "
	    "postfix reload",
	    "service %s cannot read its smtpd_milters and takes no mail: "
	    "\"%s\" has a brace without its other, text behind one, or no "
	    "socket in braces",
	    service->name,
	    finding_shown(view->list,
			  postfix_service_fact(view->facts, service, RULE)));
}

static void check_order(const struct postfix_view *view,
			const struct postfix_service *service,
			const struct postfix_milters *milters, size_t index)
{
	if (index == 0)
		finding_ok(view->list, RULE, "service %s calls alignd first",
			   service->name);
	else
		finding_warn(
		    view->list, RULE,
		    mem_printf(view->mem, "put %s first in smtpd_milters",
			       view->as_postfix),
		    "service %s calls %s before alignd: what that changes "
		    "breaks signatures, and it cannot see alignd's results",
		    service->name,
		    finding_shown(view->list, milters->items[0].endpoint));
}

static void check_entrance(const struct postfix_view *view,
			   const struct postfix_service *service)
{
	struct postfix_milters milters = milters_of(view, service);
	struct place place = find_ours(view, service->is_chroot, &milters);

	if (milters.is_broken) {
		report_broken(view, service);
	} else if (place.reach != MTA_REACHES) {
		report_unwired(view, service, &place);
	} else if (!postfix_role_has_milters(view->facts, service)) {
		finding_problem(
		    view->list, ERROR_CONFIG, RULE,
		    "take no_milters out of receive_override_options; it "
		    "belongs to the service that takes mail back from a filter",
		    "service %s calls no milter at all: "
		    "receive_override_options has no_milters",
		    service->name);
	} else {
		check_order(view, service, &milters, place.index);
		postfix_check_settings(view, service,
				       &milters.items[place.index]);
		postfix_check_beside(view, service, &milters, place.index);
		postfix_check_clients(view, service);
	}
	postfix_check_old(view, service, &milters);
}

/* --- a filter before the queue --- */

/* The service that such a filter hands mail to, told the client by XCLIENT, and
 * which calls alignd; NULL for none. */
static const struct postfix_service *
find_behind_filter(const struct postfix_view *view)
{
	for (size_t i = 0; i < view->facts->service_count; i++) {
		const struct postfix_service *service =
		    &view->facts->services[i];
		if (postfix_role_of(view->facts, service) == ROLE_ENTRANCE &&
		    postfix_role_has_xclient(view->facts, service) &&
		    calls_us(view, service))
			return service;
	}
	return NULL;
}

static void check_filtered(const struct postfix_view *view,
			   const struct postfix_service *service)
{
	static const char fix[] =
	    "let a filter after the queue (content_filter) do its work; or, "
	    "where it speaks XCLIENT, call alignd in the service that takes "
	    "mail back, with smtpd_authorized_xclient_hosts there, and nowhere "
	    "else";
	const struct postfix_service *behind = find_behind_filter(view);
	const char *filter =
	    finding_shown(view->list, postfix_service_fact(view->facts, service,
							   RULE_FILTERED));

	if (calls_us(view, service))
		finding_problem(
		    view->list, ERROR_CONFIG, RULE_FILTERED, fix,
		    "service %s calls alignd, but hands the content to %s "
		    "before the queue: a milter sees no message there, and "
		    "nothing is judged",
		    service->name, filter);
	else if (behind == NULL)
		finding_problem(view->list, ERROR_CONFIG, RULE_FILTERED, fix,
				"mail of service %s goes through %s and is "
				"judged nowhere",
				service->name, filter);
	else
		finding_note(view->list, RULE_FILTERED,
			     "mail of service %s goes through %s and is judged "
			     "in service %s, as far as the filter says there "
			     "by XCLIENT who the client is",
			     service->name, filter, behind->name);
}

/* --- where mail comes back --- */

/* alignd sees the mail a second time. */
static void check_second_pass(const struct postfix_view *view,
			      const struct postfix_service *service)
{
	static const char fix[] =
	    "in master.cf give this service -o smtpd_milters= (or no_milters "
	    "in its receive_override_options), then postfix reload";
	struct net_block filter = {
	    .address = postfix_role_filter_address(view->facts, service)};
	char text[NET_ADDRESS_TEXT];

	filter.prefix = filter.address.family == NET_IPV4 ? 32 : 128;
	if (!postfix_is_trusted(view, &filter))
		finding_problem(
		    view->list, ERROR_CONFIG, RULE_RETURN, fix,
		    "service %s takes mail back from a filter and calls alignd "
		    "again, which judges it as mail of %s, a stranger to "
		    "trust.networks",
		    service->name, net_address_text(&filter.address, text));
	else if (!view->config->trust.has_marks)
		finding_problem(
		    view->list, ERROR_CONFIG, RULE_RETURN, fix,
		    "service %s takes mail back from a filter and calls alignd "
		    "again: that removes the Authentication-Results field "
		    "which alignd wrote when the mail came in, since "
		    "trust.marks is no",
		    service->name);
	else if (view->config->store.sqlite[0] == '\0')
		finding_problem(
		    view->list, ERROR_CONFIG, RULE_RETURN, fix,
		    "service %s takes mail back from a filter and calls alignd "
		    "again: that removes the Authentication-Results field "
		    "which alignd wrote when the mail came in, since without a "
		    "store it has no key to know it by",
		    service->name);
	else
		finding_note(
		    view->list, RULE_RETURN,
		    "service %s takes mail back from a filter and calls alignd "
		    "again, which knows its own Authentication-Results field "
		    "by the mark in it, where the filter leaves From, Date, "
		    "Message-ID and the body as they are",
		    service->name);
}

static void check_return(const struct postfix_view *view,
			 const struct postfix_service *service)
{
	if (!calls_us(view, service))
		finding_ok(view->list, RULE_RETURN,
			   "service %s takes mail back, and rightly does not "
			   "call alignd",
			   service->name);
	else if (postfix_role_has_filter(view->facts))
		check_second_pass(view, service);
	else
		finding_note(view->list, RULE_RETURN,
			     "service %s takes mail of this host only and "
			     "calls alignd, which has nothing to judge there",
			     service->name);
}

/* --- all of it --- */

static void check_service(const struct postfix_view *view,
			  const struct postfix_service *service)
{
	view->list->where =
	    mem_printf(view->mem, "master.cf, service %s", service->name);
	switch (postfix_role_of(view->facts, service)) {
	case ROLE_ENTRANCE:
		check_entrance(view, service);
		break;
	case ROLE_FILTERED:
		check_filtered(view, service);
		break;
	case ROLE_RETURN:
		check_return(view, service);
		break;
	case ROLE_CLOSED:
		break;
	}
}

static bool is_entrance(const struct postfix_view *view, size_t i)
{
	enum postfix_role role =
	    postfix_role_of(view->facts, &view->facts->services[i]);

	return role == ROLE_ENTRANCE || role == ROLE_FILTERED;
}

static void check_services(const struct postfix_view *view)
{
	size_t entrances = 0;

	for (size_t i = 0; i < view->facts->service_count; i++) {
		check_service(view, &view->facts->services[i]);
		entrances += is_entrance(view, i);
	}
	view->list->where = "master.cf";
	if (entrances == 0)
		finding_note(view->list, RULE,
			     "this Postfix has no service that takes mail from "
			     "the network");
}

static bool is_local_called(const struct postfix_view *view)
{
	struct postfix_milters milters = postfix_milters_read(
	    view->mem, postfix_fact(view->facts, "non_smtpd_milters"));

	return find_ours(view, false, &milters).reach == MTA_REACHES;
}

void postfix_judge(const struct postfix_facts *facts,
		   const struct postfix_beside *beside,
		   const struct config *config, mta_lookup lookup,
		   struct finding_list *list)
{
	struct postfix_view view = {.mem = list->mem,
				    .list = list,
				    .facts = facts,
				    .beside = beside,
				    .config = config,
				    .lookup = lookup};

	if (!mta_endpoint_from_listen(view.mem, span_of(config->daemon.listen),
				      lookup, &view.daemon))
		return; /* the configuration's own check knows better */
	view.as_postfix = mta_endpoint_as_postfix(view.mem, &view.daemon);
	check_services(&view);
	list->where = "main.cf";
	postfix_check_host(&view, is_local_called(&view));
	postfix_check_sisters(&view);
}
