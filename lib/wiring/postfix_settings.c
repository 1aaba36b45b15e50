/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * postfix_settings.c - how a service of Postfix treats our milter
 *
 * What is said in the braces of one milter goes before the service's -o, which
 * goes before main.cf.
 */
#include "lib/wiring/postfix_private.h"

#include <string.h>

#include "lib/wiring/mta_time.h"

#define PROTOCOL_MIN 2	/* that libmilter speaks */
#define PROTOCOL_GOOD 6 /* answers only where alignd has one */
#define PROTOCOL_MAX 1000
#define RULE_PROTOCOL "milter_protocol"

/* "default_action" of ours: its braces, or milter_default_action. */
static const char *setting_of(const struct postfix_view *view,
			      const struct postfix_service *service,
			      const struct postfix_milter *ours,
			      const char *name)
{
	const char *own = postfix_milter_setting(view->mem, ours, name);

	return own != NULL ? own
			   : postfix_service_fact(
				 view->facts, service,
				 mem_printf(view->mem, "milter_%s", name));
}

static void check_default_action(const struct postfix_view *view,
				 const char *service, const char *action)
{
	static const char rule[] = "milter_default_action";
	bool is_enforcing = view->config->daemon.mode == MODE_ENFORCE;

	if (strcmp(action, "reject") == 0)
		finding_warn(view->list, rule,
			     "milter_default_action = tempfail",
			     "service %s refuses mail for good whenever alignd "
			     "is away (reject)",
			     service);
	else if (strcmp(action, "accept") != 0)
		finding_ok(view->list, rule, "service %s: %s", service,
			   finding_shown(view->list, action));
	else if (is_enforcing)
		finding_problem(view->list, ERROR_CONFIG, rule,
				"milter_default_action = tempfail",
				"service %s takes mail unjudged whenever "
				"alignd is away, although alignd enforces "
				"(accept)",
				service);
	else
		finding_warn(view->list, rule,
			     "set it to tempfail before you set mode = enforce",
			     "service %s takes mail unjudged whenever alignd "
			     "is away (accept)",
			     service);
}

static void check_protocol(const struct postfix_view *view, const char *service,
			   const char *value)
{
	long version;

	if (!text_number(span_of(value), PROTOCOL_MIN, PROTOCOL_MAX, &version))
		finding_problem(view->list, ERROR_CONFIG, RULE_PROTOCOL,
				"take milter_protocol out (its default is 6)",
				"service %s speaks version \"%s\", which no "
				"milter does",
				service, finding_shown(view->list, value));
	else if (version < PROTOCOL_GOOD)
		finding_note(view->list, RULE_PROTOCOL,
			     "service %s: %ld; with 6, the default, a message "
			     "takes fewer round trips",
			     service, version);
	else
		finding_ok(view->list, RULE_PROTOCOL, "service %s: %ld",
			   service, version);
}

static void check_timeout(const struct postfix_view *view, const char *service,
			  const char *value)
{
	int64_t budget_s = view->config->dns.budget_ms / 1000;
	int64_t seconds = mta_seconds(span_of(value));

	if (seconds < 0 || seconds > budget_s)
		return;
	finding_problem(view->list, ERROR_CONFIG, "milter_content_timeout",
			"milter_content_timeout = 300s (its default)",
			"service %s waits %s for alignd, which may wait %llds "
			"for DNS (dns.budget)",
			service, finding_shown(view->list, value),
			(long long)budget_s);
}

void postfix_check_settings(const struct postfix_view *view,
			    const struct postfix_service *service,
			    const struct postfix_milter *ours)
{
	check_default_action(view, service->name,
			     setting_of(view, service, ours, "default_action"));
	check_protocol(view, service->name,
		       setting_of(view, service, ours, "protocol"));
	check_timeout(view, service->name,
		      setting_of(view, service, ours, "content_timeout"));
}
