/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message.c - collecting one message, asking DNS ahead on the way
 *
 * Every name is asked for the moment it is known: SPF and PTR at MAIL, keys at
 * each DKIM-Signature (signatures.c), the tree walks of the author domain and
 * of identifiers at the end of the header section; what follows from an answer
 * when that arrives (dns_chain.h). Nothing here waits.
 */
#include "lib/eval/message_private.h"

#include <string.h>

#include "lib/auth/iprev.h"
#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/mail/authres.h"

static const char *copy_text(TALLOC_CTX *mem, const char *text)
{
	return text == NULL ? NULL : mem_strdup(mem, text);
}

static struct client copy_client(TALLOC_CTX *mem, const struct client *client)
{
	return (struct client){
	    .address = client->address,
	    .name = copy_text(mem, client->name),
	    .helo = copy_text(mem, client->helo),
	    .user = copy_text(mem, client->user),
	    .tls_version = copy_text(mem, client->tls_version),
	    .tls_cipher = copy_text(mem, client->tls_cipher),
	};
}

static const char *envelope_text(TALLOC_CTX *mem, const struct path *path,
				 struct span given)
{
	if (path->is_null)
		return "<>";
	return text_escape(mem, given, LIMIT_ADDRESS_BYTES, false);
}

/* Opens what an evaluation needs and asks for what the envelope names. */
static void start_evaluation(struct message *message)
{
	const struct evaluator *evaluator = message->evaluator;
	struct verdict *verdict = &message->verdict;
	const char *sender =
	    spf_identity(message, verdict->client.helo, &verdict->mail_from);

	verdict->author.error = AUTHOR_NO_FROM; /* until the header ends */
	message->session =
	    dns_session_new(message, evaluator->dns, evaluator->dns_budget_ms);
	message->content = signed_message_new(message, &message->fields);
	if (evaluator->keeps_header)
		verdict->kept.fields = &message->fields;
	if (evaluator->memory != NULL && evaluator->serves_stale)
		dns_session_use_memory(message->session, evaluator->memory,
				       verdict->time_s);
	if (sender != NULL)
		dns_session_set_author(message->session, sender);
	message_dkim_begin(message);
	message->arc = arc_begin(message, evaluator->clock, message->session,
				 message->content);
	spf_ask_ahead(message->session, &verdict->client.address,
		      verdict->client.helo, &verdict->mail_from);
	iprev_ask_ahead(message->session, &verdict->client.address);
}

/* No user who logged in there: that is no host. */
static bool is_of_fellow(const struct message *message)
{
	const struct client *client = &message->verdict.client;

	return client->user == NULL && client->address.family != NET_NONE &&
	       net_list_contains(&message->evaluator->fellow_addresses,
				 &client->address);
}

struct message *message_begin(TALLOC_CTX *mem,
			      const struct evaluator *evaluator,
			      const struct client *client,
			      struct span mail_from, const char *skipped)
{
	struct message *message = mem_new(mem, struct message);
	struct verdict *verdict = &message->verdict;

	message->evaluator = evaluator;
	verdict->time_s = clock_now_s(evaluator->clock);
	verdict->client = copy_client(message, client);
	verdict->mail_from = path_parse(message, mail_from);
	verdict->mail_from_text =
	    envelope_text(message, &verdict->mail_from, mail_from);
	verdict->method = (enum tree_method)evaluator->dmarc->org_domain_method;
	verdict->origins = evaluator->origins;
	verdict->skipped = skipped;
	message->is_of_fellow = is_of_fellow(message);
	message_mark_begin(message);
	message_override_begin(message);
	if (skipped == NULL)
		start_evaluation(message);
	return message;
}

static void add_local(struct message *message, const char *local)
{
	struct kept_header *kept = &message->verdict.kept;
	struct text_list *list = &kept->rcpt_locals;

	kept->is_overfull = list->count >= LIMIT_FAILURE_RECIPIENTS;
	if (kept->is_overfull || *local == '\0')
		return;
	list->items =
	    mem_resize(message, list->items, const char *, list->count + 1);
	list->items[list->count++] = local;
}

/* As people write it: without quotes, and without the detail behind "+". */
static void keep_local(struct message *message, const char *local_part)
{
	if (message->verdict.kept.is_overfull)
		return;
	size_t length = strlen(local_part);
	bool is_quoted = length >= 2 && *local_part == '"';
	char *local = mem_strndup(message, local_part + (is_quoted ? 1 : 0),
				  length - (is_quoted ? 2 : 0));
	const char *plus = strchr(local, '+');

	add_local(message, local);
	if (plus != NULL)
		add_local(message,
			  mem_strndup(message, local, (size_t)(plus - local)));
}

/* Where it is none of them yet. */
static void keep_recipient_domain(struct message *message, const char *domain)
{
	struct text_list *domains = &message->verdict.rcpt_domains;

	if (domains->count >= LIMIT_RECIPIENT_DOMAINS ||
	    domain_list_has(domains, domain))
		return;
	domains->items = mem_resize(message, domains->items, const char *,
				    domains->count + 1);
	domains->items[domains->count++] = mem_strdup(message, domain);
}

/* Nothing is left of one that is not kept: there may be any number. */
void message_recipient(struct message *message, struct span recipient)
{
	TALLOC_CTX *mem = mem_context(message);
	struct path path = path_parse(mem, recipient);
	const char *sender = message->evaluator->report_from;

	report_traffic_recipient(&message->traffic, &path,
				 sender == NULL ? "" : sender);
	if (message->evaluator->keeps_header && path.local_part != NULL)
		keep_local(message, path.local_part);
	if (path.domain != NULL)
		keep_recipient_domain(message, path.domain);
	if (message->verdict.skipped == NULL)
		recipients_add(message, &message->recipients, path.local_part,
			       path.domain);
	mem_free(mem);
}

/* Counts the field against the limits; false once they are passed. */
static bool is_within_limits(struct message *message, size_t bytes)
{
	message->field_count++;
	message->header_bytes += bytes;
	if (message->field_count > LIMIT_HEADER_FIELDS ||
	    message->header_bytes > LIMIT_HEADER_BYTES)
		message->is_over_limit = true;
	return !message->is_over_limit;
}

/* A longer value is cut one byte past its limit: from.c then sees it. */
static void note_from_value(struct message *message, struct span value)
{
	if (value.length > LIMIT_FROM_BYTES)
		value.length = LIMIT_FROM_BYTES + 1;
	if (message->from_count < FROM_VALUES_KEPT)
		message->from[message->from_count] = value;
	message->from_count++;
}

/* The field of that name seen last claims to be ours. */
static void note_forged(struct message *message, struct field_claims *claims)
{
	/* One past what can ever be removed is enough to know. */
	if (claims->forged_count > LIMIT_HEADER_FIELDS)
		return;
	claims->forged = mem_resize(message, claims->forged, unsigned,
				    claims->forged_count + 1);
	claims->forged[claims->forged_count++] = claims->seen;
}

/* Of a host of the fleet, brought by one: it has removed what strangers
 * claimed. Our own name says what we found, where we look ourselves. */
static bool is_fellows_word(const struct message *message, struct span value)
{
	const struct evaluator *evaluator = message->evaluator;
	const struct text_list own = {1,
				      (const char **)&evaluator->authserv_id};

	return message->is_of_fellow &&
	       authres_names_us(value, &evaluator->fellow_ids) &&
	       (message->verdict.skipped != NULL ||
		!authres_is_ours(value, &own));
}

static bool is_claimed(const struct message *message, struct span value)
{
	const struct evaluator *evaluator = message->evaluator;

	return authres_is_ours(value, &evaluator->authserv_ids) ||
	       (evaluator->fellow_ids.count > 0 &&
		authres_is_ours(value, &evaluator->fellow_ids));
}

/* Fields are counted on past every limit, since the MTA deletes by index
 * (RFC 8601 5). */
static void judge_authres(struct message *message, struct span value)
{
	struct field_claims *claims = &message->authres;

	claims->seen++;
	if (claims->seen <= LIMIT_AUTHRES_FIELDS &&
	    is_fellows_word(message, value)) {
		message->verdict.kept_fields++;
		return;
	}
	if (claims->seen > LIMIT_AUTHRES_FIELDS || is_claimed(message, value)) {
		note_forged(message, claims);
		message_mark_claim(message, value);
	}
}

/* Only we put a tag on mail; but a host that we trust may have, too. */
static void judge_tag(struct message *message)
{
	message->tags.seen++;
	if (message->verdict.skipped == NULL)
		note_forged(message, &message->tags);
}

/* "Example talk <talk.list.example>": what stands within the last <>, or all
 * (RFC 2919 3). The first field stays: a second one is no better. */
static void keep_list_id(struct message *message, struct span value)
{
	struct verdict *verdict = &message->verdict;
	struct span id = span_trim(value);

	if (verdict->list_id != NULL)
		return;
	if (id.length > 0 && id.data[id.length - 1] == '>') {
		size_t start = id.length - 1;
		while (start > 0 && id.data[start - 1] != '<')
			start--;
		id = span_make(id.data + start, id.length - 1 - start);
	}
	verdict->list_id =
	    text_escape(message, span_trim(id), LIMIT_LIST_ID_BYTES, true);
}

/* Puts the field behind those that came before: the one copy that is made of
 * it, for all who read it later. */
static void keep_field(struct message *message, struct span bare,
		       struct field field)
{
	field_list_add(message, &message->fields, field);
	if (span_equals_nocase(bare, "From"))
		note_from_value(message, field.value);
	if (span_equals_nocase(bare, "List-Id"))
		keep_list_id(message, field.value);
	message_dkim_header(message, field.name, field.value);
	arc_header(message->arc, field);
}

/* `lost` blanks stood before the value. What needs no copy of a field looks at
 * each, past the limits and of a message that is not evaluated, too. */
static void take_field(struct message *message, struct span name,
		       struct span value, size_t lost)
{
	/* "From : a@b" is a From field all the same (RFC 5322 4.5.8). */
	struct span bare = span_trim(name);

	if (message->has_header_ended)
		return;
	if (span_equals_nocase(bare, "Authentication-Results"))
		judge_authres(message, value);
	else if (span_equals_nocase(bare,
				    message->evaluator->policy->tag_header))
		judge_tag(message);
	if (!is_within_limits(message, name.length + value.length + lost))
		return;
	if (span_equals_nocase(bare, "Subject"))
		report_traffic_subject(&message->traffic, value);
	if (message->session != NULL)
		keep_field(message, bare,
			   field_copy(message, name, value, lost));
	else if (message->believes_marks && mark_covers(bare))
		field_list_add(message, &message->fields,
			       field_copy(message, name, value, lost));
}

void message_header(struct message *message, struct span name,
		    struct span value)
{
	take_field(message, name, value, 0);
}

void message_header_without_blank(struct message *message, struct span name,
				  struct span value)
{
	take_field(message, name, value, 1);
}

/* "Ann\r\n <a@b.example>" on one line; of what is long, one byte more than is
 * shown tells text_escape that it is cut. */
static char *unfold_from(TALLOC_CTX *mem, struct span value)
{
	struct span trimmed = span_trim(value);
	size_t room = trimmed.length > LIMIT_FROM_SHOWN ? LIMIT_FROM_SHOWN + 1
							: trimmed.length;
	char *line = mem_resize(mem, NULL, char, room);
	size_t length = 0;

	for (size_t i = 0; i < trimmed.length && length < room; i++) {
		if (trimmed.data[i] != '\r' && trimmed.data[i] != '\n')
			line[length++] =
			    trimmed.data[i] == '\t' ? ' ' : trimmed.data[i];
	}
	return text_escape(mem, span_make(line, length), LIMIT_FROM_SHOWN,
			   true);
}

/* What stood in From, for whoever asks why it named no author, or which. */
static void note_from(struct message *message, size_t kept)
{
	struct text_list *fields = &message->verdict.from_fields;

	fields->items = mem_array(message, const char *, kept);
	for (fields->count = 0; fields->count < kept; fields->count++)
		fields->items[fields->count] =
		    unfold_from(message, message->from[fields->count]);
}

static struct author find_author(struct message *message)
{
	size_t kept = message->from_count < FROM_VALUES_KEPT
			  ? message->from_count
			  : FROM_VALUES_KEPT;

	note_from(message, kept);
	if (message->is_over_limit)
		return (struct author){.error = AUTHOR_OVER_LIMIT};
	return from_author(message, message->from, kept);
}

/* Of identifiers whose alignment may take a walk of their own. An engine keeps
 * its signatures to itself until the end. */
static void ask_ahead_walks(struct message *message)
{
	const struct verdict *verdict = &message->verdict;
	const char *author = verdict->author.domain;
	const char *sender =
	    spf_identity(message, verdict->client.helo, &verdict->mail_from);
	size_t count = message->signatures == NULL
			   ? 0
			   : signatures_count(message->signatures);

	tree_ask_ahead(message->session, verdict->method, author);
	if (sender != NULL)
		tree_ask_ahead_identifier(message->session, verdict->method,
					  author, sender);
	for (size_t i = 0; i < count && i < LIMIT_IDENTIFIERS_WALKED; i++) {
		const char *domain = signatures_domain(message->signatures, i);
		if (domain != NULL)
			tree_ask_ahead_identifier(
			    message->session, verdict->method, author, domain);
	}
}

bool message_end_of_header(struct message *message)
{
	struct author *author = &message->verdict.author;

	/* An MTA may say it twice; a header ends once. */
	if (message->verdict.skipped == NULL && !message->has_header_ended) {
		message->has_header_ended = true;
		*author = find_author(message);
		if (author->error == AUTHOR_OK)
			dns_session_set_author(message->session,
					       author->domain);
		if (message->is_over_limit)
			return false;
		message->is_signature_body_wanted =
		    message_dkim_end_of_header(message);
		message->is_arc_body_wanted = arc_end_of_header(message->arc);
		if (author->error == AUTHOR_OK)
			ask_ahead_walks(message);
	}
	return message_mark_end_of_header(message) ||
	       message->is_signature_body_wanted || message->is_arc_body_wanted;
}

void message_body_passed(struct message *message, size_t bytes)
{
	message->body_bytes += bytes;
}

void message_body(struct message *message, struct span chunk)
{
	message_body_passed(message, chunk.length);
	if (message->is_signature_body_wanted)
		message_dkim_body(message, chunk);
	if (message->content != NULL)
		body_hashes_add(message->content->bodies, chunk);
	if (message->mark_content != NULL)
		mark_content_add(message->mark_content, chunk);
}
