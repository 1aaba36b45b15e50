/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_HEADER_HASH_H
#define AUTH_HEADER_HASH_H

/*
 * header_hash - the header fields of a message, hashed as its signatures
 * cover them (RFC 6376 3.4, 3.7, 5.4; RFC 8617 5.1.1)
 *
 * DKIM and ARC share it. A field is brought into canonical form once a
 * message, however many signatures cover it; the bytes that are hashed for all
 * of them together are at most LIMIT_HASHED_HEADER_BYTES. A struct header_hash
 * belongs to one message.
 */

#include "lib/auth/digest.h"
#include "lib/mail/field_list.h"

struct header_hash;

/* Dies with `mem`. Of these fields, as received, from the top: they are
 * borrowed, and all of them stand there before anything else is asked here. A
 * field's place is its index. */
struct header_hash *header_hash_new(TALLOC_CTX *mem,
				    const struct field_list *fields);

/* Of the fields of that name, how many there are; and the one at `index`, from
 * the top, which is below that. */
size_t header_hash_occurs(struct header_hash *header, const char *name);
struct field header_hash_field_of(struct header_hash *header, const char *name,
				  size_t index);

/* How many fields of that name h= covers at most. */
size_t header_hash_covers(struct span fields, const char *name);

/* What a signature field says of itself. */
struct header_signature {
	size_t place;	       /* of the field that holds it */
	struct span fields;    /* h=: names between colons */
	struct span signature; /* b=, within the field's value */
	bool is_relaxed;
};

/* What the signature was made over: the fields that h= names, of each name the
 * lowest first, each once, a name beyond them adding nothing (5.4.2); then its
 * own field without the value of b=. The field itself is never chosen: it did
 * not exist then (5.4). False: the message's limit is reached. */
bool header_hash_signed(struct header_hash *header,
			const struct header_signature *signature,
			struct digest_value *value)
    __attribute__((warn_unused_result));

/* For what covers fields by another rule: a field with its CRLF, or a
 * signature's own without the value of b= and without CRLF. False as above. */
bool header_hash_field(struct header_hash *header, struct digest *digest,
		       size_t place, bool is_relaxed)
    __attribute__((warn_unused_result));
bool header_hash_own(struct header_hash *header, struct digest *digest,
		     const struct header_signature *signature)
    __attribute__((warn_unused_result));

#endif
