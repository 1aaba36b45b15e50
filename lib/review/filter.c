/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * filter.c - which incidents somebody asks for, from what he typed
 * Tested by test_alignctl_review.
 */
#include "lib/review/filter.h"

#include <stddef.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/net.h"
#include "lib/base/strbuf.h"
#include "lib/base/text.h"
#include "lib/base/time_text.h"

#define SHOWN_MAX 60
#define ALLOWED_MAX 256

static const char *shown(TALLOC_CTX *mem, const char *text)
{
	return text_escape(mem, span_of(text), SHOWN_MAX, true);
}

/* Where the member is that a field fills. */
static const char **text_member(const struct review_field *field,
				struct store_filter *filter)
{
	return (const char **)(void *)((char *)filter + field->offset);
}

static bool take_time(TALLOC_CTX *mem, const struct review_field *field,
		      const char *text, int64_t now_s,
		      struct store_filter *filter, struct error *err)
{
	void *member = (char *)filter + field->offset;

	if (time_text_read(text, now_s, member))
		return true;
	return error_set(err, ERROR_USAGE,
			 "\"%s\" is no time (allowed: " TIME_TEXT_ALLOWED ")",
			 shown(mem, text));
}

static bool take_address(TALLOC_CTX *mem, const struct review_field *field,
			 const char *text, int64_t now_s,
			 struct store_filter *filter, struct error *err)
{
	struct net_block block;

	(void)mem;
	(void)now_s;
	if (!net_block_parse(text, &block, err)) {
		err->kind = ERROR_USAGE;
		return false;
	}
	*text_member(field, filter) = text;
	return true;
}

static bool take_domain(TALLOC_CTX *mem, const struct review_field *field,
			const char *text, int64_t now_s,
			struct store_filter *filter, struct error *err)
{
	const char *name = domain_normalize(mem, span_of(text));

	(void)now_s;
	if (name == NULL)
		return error_set(err, ERROR_USAGE, "\"%s\" is no domain name",
				 shown(mem, text));
	*text_member(field, filter) = name;
	return true;
}

static bool take_text(TALLOC_CTX *mem, const struct review_field *field,
		      const char *text, int64_t now_s,
		      struct store_filter *filter, struct error *err)
{
	(void)mem;
	(void)now_s;
	(void)err;
	*text_member(field, filter) = text;
	return true;
}

static bool take_word(TALLOC_CTX *mem, const struct review_field *field,
		      const char *text, int64_t now_s,
		      struct store_filter *filter, struct error *err)
{
	struct strbuf list;

	(void)now_s;
	strbuf_init(&list, mem, ALLOWED_MAX);
	for (size_t i = 0; field->words[i] != NULL; i++) {
		strbuf_printf(&list, "%s%s", i == 0 ? "" : ", ",
			      field->words[i]);
		if (strcmp(text, field->words[i]) != 0)
			continue;
		/* The store's word for it is none. */
		*text_member(field, filter) =
		    strcmp(text, "absent") == 0 ? "" : text;
		return true;
	}
	return error_set(err, ERROR_USAGE, "\"%s\" (allowed: %s)",
			 shown(mem, text), strbuf_text(&list));
}

static bool take_open(TALLOC_CTX *mem, const struct review_field *field,
		      const char *text, int64_t now_s,
		      struct store_filter *filter, struct error *err)
{
	(void)field;
	(void)now_s;
	filter->is_open = strcmp(text, "yes") == 0;
	return filter->is_open ||
	       error_set(err, ERROR_USAGE, "\"%s\" (allowed: yes)",
			 shown(mem, text));
}

static bool take_limit(TALLOC_CTX *mem, const struct review_field *field,
		       const char *text, int64_t now_s,
		       struct store_filter *filter, struct error *err)
{
	(void)field;
	(void)now_s;
	return text_number(span_of(text), 1, REVIEW_LIMIT_MAX,
			   &filter->limit) ||
	       error_set(err, ERROR_USAGE, "\"%s\" (allowed: 1 to %d)",
			 shown(mem, text), REVIEW_LIMIT_MAX);
}

static const char *const dispositions[] = {"none",   "tag",	 "quarantine",
					   "reject", "tempfail", NULL};
static const char *const results[] = {"none",	   "pass",	"fail",
				      "temperror", "permerror", NULL};
static const char *const policies[] = {"none", "quarantine", "reject", "absent",
				       NULL};
static const char *const overrides[] = {
    "local_policy",	"mailing_list",	     "other",
    "policy_test_mode", "trusted_forwarder", NULL};
static const char *const open_words[] = {"yes", NULL};

#define AT(member) .offset = offsetof(struct store_filter, member)

const struct review_field review_fields[] = {
    {"since", "Since", "7d, 2026-05-01", .take = take_time, AT(since_s)},
    {"until", "Until", "2026-05-02", .take = take_time, AT(until_s)},
    {"from", "Author domain", "example.com, and all below it",
     .take = take_domain, AT(author_domain)},
    {"ip", "Client", "192.0.2.7, 192.0.2.0/24", .take = take_address,
     AT(client_ip)},
    {"client", "Client's name", "mail.example.com, and all below it",
     .take = take_domain, AT(client_name)},
    {"applied", "Applied", "", .words = dispositions, .take = take_word,
     AT(applied)},
    {"would", "Enforce mode would", "", .words = dispositions,
     .take = take_word, AT(would)},
    {"result", "DMARC", "", .words = results, .take = take_word,
     AT(dmarc_result)},
    {"policy", "Policy asks", "", .words = policies, .take = take_word,
     AT(asked)},
    {"override", "Override", "", .words = overrides, .take = take_word,
     AT(override_type)},
    {"reason", "Reason", "a part of it", .take = take_text, AT(reason)},
    {"host", "Received by", "mx1.example.com", .take = take_text, AT(host)},
    {"queue-id", "Queue id", "4ZKQ0u7Mc8z1e", .take = take_text, AT(queue_id)},
    {"open", "Nobody has acted on it", "", .words = open_words,
     .take = take_open},
    {"limit", "Rows", "100", .take = take_limit},
    {.name = NULL},
};

const struct review_field *review_field_find(const char *name)
{
	for (const struct review_field *field = review_fields;
	     field->name != NULL; field++) {
		if (strcmp(field->name, name) == 0)
			return field;
	}
	return NULL;
}

bool review_filter_set(TALLOC_CTX *mem, const struct review_field *field,
		       const char *text, int64_t now_s,
		       struct store_filter *filter, struct error *err)
{
	return field->take(mem, field, text, now_s, filter, err);
}
