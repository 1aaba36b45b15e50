/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reply.c - a verdict carried out: header changes, quarantine, SMTP reply
 *
 * RFC 8601 5 and 4.1: forged fields go, ours stands on top. Changes take effect
 * after end of message, so signatures were checked over the original.
 * Tested by test_session.
 */
#include "milter/reply.h"

#include <string.h>

#include "lib/base/strbuf.h"
#include "milter/log.h"
#include "milter/metrics.h"

#define FIELD "Authentication-Results"

/* Notes what the MTA would not take; returns whether it did. */
static bool was_taken(bool is_taken, const char *what)
{
	if (is_taken)
		return true;
	metrics_count(METRIC_MTA_REFUSALS);
	log_write_seldom(LOG_LEVEL_WARNING, "the MTA did not take a change: %s",
			 what);
	return false;
}

static bool is_granted(const struct mta *mta, enum mta_grant grant)
{
	return (mta->grants & grant) != 0;
}

/* `value` begins with a blank. */
static bool insert_header(const struct mta *mta, const char *name,
			  const char *value)
{
	/* Without the grant the MTA puts a blank of its own before it. */
	if (!is_granted(mta, MTA_LEADING_BLANK) && value[0] == ' ')
		value++;
	return was_taken(is_granted(mta, MTA_ADD_HEADERS) &&
			     mta->ops->insert_header(mta->context, name, value),
			 "insert a header field");
}

/* Indexes come highest first: a deletion moves the fields behind it up. */
static void delete_forged(const struct mta *mta, const char *name,
			  const struct forged_fields *forged)
{
	for (size_t i = 0; i < forged->count; i++)
		(void)was_taken(is_granted(mta, MTA_CHANGE_HEADERS) &&
				    mta->ops->delete_header(mta->context, name,
							    forged->indexes[i]),
				"delete a forged field");
}

/* "DMARC fail for example.com (ref K7QX-2M4D)" */
static char *why_text(TALLOC_CTX *mem, const struct verdict *verdict)
{
	const char *domain = verdict->author.domain;
	const char *reference = verdict->reference;

	return mem_printf(mem, "DMARC %s for %s%s%s%s",
			  dmarc_result_text(verdict->result),
			  domain == NULL ? "an unusable From" : domain,
			  reference[0] == '\0' ? "" : " (ref ", reference,
			  reference[0] == '\0' ? "" : ")");
}

static void add_tag(TALLOC_CTX *mem, const struct mta *mta,
		    const struct reply_order *order)
{
	(void)insert_header(
	    mta, order->policy->tag_header,
	    mem_printf(mem, " %s", why_text(mem, order->verdict)));
}

/* Postfix gives recipients as "<a@b>"; the setting has no brackets. */
static bool is_mailbox(const char *recipient, const char *mailbox)
{
	struct span r = span_of(recipient);

	if (r.length >= 2 && r.data[0] == '<')
		r = span_make(r.data + 1, r.length - 2);
	return span_equals_nocase(r, mailbox);
}

static bool redirect_message(TALLOC_CTX *mem, const struct mta *mta,
			     const struct reply_order *order)
{
	const struct text_list *recipients = order->recipients;
	const char *mailbox = order->policy->quarantine_mailbox;

	if (recipients == NULL || !is_granted(mta, MTA_CHANGE_RECIPIENTS))
		return was_taken(false, "redirect to the quarantine mailbox");
	/* Added first: mail without any recipient would be lost. */
	if (!was_taken(mta->ops->add_recipient(
			   mta->context, mem_printf(mem, "<%s>", mailbox)),
		       "add the quarantine mailbox"))
		return false;
	for (size_t i = 0; i < recipients->count; i++) {
		if (is_mailbox(recipients->items[i], mailbox))
			continue;
		(void)was_taken(mta->ops->delete_recipient(
				    mta->context, recipients->items[i]),
				"delete a recipient");
	}
	return true;
}

static bool hold_message(TALLOC_CTX *mem, const struct mta *mta,
			 const struct reply_order *order)
{
	return was_taken(is_granted(mta, MTA_QUARANTINE) &&
			     mta->ops->quarantine(
				 mta->context, why_text(mem, order->verdict)),
			 "quarantine");
}

static void quarantine_message(TALLOC_CTX *mem, const struct mta *mta,
			       const struct reply_order *order)
{
	enum quarantine_action action =
	    (enum quarantine_action)order->policy->quarantine_action;

	if (action == QUARANTINE_REDIRECT &&
	    redirect_message(mem, mta, order)) {
		add_tag(mem, mta, order);
		return;
	}
	if (action == QUARANTINE_TAG || !hold_message(mem, mta, order))
		add_tag(mem, mta, order);
}

/* "%" starts a format in Sendmail's replies; Postfix undoubles it too. */
static char *double_percents(TALLOC_CTX *mem, const char *text)
{
	struct strbuf out;

	strbuf_init(&out, mem, 2 * strlen(text));
	for (; *text != '\0'; text++) {
		if (*text == '%')
			strbuf_add_text(&out, "%%");
		else
			strbuf_add_char(&out, *text);
	}
	return strbuf_text(&out);
}

/* `reply` is ours: "550 5.7.26 words". */
static void set_reply(TALLOC_CTX *mem, const struct mta *mta, const char *reply)
{
	struct span code;
	struct span enhanced;
	struct span rest;

	(void)span_cut(span_of(reply), ' ', &code, &rest);
	(void)span_cut(rest, ' ', &enhanced, &rest);
	(void)was_taken(
	    mta->ops->set_reply(
		mta->context, mem_strndup(mem, code.data, code.length),
		mem_strndup(mem, enhanced.data, enhanced.length),
		double_percents(mem, mem_strndup(mem, rest.data, rest.length))),
	    "set the reply's text");
}

/* The last insertion ends on top, so ours comes last. */
static void let_message_in(TALLOC_CTX *mem, const struct mta *mta,
			   const struct reply_order *order)
{
	const struct verdict *verdict = order->verdict;

	delete_forged(mta, FIELD, &verdict->forged);
	delete_forged(mta, order->policy->tag_header, &verdict->forged_tags);
	if (verdict->skipped != NULL)
		return;
	if (verdict->decision.applied == DISPOSITION_QUARANTINE)
		quarantine_message(mem, mta, order);
	else if (verdict->decision.applied == DISPOSITION_TAG)
		add_tag(mem, mta, order);
	if (verdict->header != NULL)
		(void)insert_header(mta, FIELD,
				    verdict->marked == NULL ? verdict->header
							    : verdict->marked);
}

enum mta_answer reply_apply(TALLOC_CTX *mem, const struct mta *mta,
			    const struct reply_order *order)
{
	const struct verdict *verdict = order->verdict;

	/* Changes to mail that is turned away would be thrown away. */
	if (verdict->reply != NULL) {
		set_reply(mem, mta, verdict->reply);
		return verdict->decision.applied == DISPOSITION_REJECT
			   ? MTA_REJECT
			   : MTA_TEMPFAIL;
	}
	let_message_in(mem, mta, order);
	return MTA_CONTINUE;
}

enum mta_answer reply_overloaded(TALLOC_CTX *mem, const struct mta *mta)
{
	set_reply(mem, mta,
		  "451 4.3.2 Too much mail at the moment, try again later");
	return MTA_TEMPFAIL;
}

enum mta_answer reply_stopping(TALLOC_CTX *mem, const struct mta *mta)
{
	set_reply(mem, mta,
		  "451 4.3.2 The mail filter is stopping, try again later");
	return MTA_TEMPFAIL;
}
