/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * item.c - one mail or file, from its bytes into the store
 * Tested by test_alignctl_inbox.
 */
#include "tools/inbox/item.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/inbox/gather.h"
#include "lib/inbox/sender.h"
#include "lib/report/read/mail.h"
#include "lib/report/read/received.h"
#include "lib/show/show.h"
#include "tools/engine_fault.h"
#include "tools/report/confine.h"
#include "tools/report/read_process.h"

#define NAME_SHOWN 200
#define WHY_SHOWN 500

/* --- the beginning --- */

#define NOBODY "none"

/* Our own name first, then those that are removed like it. */
static struct text_list list_ours(TALLOC_CTX *mem, const struct config *config)
{
	const struct text_list *further = &config->trust.authserv_ids;
	struct text_list list = {.count = further->count + 1};

	list.items = mem_array(mem, const char *, list.count);
	list.items[0] = config_authserv_id(mem, config);
	for (size_t i = 0; i < further->count; i++)
		list.items[i + 1] = further->items[i];
	return list;
}

/* Our names stand in each mail that leaves here: where alignd did not see what
 * came, nothing keeps a stranger from writing one. */
static struct text_list choose_ids(struct tool *tool,
				   const struct config *config,
				   enum inbox_origin origin)
{
	const char *given = tool_value(tool, "--authserv-id");
	struct text_list list = {.count = 0};

	if (given == NULL && origin == INBOX_THROUGH_ALIGND)
		return list_ours(tool->mem, config);
	if (given == NULL || strcmp(given, NOBODY) == 0)
		return list;
	list.items = mem_array(tool->mem, const char *, 1);
	list.items[list.count++] = given;
	return list;
}

bool inbox_taking_open(struct tool *tool, enum inbox_origin origin,
		       bool is_barred, struct inbox_taking *taking,
		       struct error *err)
{
	*taking = (struct inbox_taking){.tool = tool};
	if (!tool_config(tool, &taking->config, err) ||
	    !inbox_services_load(tool->mem, taking->config->inbox.reporters,
				 INBOX_BY_DOMAIN, &taking->reporters, err))
		return false;
	taking->authserv_ids = choose_ids(tool, taking->config, origin);
	if (is_barred)
		report_confine_taker(tool, taking->config);
	engine_fault("take");
	return store_inbox_open(tool->mem, taking->config->store.sqlite,
				STORE_DB_WRITE, &taking->inbox, err);
}

/* --- an item --- */

struct inbox_item {
	const char *name;
	struct span bytes;
	bool is_cut;   /* out of a mailbox */
	bool is_taken; /* else it is to come again */
};

static bool keep_report(struct inbox_taking *taking,
			const struct store_inbox_report *report,
			struct error *err)
{
	struct inbox_counts *counts = &taking->counts;
	enum store_inbox_outcome outcome;

	if (!store_inbox_add(taking->inbox, report, &outcome, err))
		return false;
	if (outcome == INBOX_KNOWN)
		counts->known++;
	else if (outcome == INBOX_FLAGGED)
		counts->differs++;
	else if (report->state == INBOX_FAILED)
		counts->failed++;
	else
		counts->kept++;
	return true;
}

static bool keep_refusal(struct inbox_taking *taking,
			 const struct inbox_refusal *refusal,
			 const char *digest, const struct inbox_sender *sender,
			 struct span bytes, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	size_t shown = bytes.length < LIMIT_INBOX_ASIDE_BYTES
			   ? bytes.length
			   : LIMIT_INBOX_ASIDE_BYTES;
	const struct store_inbox_aside aside = {
	    .received_s = clock_now_s(&taking->tool->clock),
	    .name = text_escape(mem, span_of(refusal->name), NAME_SHOWN, true),
	    .why = text_escape(mem, span_of(refusal->why), WHY_SHOWN, true),
	    .digest = digest,
	    .sender = sender->domain,
	    .verdict = sender->verdict,
	    .size = (int64_t)bytes.length,
	    .bytes = span_make(bytes.data, shown),
	};
	bool ok = store_inbox_set_aside(taking->inbox, &aside, err);

	mem_free(mem);
	return ok;
}

static bool keep_all(struct inbox_taking *taking,
		     const struct inbox_gathered *found, const char *digest,
		     const struct inbox_sender *sender, struct span bytes,
		     struct error *err)
{
	for (size_t i = 0; i < found->report_count; i++)
		if (!keep_report(taking, &found->reports[i], err))
			return false;
	taking->counts.aside += found->refusal_count;
	for (size_t i = 0; i < found->refusal_count; i++)
		if (!keep_refusal(taking, &found->refusals[i], digest, sender,
				  bytes, err))
			return false;
	return true;
}

/* A line of a body that begins with "From " makes two mails of one, wherever
 * the mailbox was written without quoting it, and nobody removed our name from
 * the second. */
static struct inbox_sender read_sender(TALLOC_CTX *mem,
				       const struct inbox_taking *taking,
				       struct span mail, bool is_cut)
{
	struct inbox_sender sender =
	    inbox_sender_read(mem, mail, &taking->authserv_ids);

	return is_cut ? inbox_sender_doubt(sender) : sender;
}

#define BROKEN "not read, "

/* The machine's fault or the mail's, nobody knows: it comes again, and with the
 * last try is set aside, so that it does not come for ever. */
static bool keep_try(TALLOC_CTX *mem, struct inbox_taking *taking,
		     const struct inbox_sender *sender, const char *digest,
		     struct inbox_item *item, const char *broken,
		     struct error *err)
{
	int64_t tries;

	if (!store_inbox_count_aside(taking->inbox, digest, BROKEN, &tries,
				     err))
		return false;
	item->is_taken = tries + 1 >= LIMIT_INBOX_TRIES;
	int64_t number = item->is_taken ? LIMIT_INBOX_TRIES : tries + 1;
	const struct inbox_refusal refusal = {
	    .name = item->name,
	    .why = mem_printf(mem, BROKEN "try %d of %d: %s", (int)number,
			      LIMIT_INBOX_TRIES, broken),
	};
	taking->counts.aside += item->is_taken;
	return keep_refusal(taking, &refusal, digest, sender, item->bytes, err);
}

static bool read_item(TALLOC_CTX *mem, struct inbox_taking *taking,
		      struct inbox_item *item, struct error *err)
{
	struct inbox_sender sender =
	    read_sender(mem, taking, item->bytes, item->is_cut);
	size_t left = LIMIT_INBOX_ITEM_ROWS;
	const char *digest;
	const char *broken;

	if (!inbox_digest(mem, item->bytes, &digest))
		return error_set(err, ERROR_SYSTEM, "no memory for a digest");
	struct inbox_gather *gather =
	    inbox_gather_new(mem, &sender, taking->reporters, digest,
			     clock_now_s(&taking->tool->clock));
	const struct received_reader reader = inbox_gather_reader(gather);
	if (!read_process_bytes(mem, item->name, item->bytes, &reader, &left,
				&broken, err))
		return false;
	item->is_taken = true;
	if (broken != NULL &&
	    !keep_try(mem, taking, &sender, digest, item, broken, err))
		return false;
	struct inbox_gathered found = inbox_gather_result(gather);
	return !item->is_taken ||
	       keep_all(taking, &found, digest, &sender, item->bytes, err);
}

static bool take_item(struct inbox_taking *taking, struct inbox_item *item,
		      struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);

	item->bytes = received_mail_bare(item->bytes);
	bool ok = read_item(mem, taking, item, err);
	taking->counts.items += ok && item->is_taken;
	mem_free(mem);
	return ok;
}

bool inbox_item_take(struct inbox_taking *taking, const char *name,
		     struct span bytes, bool *is_taken, struct error *err)
{
	struct inbox_item item = {.name = name, .bytes = bytes};
	bool ok = take_item(taking, &item, err);

	*is_taken = item.is_taken;
	return ok;
}

bool inbox_file_take(struct inbox_taking *taking, const char *name,
		     struct span bytes, bool *is_taken, struct error *err)
{
	if (!received_mail_is_mailbox(bytes))
		return inbox_item_take(taking, name, bytes, is_taken, err);
	*is_taken = true;
	for (size_t number = 1; bytes.length > 0; number++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct inbox_item item = {
		    .name = mem_printf(mem, "%s: mail %zu", name, number),
		    .bytes = received_mail_cut(&bytes),
		    .is_cut = true,
		};
		bool ok = take_item(taking, &item, err);
		*is_taken = *is_taken && item.is_taken;
		mem_free(mem);
		if (!ok)
			return false;
	}
	return true;
}

/* --- the end --- */

static void put_count(struct show *show, const char *key, const char *label,
		      size_t count)
{
	show_data(show, key, value_number((int64_t)count));
	if (count > 0)
		show_member(show, label, "%zu", count);
}

static void show_counts(const struct inbox_taking *taking)
{
	const struct inbox_counts *counts = &taking->counts;
	struct show *show = show_new(taking->tool->mem);

	show_line(show, "%zu item%s read", counts->items,
		  counts->items == 1 ? "" : "s");
	show_data(show, "items", value_number((int64_t)counts->items));
	put_count(show, "kept", "reports kept", counts->kept);
	put_count(show, "known", "known", counts->known);
	put_count(show, "differs", "differing", counts->differs);
	put_count(show, "failed", "fail DMARC", counts->failed);
	put_count(show, "aside", "set aside", counts->aside);
	show_write(stdout, tool_form(taking->tool), show);
}

bool inbox_taking_commit(struct inbox_taking *taking, struct error *err)
{
	return store_inbox_sync(taking->inbox,
				clock_now_s(&taking->tool->clock), err);
}

bool inbox_taking_end(struct inbox_taking *taking, struct error *err)
{
	const struct clock *clock = &taking->tool->clock;
	int64_t keep_s = taking->config->inbox.keep_ms / 1000;

	if (!inbox_taking_commit(taking, err))
		return false;
	show_counts(taking);
	return store_inbox_purge(taking->inbox, clock,
				 clock_now_s(clock) - keep_s, err);
}
