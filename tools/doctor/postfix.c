/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * postfix.c - is alignd wired into Postfix, first, and missed when gone?
 *
 * Each service that takes mail from the network is looked at by itself: a line
 * "-o smtpd_milters=" in master.cf goes before main.cf.
 */
#include "tools/doctor/findings.h"

#include <string.h>

#include "tools/doctor/mta_endpoint.h"
#include "tools/doctor/postfix_facts.h"
#include "tools/doctor/postfix_milters.h"

#define CHECK_WIRING "smtpd_milters"
#define PROTOCOL_MIN 6 /* SMFIF_SETSYMLIST, no answers before the end */

/* What the functions below look at. */
struct view {
	struct doctor *doctor;
	const struct postfix_facts *facts;
	struct mta_endpoint daemon;
	const char *as_postfix; /* the daemon's socket in Postfix's spelling */
};

static bool is_enforcing(const struct doctor *doctor)
{
	return doctor->config->daemon.mode == MODE_ENFORCE;
}

/* Services for people's own mail; alignd has nothing to judge there. */
static bool is_submission(const char *service)
{
	static const char *const names[] = {"submission", "submissions",
					    "smtps", "587", "465"};
	const char *colon = strrchr(service, ':');
	const char *port = colon == NULL ? service : colon + 1;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (strcmp(port, names[i]) == 0)
			return true;
	}
	return false;
}

/* The place of ours among the service's milters; their number when none is. */
static size_t find_ours(const struct view *view,
			const struct postfix_service *service,
			const struct postfix_milters *milters)
{
	TALLOC_CTX *mem = view->doctor->mem;
	const char *folder = postfix_fact(view->facts, "queue_directory");
	struct mta_endpoint written;
	size_t i = 0;

	for (; i < milters->count; i++) {
		if (mta_endpoint_from_postfix(
			mem, span_of(milters->items[i].endpoint), &written) &&
		    mta_endpoint_reaches(mem, &written, &view->daemon, folder,
					 service->is_chroot))
			break;
	}
	return i;
}

/* A chroot hides what lies elsewhere, however right the path looks. */
static bool is_hidden_by_chroot(const struct view *view,
				const struct postfix_service *service)
{
	const char *folder = postfix_fact(view->facts, "queue_directory");
	const char *path = view->daemon.path;

	return service->is_chroot && path != NULL &&
	       (strncmp(path, folder, strlen(folder)) != 0 ||
		path[strlen(folder)] != '/');
}

static void report_unwired(const struct view *view,
			   const struct postfix_service *service,
			   const char *value)
{
	struct doctor *doctor = view->doctor;

	if (is_hidden_by_chroot(view, service)) {
		doctor_problem(
		    doctor, TOOL_BAD_CONFIG, CHECK_WIRING,
		    "in alignd.conf listen = \"inet:8893@127.0.0.1\" and in "
		    "main.cf smtpd_milters = inet:127.0.0.1:8893, or a socket "
		    "below queue_directory, or n in the chroot column of "
		    "master.cf",
		    "service %s runs in a chroot in %s and cannot see %s",
		    service->name, postfix_fact(view->facts, "queue_directory"),
		    view->daemon.path);
		return;
	}
	doctor_problem(
	    doctor, TOOL_BAD_CONFIG, CHECK_WIRING,
	    mem_printf(doctor->mem,
		       "in main.cf smtpd_milters = %s (before other milters), "
		       "no other value for the service %s in master.cf, then "
		       "postfix reload",
		       view->as_postfix, service->name),
	    "service %s does not call alignd: its smtpd_milters is \"%s\", "
	    "alignd listens on %s",
	    service->name, doctor_shown(doctor, value),
	    doctor->config->daemon.listen);
}

static void check_order(const struct view *view,
			const struct postfix_service *service,
			const struct postfix_milters *milters, size_t place)
{
	struct doctor *doctor = view->doctor;

	if (place == 0) {
		doctor_ok(doctor, CHECK_WIRING, "service %s calls alignd first",
			  service->name);
		return;
	}
	doctor_warn(
	    doctor, CHECK_WIRING,
	    mem_printf(doctor->mem, "put %s first in smtpd_milters",
		       view->as_postfix),
	    "service %s calls %s before alignd: what that changes breaks "
	    "signatures, and it cannot see alignd's results",
	    service->name, doctor_shown(doctor, milters->items[0].endpoint));
}

static void check_default_action(const struct view *view,
				 const struct postfix_service *service,
				 const struct postfix_milter *ours)
{
	struct doctor *doctor = view->doctor;
	const char *action = ours->default_action;

	if (action == NULL)
		action = postfix_service_fact(view->facts, service,
					      "milter_default_action");
	if (strcmp(action, "accept") != 0) {
		doctor_ok(doctor, "milter_default_action", "service %s: %s",
			  service->name, doctor_shown(doctor, action));
		return;
	}
	if (is_enforcing(doctor))
		doctor_problem(
		    doctor, TOOL_BAD_CONFIG, "milter_default_action",
		    "in main.cf milter_default_action = tempfail",
		    "service %s takes mail unjudged whenever alignd is away, "
		    "although alignd enforces (accept)",
		    service->name);
	else
		doctor_warn(
		    doctor, "milter_default_action",
		    "set it to tempfail before you set mode = enforce",
		    "service %s takes mail unjudged whenever alignd is away "
		    "(accept)",
		    service->name);
}

static void check_no_milters(const struct view *view,
			     const struct postfix_service *service)
{
	const char *options = postfix_service_fact(view->facts, service,
						   "receive_override_options");

	if (strstr(options, "no_milters") != NULL)
		doctor_problem(view->doctor, TOOL_BAD_CONFIG, CHECK_WIRING,
			       "take no_milters out of "
			       "receive_override_options; it belongs to the "
			       "service that takes mail back from a filter",
			       "service %s calls no milter at all: %s",
			       service->name,
			       doctor_shown(view->doctor, options));
}

static void check_service(const struct view *view,
			  const struct postfix_service *service)
{
	const char *value =
	    postfix_service_fact(view->facts, service, "smtpd_milters");
	struct postfix_milters milters =
	    postfix_milters_read(view->doctor->mem, value);
	size_t place = find_ours(view, service, &milters);

	if (place == milters.count) {
		report_unwired(view, service, value);
		return;
	}
	check_order(view, service, &milters, place);
	check_default_action(view, service, &milters.items[place]);
	check_no_milters(view, service);
}

static void check_services(const struct view *view)
{
	size_t looked_at = 0;

	for (size_t i = 0; i < view->facts->service_count; i++) {
		const struct postfix_service *service =
		    &view->facts->services[i];
		if (is_submission(service->name))
			continue;
		check_service(view, service);
		looked_at++;
	}
	if (looked_at == 0)
		doctor_note(view->doctor, CHECK_WIRING,
			    "this Postfix has no service that takes mail from "
			    "the network (master.cf)");
}

/* --- what holds for all services --- */

static void check_name(const struct view *view)
{
	struct doctor *doctor = view->doctor;
	const char *name = postfix_fact(view->facts, "myhostname");
	const char *id = config_authserv_id(doctor->mem, doctor->config);

	if (text_equals_nocase(name, id)) {
		doctor_ok(doctor, "authserv_id", "%s, as Postfix calls itself",
			  id);
		return;
	}
	doctor_warn(doctor, "authserv_id",
		    mem_printf(doctor->mem,
			       "authserv_id = \"%s\", unless several hosts "
			       "share one name on purpose",
			       doctor_shown(doctor, name)),
		    "alignd signs its results with \"%s\", Postfix calls "
		    "itself \"%s\": filters that look for the latter overlook "
		    "them",
		    id, doctor_shown(doctor, name));
}

/* Below 6 Postfix sends only the macros that main.cf lists. */
static void check_protocol(const struct view *view)
{
	struct doctor *doctor = view->doctor;
	const char *value = postfix_fact(view->facts, "milter_protocol");
	long version;

	if (text_number(span_of(value), PROTOCOL_MIN, 1000, &version)) {
		doctor_ok(doctor, "milter_protocol",
			  "%ld: alignd gets the macros it asks for", version);
		return;
	}
	doctor_problem(doctor, TOOL_BAD_CONFIG, "milter_protocol",
		       "take milter_protocol out of main.cf (its default is "
		       "6)",
		       "version \"%s\": alignd cannot ask for the macros it "
		       "needs (authentication, TLS version, queue id)",
		       doctor_shown(doctor, value));
}

static int64_t seconds_of(const char *text)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
	size_t length = strlen(text);
	int64_t factor = 1;
	long number;

	for (size_t i = 0; length > 0 && i < sizeof units / sizeof units[0];
	     i++) {
		if (text[length - 1] == units[i].unit) {
			factor = units[i].seconds;
			length--;
			break;
		}
	}
	if (!text_number(span_make(text, length), 0, 1000000, &number))
		return -1;
	return number * factor;
}

static void check_timeout(const struct view *view)
{
	struct doctor *doctor = view->doctor;
	const char *value = postfix_fact(view->facts, "milter_content_timeout");
	int64_t budget_s = doctor->config->dns.budget_ms / 1000;
	int64_t seconds = seconds_of(value);

	if (seconds < 0 || seconds > budget_s)
		return;
	doctor_problem(doctor, TOOL_BAD_CONFIG, "milter_content_timeout",
		       "in main.cf milter_content_timeout = 300s (its default)",
		       "Postfix waits %s for alignd, which may wait %llds for "
		       "DNS (dns.budget)",
		       doctor_shown(doctor, value), (long long)budget_s);
}

static void check_local_mail(const struct view *view)
{
	static const struct postfix_service no_chroot = {.name = ""};
	struct postfix_milters milters = postfix_milters_read(
	    view->doctor->mem, postfix_fact(view->facts, "non_smtpd_milters"));

	if (find_ours(view, &no_chroot, &milters) < milters.count)
		doctor_warn(view->doctor, "non_smtpd_milters",
			    "take alignd out of non_smtpd_milters",
			    "Postfix calls alignd for mail that starts on this "
			    "host, which has no client to judge");
}

/* The daemons that alignd replaces. */
static void check_predecessors(const struct view *view)
{
	struct doctor *doctor = view->doctor;
	const char *milters = postfix_fact(view->facts, "smtpd_milters");
	const char *access =
	    postfix_fact(view->facts, "smtpd_recipient_restrictions");

	if (strstr(milters, "opendmarc") != NULL)
		doctor_warn(doctor, "smtpd_milters",
			    "take OpenDMARC out of smtpd_milters",
			    "OpenDMARC is called as well: it judges the same "
			    "mail by older rules");
	if (strstr(access, "policyd-spf") != NULL ||
	    strstr(access, "policy-spf") != NULL)
		doctor_warn(doctor, "smtpd_recipient_restrictions",
			    "take the SPF policy service out of "
			    "smtpd_recipient_restrictions",
			    "an SPF policy service refuses at RCPT what DMARC "
			    "would let pass by its DKIM signature");
	if (postfix_fact(view->facts, "smtpd_milter_maps")[0] != '\0')
		doctor_note(
		    doctor, "smtpd_milter_maps",
		    "it may take clients out of alignd's sight (%s)",
		    doctor_shown(doctor, postfix_fact(view->facts,
						      "smtpd_milter_maps")));
}

static const char *as_postfix(TALLOC_CTX *mem,
			      const struct mta_endpoint *daemon)
{
	if (daemon->path != NULL)
		return mem_printf(mem, "unix:%s", daemon->path);
	if (strchr(daemon->host, ':') != NULL)
		return mem_printf(mem, "inet:[%s]:%ld", daemon->host,
				  daemon->port);
	return mem_printf(mem, "inet:%s:%ld", daemon->host, daemon->port);
}

void doctor_check_postfix(struct doctor *doctor)
{
	struct postfix_facts facts;
	struct view view = {.doctor = doctor, .facts = &facts};
	struct error err;

	if (!postfix_facts_read(doctor->mem, doctor->postfix_folder, &facts,
				&err)) {
		doctor_note(doctor, "postfix", "not looked at: %s", err.words);
		return;
	}
	if (!mta_endpoint_from_listen(doctor->mem,
				      span_of(doctor->config->daemon.listen),
				      &view.daemon))
		return; /* the configuration's own check knows better */
	view.as_postfix = as_postfix(doctor->mem, &view.daemon);
	check_services(&view);
	check_name(&view);
	check_protocol(&view);
	check_timeout(&view);
	check_local_mail(&view);
	check_predecessors(&view);
}
