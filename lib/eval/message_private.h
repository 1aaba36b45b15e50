/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EVAL_MESSAGE_PRIVATE_H
#define EVAL_MESSAGE_PRIVATE_H

/*
 * message_private - a message between its begin and its verdict
 *
 * message.c collects, finish.c evaluates; nobody else sees this.
 */

#include "lib/auth/arc.h"
#include "lib/base/limits.h"
#include "lib/eval/basis.h"
#include "lib/eval/mark.h"
#include "lib/eval/message.h"
#include "lib/eval/report_traffic.h"
#include "lib/policy/recipients.h"

/* From values kept; a second one already decides the message. */
#define FROM_VALUES_KEPT 4

/* Fields of one name, and which of them claim to be ours. */
struct field_claims {
	unsigned seen;
	size_t forged_count;
	unsigned *forged; /* indexes, lowest first */
};

/* An Authentication-Results field that claims to be ours and has a mark. */
struct marked_field {
	struct mark mark;
	unsigned index; /* among the fields of that name, from 1 */
};

/* What applies to some of the recipients, each once, in the order of the file;
 * NULL, in front, where nothing does. */
struct chosen_overrides {
	size_t count;
	const struct override **items;
	struct override_match *matches; /* of items[i] */
};

struct message {
	const struct evaluator *evaluator;
	struct verdict verdict;
	struct reference_source references; /* .name NULL: none */
	struct dns_session *session;
	struct basis_staleness staleness; /* of what decides */
	struct signed_message *content;	  /* NULL: not evaluated */
	struct signatures *signatures;	  /* NULL likewise, or theirs */
	void *engine_signatures;	  /* dkim_engine's; NULL: ours */
	bool is_signature_body_wanted;
	struct arc *arc; /* NULL: not evaluated */
	bool is_arc_body_wanted;

	bool is_of_fellow; /* a host of the fleet brings it */
	bool believes_marks;
	struct mark_content *mark_content; /* NULL: no mark is wanted */
	size_t marked_count;
	struct marked_field marked[LIMIT_MARKS_READ];

	/* As received, from the top: the one copy of the header. What else
	 * looks at a field borrows it here. Of mail that is not evaluated only
	 * what a mark covers, where one may be believed. */
	struct field_list fields;
	size_t field_count; /* also of those past the limits */
	size_t header_bytes;
	uint64_t body_bytes;
	bool is_over_limit;
	bool has_header_ended;

	size_t from_count; /* fields seen; at most FROM_VALUES_KEPT kept */
	struct span from[FROM_VALUES_KEPT]; /* within `fields` */

	struct report_traffic traffic;
	struct recipients recipients;
	struct chosen_overrides overrides;

	struct field_claims authres; /* Authentication-Results fields */
	struct field_claims tags;    /* policy.tag_header's */
};

/* --- message_dkim.c: signatures.h, or the engine in its place --- */

void message_dkim_begin(struct message *message);
void message_dkim_header(struct message *message, struct span name,
			 struct span value);
/* Is the body wanted? */
bool message_dkim_end_of_header(struct message *message);
void message_dkim_body(struct message *message, struct span chunk);
struct evidence_signatures message_dkim_finish(struct message *message);

/* --- message_override.c: overrides, for all recipients --- */

void message_override_begin(struct message *message);
/* Behind the evidence and weigh_identity(). */
void message_override_find(struct message *message);
/* The one that the decision comes of, by its place. */
void message_override_choose(struct message *message, size_t chosen);

/* --- message_mark.c: the mark on our field, and fields that bear one --- */

void message_mark_begin(struct message *message);
void message_mark_claim(struct message *message, struct span value);
/* Is the body wanted? Behind the signatures, which want theirs. */
bool message_mark_end_of_header(struct message *message);
/* To our own field, when the answer is known. */
void message_mark_write(struct message *message);
/* Fields whose mark is right are forged no more. */
void message_mark_keep(struct message *message);

#endif
