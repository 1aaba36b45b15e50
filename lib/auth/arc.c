/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arc.c - the Authenticated Received Chain of one message
 *
 * RFC 8617 5.2, step by step: the structure at the end of the header, then the
 * newest AMS, then every AS. The older AMSs are looked at only in a chain that
 * passes, to tell since when the message is unchanged (step 5).
 */
#include "lib/auth/arc.h"

#include <string.h>

#include "lib/auth/arc_verify.h"
#include "lib/auth/tag_list.h"

struct arc {
	const struct clock *clock;
	struct dns_session *session;
	struct signed_message *message;
	size_t count; /* ARC fields, at most one past their limit */
	struct arc_field *items;
	bool is_chain;
	struct arc_chain chain;
	const char *fault; /* why the fields are no chain; NULL: none, or one */
	bool is_unhashed[LIMIT_ARC_SETS]; /* past the limit of l= */
};

struct arc *arc_begin(TALLOC_CTX *mem, const struct clock *clock,
		      struct dns_session *session,
		      struct signed_message *message)
{
	struct arc *arc = mem_new(mem, struct arc);

	arc->clock = clock;
	arc->session = session;
	arc->message = message;
	return arc;
}

void arc_header(struct arc *arc, struct field field)
{
	enum arc_part part;

	if (!arc_part_of(field.name, &part) || arc->count > LIMIT_ARC_FIELDS)
		return;
	if (arc->items == NULL)
		arc->items = mem_array(arc, struct arc_field, LIMIT_ARC_FIELDS);
	if (arc->count < LIMIT_ARC_FIELDS) {
		arc->items[arc->count] = arc_field_parse(arc, field, part);
		arc->items[arc->count].place = arc->message->fields->count - 1;
	}
	arc->count++;
}

static const struct arc_field *part_of(const struct arc *arc, unsigned instance,
				       enum arc_part part)
{
	return arc->chain.sets[instance - 1].parts[part];
}

static const char *key_name(struct arc *arc, const struct arc_field *field)
{
	return mem_printf(arc, "%s._domainkey.%s", field->tags.selector,
			  field->tags.domain);
}

static void ask_ahead(struct arc *arc)
{
	unsigned newest = arc->chain.count;
	unsigned end =
	    newest > LIMIT_ARC_KEYS_AHEAD ? newest - LIMIT_ARC_KEYS_AHEAD : 0;

	dns_session_ask_ahead(
	    arc->session,
	    key_name(arc, part_of(arc, newest, ARC_MESSAGE_SIGNATURE)),
	    DNS_TXT);
	for (unsigned i = newest; i > end; i--)
		dns_session_ask_ahead(arc->session,
				      key_name(arc, part_of(arc, i, ARC_SEAL)),
				      DNS_TXT);
}

bool arc_end_of_header(struct arc *arc)
{
	if (arc->count == 0)
		return false;
	if (arc->count > LIMIT_ARC_FIELDS)
		arc->fault = "too many ARC fields";
	else
		arc->fault =
		    arc_chain_build(arc, arc->items, arc->count, &arc->chain);
	arc->is_chain = arc->fault == NULL;
	if (!arc->is_chain)
		return false;
	ask_ahead(arc);
	/* The newest first: its body hash is the one that counts. */
	for (unsigned i = arc->chain.count; i > 0; i--)
		arc->is_unhashed[i - 1] = !body_hashes_want(
		    arc->message->bodies,
		    &part_of(arc, i, ARC_MESSAGE_SIGNATURE)->tags);
	return true;
}

static const char *check_body(const struct arc *arc, unsigned instance)
{
	if (arc->is_unhashed[instance - 1])
		return "too many different l=";
	switch (body_hashes_compare(
	    arc->message->bodies,
	    &part_of(arc, instance, ARC_MESSAGE_SIGNATURE)->tags)) {
	case BODY_UNCHANGED:
		return NULL;
	case BODY_CHANGED:
		return "the body hash does not match";
	case BODY_SHORTER:
		return "l= is longer than the body";
	case BODY_UNKNOWN:
		break;
	}
	return "the body could not be hashed";
}

/* RFC 6376 3.5, as for any signature: t= has an allowance, x= has none. */
static const char *check_times(const struct arc *arc,
			       const struct arc_field *ams)
{
	int64_t now_s = clock_now_s(arc->clock);

	if (ams->tags.expires_at_s >= 0 && now_s > ams->tags.expires_at_s)
		return "the signature has expired";
	if (ams->tags.signed_at_s > now_s + SIGNATURE_DRIFT_S)
		return "the signature is from the future";
	return NULL;
}

static const char *check_signature(struct arc *arc,
				   const struct arc_field *field,
				   const struct digest_value *value)
{
	return arc_check_signature(
	    arc->message, field, value,
	    dns_session_ask(arc->session, key_name(arc, field), DNS_TXT));
}

/* The cheap first. */
static const char *check_message(struct arc *arc, unsigned instance)
{
	const struct arc_field *ams =
	    part_of(arc, instance, ARC_MESSAGE_SIGNATURE);
	struct digest_value value;
	const char *fault = check_times(arc, ams);

	if (fault == NULL)
		fault = check_body(arc, instance);
	if (fault != NULL)
		return fault;
	if (!arc_hash_message(arc->message, ams, &value))
		return "too many bytes of header to hash";
	return check_signature(arc, ams, &value);
}

static const char *name_fault(struct arc *arc, enum arc_part part,
			      unsigned instance, const char *fault)
{
	return fault == NULL ? NULL
			     : mem_printf(arc, "%s %u: %s", arc_part_text(part),
					  instance, fault);
}

/* The newest AMS, then every seal. */
static const char *check_chain(struct arc *arc)
{
	struct digest_value values[LIMIT_ARC_SETS];
	unsigned newest = arc->chain.count;
	const char *fault = name_fault(arc, ARC_MESSAGE_SIGNATURE, newest,
				       check_message(arc, newest));

	if (fault != NULL)
		return fault;
	if (!arc_hash_seals(arc->message, &arc->chain, values))
		return "too many bytes of header to hash";
	for (unsigned i = newest; i > 0 && fault == NULL; i--)
		fault =
		    name_fault(arc, ARC_SEAL, i,
			       check_signature(arc, part_of(arc, i, ARC_SEAL),
					       &values[i - 1]));
	return fault;
}

/* RFC 8617 5.2 step 5: the lowest instance whose AMS, like all above it,
 * verifies; 0 when all do. Each may cover the whole header once more. */
static unsigned find_oldest_pass(struct arc *arc)
{
	unsigned lowest = arc->chain.count;
	unsigned end =
	    lowest > LIMIT_ARC_OLDER + 1 ? lowest - LIMIT_ARC_OLDER : 1;

	while (lowest > end && check_message(arc, lowest - 1) == NULL)
		lowest--;
	return lowest == 1 ? 0 : lowest;
}

static const char *remote_ip(struct arc *arc)
{
	struct net_address address;

	if (!arc_field_remote_ip(part_of(arc, 1, ARC_RESULTS), &address))
		return NULL;
	return net_address_copy(arc, &address);
}

static struct evidence_arc describe(struct arc *arc)
{
	unsigned count = arc->chain.count;
	struct arc_sealer *sealers = mem_array(arc, struct arc_sealer, count);

	for (unsigned i = 1; i <= count; i++) {
		const struct arc_field *seal = part_of(arc, i, ARC_SEAL);
		sealers[i - 1].domain = seal->tags.domain;
		sealers[i - 1].selector = seal->tags.selector;
	}
	struct evidence_arc evidence = {
	    .result = AUTH_PASS,
	    .count = count,
	    .sealers = sealers,
	    .oldest_pass = find_oldest_pass(arc),
	    .remote_ip = remote_ip(arc),
	};
	evidence.recorded = arc_field_dmarc(
	    arc, part_of(arc, count, ARC_RESULTS), &evidence.recorded_from);
	return evidence;
}

struct evidence_arc arc_finish(struct arc *arc)
{
	if (!arc->is_chain)
		return (struct evidence_arc){
		    .result = arc->fault == NULL ? AUTH_NONE : AUTH_FAIL,
		    .reason = arc->fault};
	body_hashes_finish(arc->message->bodies);
	const char *fault = check_chain(arc);
	return fault == NULL ? describe(arc)
			     : (struct evidence_arc){.result = AUTH_FAIL,
						     .reason = fault};
}
