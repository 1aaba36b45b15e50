/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * deliver.c - reports to their addresses, one after another
 *
 * Between the server's 250 and our record of it lies the one moment in which
 * a killed run makes the next one send a second copy, with the same id.
 */
#include "lib/report/send/deliver.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/base/clock.h"
#include "lib/base/limits.h"
#include "lib/base/suffix.h"
#include "lib/report/make/destination.h"
#include "lib/report/make/mail.h"
#include "lib/report/send/destination_check.h"
#include "lib/report/send/health.h"
#include "lib/report/send/owner.h"
#include "lib/report/send/silent_names.h"
#include "lib/report/send/stop_point.h"
#include "lib/store/store_delivery.h"

#define DAY_S 86400
#define FIRST_WAIT_S 900
#define LONGEST_WAIT_S 43200
#define LEASE_MARGIN_S 600
#define SILENT_MAX 3   /* tries in a row that the server did not answer */
#define REFUSED_MAX 20 /* organisations in a row, none accepted: is it us? */
#define RECORD_TRIES 10

/* Checks asked ahead at once: the walks of 64 take some 400 questions, of which
 * half of LIMIT_DNS_IN_FLIGHT are let through. The silent ones among them are
 * waited for together, for the time of one question; who has not answered by
 * then gets LAST_WAIT_MS. Of one registered name fewer are let through
 * (dns_quota.h): one that answered in this run gets ANSWERING_WAIT_MS for the
 * others. */
#define AHEAD 64
#define LAST_WAIT_MS 50
#define ANSWERING_WAIT_MS 1000

/* The delivery at hand, and what the run has seen so far. */
struct run {
	struct report_sender *sender;
	TALLOC_CTX *mem; /* of the delivery at hand */
	struct store_delivery *delivery;
	struct store_report *report;
	int64_t now_s;
	int64_t sent_today;
	struct silent_names *silent_names;
	long ahead;	      /* deliveries until more are asked ahead */
	int64_t ahead_end_ms; /* when what was asked last should have come */
	int silent;
	size_t refused; /* organisations since something was accepted */
	char refused_names[REFUSED_MAX][LIMIT_DOMAIN_BYTES + 1];
};

int64_t report_backoff_s(int64_t tries)
{
	int64_t wait_s = FIRST_WAIT_S;

	for (int64_t i = 1; i < tries && wait_s < LONGEST_WAIT_S; i++)
		wait_s *= 2;
	return wait_s < LONGEST_WAIT_S ? wait_s : LONGEST_WAIT_S;
}

/* How long a claim holds. */
static int64_t lease_of(const struct report_sender *sender)
{
	return sender->settings->smtp_timeout_ms / 1000 + LEASE_MARGIN_S;
}

static bool is_failure(const struct run *run)
{
	return run->report->kind == STORE_REPORT_FAILURE;
}

/* --- settling --- */

/* After a 250 nothing may keep us from noting it down: the store is tried for
 * a while, and room made in it, before the run gives in. */
static bool record_attempt(struct run *run, const struct store_attempt *attempt,
			   struct error *err)
{
	struct store_reports *reports = run->sender->reports;
	bool is_sent = attempt->state == DELIVERY_SENT;
	const struct timespec pause = {.tv_nsec = 200000000};

	for (int i = 0;; i++) {
		if (store_reports_set_durable(reports, is_sent, err) &&
		    store_reports_attempted(reports, run->delivery, attempt,
					    err))
			return !is_sent ||
			       store_reports_set_durable(reports, false, err);
		if (!is_sent || i == RECORD_TRIES)
			break;
		store_reports_checkpoint(reports);
		(void)nanosleep(&pause, NULL);
	}
	if (is_sent)
		return error_wrap(err,
				  "report %.32s was sent to %.80s, but that "
				  "cannot be recorded; the next run will send "
				  "it again",
				  run->report->report_id,
				  run->delivery->address);
	return false;
}

static bool settle_delivery(struct run *run, enum store_delivery_state state,
			    const char *words,
			    const struct store_health *health, bool is_counted,
			    struct error *err)
{
	const struct store_attempt attempt = {.state = state,
					      .reply = words,
					      .is_counted = is_counted,
					      .now_s = run->now_s,
					      .health = health};

	return record_attempt(run, &attempt, err);
}

static bool leave_out(struct run *run, enum store_delivery_state state,
		      const char *why, struct error *err)
{
	run->sender->totals.left_out++;
	return settle_delivery(run, state, why, NULL, false, err);
}

/* Later, or never when later is past the report's end. What was not taken in
 * all that time counts as come back; the DNS that never answered does not. */
static bool defer_delivery(struct run *run, const char *words, bool was_mailed,
			   struct error *err)
{
	struct report_sender *sender = run->sender;
	struct report_return returned = {.address = run->delivery->address,
					 .policy_domain =
					     run->report->policy_domain,
					 .words = words,
					 .now_s = run->now_s};
	struct store_attempt attempt = {
	    .state = run->delivery->state,
	    .reply = words,
	    .is_counted = true,
	    .next_try_s =
		run->now_s + report_backoff_s(run->delivery->tries + 1),
	    .now_s = run->now_s};

	if (attempt.next_try_s < run->report->give_up_s) {
		sender->totals.deferred++;
		return record_attempt(run, &attempt, err);
	}
	sender->totals.given_up++;
	attempt.state = DELIVERY_GIVEN_UP;
	if (was_mailed && !report_returned(run->mem, sender->reports,
					   sender->settings, &returned, err))
		return false;
	attempt.health = returned.health;
	attempt.whole = returned.whole;
	return record_attempt(run, &attempt, err);
}

/* To a later day, at most one day off, so that a pause that was lifted or a
 * limit that was raised is noticed; when its time is over it is given up. */
static bool postpone_delivery(struct run *run, int64_t until_s, const char *why,
			      struct error *err)
{
	const struct store_attempt attempt = {
	    .state = run->delivery->state,
	    .reply = why,
	    .next_try_s =
		until_s < run->now_s + DAY_S ? until_s : run->now_s + DAY_S,
	    .now_s = run->now_s};

	run->sender->totals.postponed++;
	return record_attempt(run, &attempt, err);
}

static bool settle_refused(struct run *run, const char *words,
			   struct error *err)
{
	const char *address = run->delivery->address;
	struct store_health *health;

	run->sender->totals.refused++;
	if (!store_health_find(run->mem, run->sender->reports, address, "",
			       &health, err))
		return false;
	return settle_delivery(
	    run, DELIVERY_REFUSED, words,
	    report_refused_health(run->mem, run->sender->settings, health,
				  address, "", words, run->now_s),
	    true, err);
}

static bool note_sent(struct run *run, const char *words, struct error *err)
{
	const struct store_health health = {.address = run->delivery->address,
					    .policy_domain = "",
					    .last_ok_s = run->now_s,
					    .last_error = "",
					    .suppressed_why = ""};

	run->sender->totals.sent++;
	run->sent_today++;
	return settle_delivery(run, DELIVERY_SENT, words, &health, true, err) &&
	       store_reports_count_sent(run->sender->reports,
					run->delivery->address, err);
}

/* --- may it go there? --- */

/* The address, all of its domain, or the address for this policy domain: is
 * one left alone, why, and until when? *why is NULL when none is. */
static bool find_suppression(struct run *run, const char **why,
			     int64_t *until_s, struct error *err)
{
	const char *address = run->delivery->address;
	const struct {
		const char *address;
		const char *policy_domain;
	} names[] = {
	    {address, ""},
	    {mem_printf(run->mem, "@%s", destination_host(address)), ""},
	    {address, run->report->policy_domain},
	};

	*why = NULL;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct store_health *health;
		char until[CLOCK_TEXT];
		if (!store_health_find(run->mem, run->sender->reports,
				       names[i].address, names[i].policy_domain,
				       &health, err))
			return false;
		if (health == NULL || health->suppressed_until_s <= run->now_s)
			continue;
		*until_s = health->suppressed_until_s;
		*why =
		    *until_s == INT64_MAX
			? mem_printf(run->mem, "%s is suppressed: %s",
				     names[i].address, health->suppressed_why)
			: mem_printf(run->mem, "%s is suppressed until %s: %s",
				     names[i].address,
				     clock_text(*until_s, until),
				     health->suppressed_why);
		return true;
	}
	return true;
}

/* Whose DNS has taken up its time in this run; NULL: nobody's of the two. */
static const char *silent_one(const struct run *run)
{
	const char *host = destination_host(run->delivery->address);

	if (silent_names_has(run->silent_names, host))
		return host;
	if (silent_names_has(run->silent_names, run->report->policy_domain))
		return run->report->policy_domain;
	return NULL;
}

static int64_t budget_of(const struct run *run, int64_t now_ms)
{
	int64_t left_ms = run->ahead_end_ms - now_ms;
	int64_t least_ms =
	    silent_names_is_answering(run->silent_names,
				      destination_host(run->delivery->address))
		? ANSWERING_WAIT_MS
		: LAST_WAIT_MS;

	if (left_ms < least_ms)
		left_ms = least_ms;
	return left_ms < run->sender->dns_budget_ms
		   ? left_ms
		   : run->sender->dns_budget_ms;
}

static struct destination_check check_destination(struct run *run)
{
	struct report_sender *sender = run->sender;
	int64_t begun_ms = clock_monotonic_ms(sender->clock);
	struct dns_session *session =
	    dns_session_new(run->mem, sender->dns, budget_of(run, begun_ms));
	const char *silent = silent_one(run);

	if (silent != NULL)
		return (struct destination_check){
		    .status = DESTINATION_UNKNOWN,
		    .why = mem_printf(run->mem,
				      "the DNS of %s was waited for long "
				      "enough in this run",
				      silent)};
	struct destination_check check = destination_check(
	    run->mem, session, sender->method, is_failure(run) ? "ruf" : "rua",
	    run->report->policy_domain, run->delivery->address);
	if (check.status == DESTINATION_UNKNOWN)
		silent_names_charge(run->silent_names, session,
				    clock_monotonic_ms(sender->clock) -
					begun_ms);
	else
		silent_names_answered(run->silent_names,
				      destination_host(run->delivery->address));
	return check;
}

/* Asks the DNS; *is_ready when the delivery may go on. */
static bool authorise_address(struct run *run, bool *is_ready,
			      struct error *err)
{
	struct destination_check check = check_destination(run);

	*is_ready = false;
	switch (check.status) {
	case DESTINATION_UNAUTHORISED:
		return leave_out(run, DELIVERY_UNAUTHORISED, check.why, err);
	case DESTINATION_UNKNOWN:
		return defer_delivery(run, check.why, false, err);
	case DESTINATION_REPLACED:
	case DESTINATION_AUTHORISED:
		break;
	}
	*is_ready = check.status == DESTINATION_AUTHORISED;
	run->delivery->state = DELIVERY_WAITING;
	return store_reports_authorised(run->sender->reports, run->delivery,
					&check.instead, run->now_s, err);
}

static const char address_has_had[] =
    "it has had report.max_per_address of today";

static int64_t tomorrow_of(const struct run *run)
{
	return run->now_s - run->now_s % DAY_S + DAY_S;
}

/* One address takes so many mails a day, whoever names it. */
static bool find_limit(struct run *run, const char **why, int64_t *until_s,
		       struct error *err)
{
	int64_t sent = 0;

	if (!store_reports_sent_to(run->sender->reports, run->delivery->address,
				   run->now_s - run->now_s % DAY_S, &sent, err))
		return false;
	if (sent < run->sender->settings->max_per_address)
		return true;
	*until_s = tomorrow_of(run);
	*why = address_has_had;
	return true;
}

static bool check_delivery(struct run *run, bool *is_ready, struct error *err)
{
	const char *address = run->delivery->address;
	int64_t until_s = 0;
	const char *why;

	*is_ready = false;
	if (destination_is_excluded(address,
				    &run->sender->settings->exclude_addresses))
		return leave_out(run, DELIVERY_SKIPPED,
				 "excluded by report.exclude_addresses", err);
	if (!find_suppression(run, &why, &until_s, err) ||
	    (why == NULL && !find_limit(run, &why, &until_s, err)))
		return false;
	if (why != NULL && until_s == INT64_MAX)
		return leave_out(run, DELIVERY_SKIPPED, why, err);
	if (why != NULL)
		return postpone_delivery(run, until_s, why, err);
	if (run->delivery->state == DELIVERY_UNCHECKED)
		return authorise_address(run, is_ready, err);
	*is_ready = true;
	return true;
}

/* --- the mail --- */

static bool write_mail(struct run *run, const char *token, struct span *message,
		       struct error *err)
{
	struct report_sender *sender = run->sender;
	const struct store_report *report = run->report;
	struct report_mail mail = {
	    .report_id = report->report_id,
	    .policy_domain = report->policy_domain,
	    .submitter = report->submitter,
	    .file_name = report->file_name,
	    .org_name = report_org_name(sender->settings),
	    .from = sender->settings->from,
	    .to = run->delivery->address,
	    .token = token,
	    .contact = sender->settings->contact,
	    .begin_s = report->begin_s,
	    .end_s = report->end_s,
	    .messages = report->messages,
	    .now_s = run->now_s,
	};
	char *signature = mem_strdup(run->mem, "");

	if (!store_reports_archive(run->mem, sender->reports, report->report_id,
				   &mail.archive, err))
		return false;
	/* Of a failure report all but the first fields was written beforehand.
	 */
	const char *text =
	    is_failure(run)
		? mem_printf(run->mem, "%s%.*s",
			     report_mail_people(run->mem, &mail),
			     (int)mail.archive.length, mail.archive.data)
		: report_mail_write(run->mem, &mail);
	if (sender->signer != NULL &&
	    !report_signer_sign(run->mem, sender->signer, span_of(text),
				&signature, err))
		return false;
	*message = span_of(mem_printf(run->mem, "%s%s", signature, text));
	return true;
}

/* Untried, and nobody's. */
static bool give_back(struct run *run, struct error *err)
{
	const struct store_attempt waiting = {.state = DELIVERY_WAITING,
					      .reply = run->delivery->reply,
					      .next_try_s =
						  run->delivery->next_try_s,
					      .now_s = run->now_s};

	return record_attempt(run, &waiting, err);
}

static bool take_unavailable(struct run *run, const char *words,
			     struct error *err)
{
	if (!give_back(run, err))
		return false;
	return error_set(err, ERROR_SYSTEM,
			 "report.smtp_url: the mail server takes no report "
			 "(%.180s); they wait",
			 words);
}

/* A server that is silent, or refuses one after another, is itself the
 * trouble. */
static bool is_server_well(struct run *run, struct error *err)
{
	if (run->silent >= SILENT_MAX)
		return error_set(err, ERROR_SYSTEM,
				 "the mail server defers or drops all reports: "
				 "%.150s; they wait",
				 run->delivery->reply);
	if (run->refused >= REFUSED_MAX)
		return error_set(err, ERROR_SYSTEM,
				 "the mail server refuses report after report: "
				 "%.150s; the others wait",
				 run->delivery->reply);
	return true;
}

/* A stranger has as many names below his own as he likes, and none of them
 * needs to take mail: they count once. */
static void note_refused(struct run *run)
{
	const char *name =
	    suffix_registrable(destination_host(run->delivery->address));

	for (size_t i = 0; i < run->refused; i++) {
		if (strcmp(run->refused_names[i], name) == 0)
			return;
	}
	if (run->refused < REFUSED_MAX)
		(void)snprintf(run->refused_names[run->refused++],
			       sizeof run->refused_names[0], "%s", name);
}

static bool take_reply(struct run *run, const struct smtp_reply *reply,
		       struct error *err)
{
	bool is_answer = ascii_is_digit(reply->words[0]);

	run->delivery->reply = reply->words;
	switch (reply->result) {
	case SMTP_ACCEPTED:
		run->silent = 0;
		run->refused = 0;
		return note_sent(run, reply->words, err);
	case SMTP_DEFERRED:
		run->silent = is_answer ? 0 : run->silent + 1;
		return defer_delivery(run, reply->words, true, err) &&
		       is_server_well(run, err);
	case SMTP_REFUSED:
		run->silent = 0;
		note_refused(run);
		return settle_refused(run, reply->words, err) &&
		       is_server_well(run, err);
	case SMTP_UNFIT:
		run->silent = 0;
		note_refused(run);
		/* The message itself is not wanted: that speaks of no other. */
		run->sender->totals.refused++;
		return settle_delivery(run, DELIVERY_REFUSED, reply->words,
				       NULL, true, err) &&
		       is_server_well(run, err);
	case SMTP_UNAVAILABLE:
		break;
	}
	return take_unavailable(run, reply->words, err);
}

/* Over the fleet, other hosts have their share of what a day takes. */
static bool take_leave(struct run *run, bool *may_go, struct error *err)
{
	struct report_sender *sender = run->sender;
	const struct store_mail_limits limits = {
	    .lease_s = lease_of(sender),
	    .per_day = sender->settings->max_per_day,
	    .per_address = sender->settings->max_per_address};
	enum store_mail_leave leave;

	*may_go = false;
	if (!store_reports_begin_mail(sender->reports, run->delivery, &limits,
				      &leave, err))
		return false;
	switch (leave) {
	case STORE_MAIL_GO:
		*may_go = true;
		return true;
	case STORE_MAIL_LOST:
		return true;
	case STORE_MAIL_ADDRESS_FULL:
		return postpone_delivery(run, tomorrow_of(run), address_has_had,
					 err);
	case STORE_MAIL_DAY_FULL:
		break;
	}
	run->sent_today = sender->settings->max_per_day;
	return give_back(run, err);
}

static bool send_mail(struct run *run, struct error *err)
{
	struct report_sender *sender = run->sender;
	const struct report_transport *transport = &sender->transport;
	struct span message;
	char token[DELIVERY_TOKEN_TEXT];
	bool may_go;

	(void)delivery_token(sender->key, run->report->report_id,
			     run->delivery->address, token);
	if (!write_mail(run, token, &message, err) ||
	    !take_leave(run, &may_go, err))
		return false;
	if (!may_go)
		return true;
	stop_point("before-mail");
	const struct smtp_reply reply = transport->send(
	    transport->context, run->mem,
	    report_mail_sender(run->mem, sender->settings->from,
			       sender->settings->bounce_delimiter, token),
	    run->delivery->address, message);
	stop_point("after-mail");
	if (!take_reply(run, &reply, err))
		return false;
	stop_point("settled");
	return true;
}

/* --- one after another --- */

static bool ask_ahead(void *context, const char *policy_domain,
		      const char *address)
{
	const struct run *run = context;
	struct report_sender *sender = run->sender;
	struct dns_session *session =
	    dns_session_new(run->mem, sender->dns, sender->dns_budget_ms);

	if (!silent_names_has(run->silent_names, destination_host(address)) &&
	    !silent_names_has(run->silent_names, policy_domain))
		destination_ask_ahead(session, sender->method, policy_domain,
				      address);
	mem_free(session);
	return true;
}

/* What is claimed next is asked for some deliveries ahead. */
static bool claim_next(struct run *run, struct error *err)
{
	const struct report_sender *sender = run->sender;
	struct store_reports *reports = sender->reports;

	run->now_s = clock_now_s(sender->clock);
	const struct store_claim wanted = {
	    .owner = sender->owner,
	    .now_s = run->now_s,
	    .lease_s = run->now_s + lease_of(sender),
	    .policy_domain = sender->only_domain,
	    .begin_s = sender->only_day_s,
	};
	if (run->ahead-- == 0) {
		run->ahead = AHEAD - 1;
		run->ahead_end_ms =
		    clock_monotonic_ms(sender->clock) + sender->dns_timeout_ms;
		if (!store_reports_due(reports, &wanted, AHEAD, ask_ahead, run,
				       err))
			return false;
	}
	return store_reports_claim(run->mem, reports, &wanted, &run->delivery,
				   &run->report, err);
}

/* *goes_on is false when nothing is due. */
static bool deliver_one(struct run *run, bool *goes_on, struct error *err)
{
	struct report_sender *sender = run->sender;
	const struct timespec pause = clock_timespec(sender->settings->pace_ms);
	bool is_ready = false;

	if (!claim_next(run, err))
		return false;
	*goes_on = run->delivery != NULL;
	if (!*goes_on)
		return true;
	stop_point("claimed");
	if (!check_delivery(run, &is_ready, err))
		return false;
	if (!is_ready)
		return true;
	stop_point("authorised");
	if (!send_mail(run, err))
		return false;
	report_sender_moved(sender, "sent", sender->totals.sent);
	(void)nanosleep(&pause, NULL);
	return true;
}

static bool is_gone(void *context, const char *owner, int64_t lease_s)
{
	return report_owner_is_gone(owner, lease_s, *(const int64_t *)context);
}

/* Is there a reason to end the run, other than that nothing is due? */
static bool is_enough(const struct run *run)
{
	const struct report_sender *sender = run->sender;

	if (run->sent_today >= sender->settings->max_per_day) {
		report_sender_say(sender,
				  "report.max_per_day is reached: the other "
				  "reports wait for tomorrow");
		return true;
	}
	if (report_sender_is_past(sender, sender->deliver_until_ms)) {
		report_sender_say(sender,
				  "report.run_time is over: the other reports "
				  "wait for the next run");
		return true;
	}
	return report_sender_is_stopping(sender);
}

bool report_deliver(struct report_sender *sender, struct error *err)
{
	int64_t now_s = clock_now_s(sender->clock);
	TALLOC_CTX *mem = mem_context(NULL);
	struct run run = {.sender = sender,
			  .silent_names =
			      silent_names_new(mem, sender->dns_timeout_ms)};
	bool goes_on = true;
	bool ok =
	    store_reports_release(sender->reports, is_gone, &now_s, err) &&
	    store_reports_count_day(sender->reports, now_s - now_s % DAY_S,
				    err) &&
	    store_reports_sent_since(sender->reports, now_s - now_s % DAY_S,
				     &run.sent_today, err);

	while (ok && goes_on && !is_enough(&run)) {
		run.mem = mem_context(NULL);
		ok = deliver_one(&run, &goes_on, err);
		mem_free(run.mem);
	}
	mem_free(mem);
	int64_t given_up = 0;
	if (ok)
		ok = store_reports_give_up(sender->reports,
					   clock_now_s(sender->clock),
					   &given_up, err);
	sender->totals.given_up += given_up;
	return ok && store_health_forget(sender->reports,
					 report_health_forget_s(now_s), err);
}
