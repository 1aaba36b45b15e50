/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_ARC_SET_H
#define AUTH_ARC_SET_H

/*
 * arc_set - one field of an ARC Set, read strictly (RFC 8617 4.1)
 *
 * ARC-Authentication-Results (AAR), ARC-Message-Signature (AMS) and ARC-Seal
 * (AS). Spans point into the field. Pure functions.
 */

#include <stdbool.h>

#include "lib/auth/signature_tags.h"
#include "lib/base/mem.h"
#include "lib/base/net.h"
#include "lib/mail/field_list.h"

enum arc_part { ARC_RESULTS, ARC_MESSAGE_SIGNATURE, ARC_SEAL, ARC_PARTS };

enum arc_status { ARC_STATUS_NONE, ARC_STATUS_PASS, ARC_STATUS_FAIL };

struct arc_field {
	enum arc_part part;
	struct field field; /* as received */
	size_t place;	    /* in the header (header_hash.h) */
	unsigned instance;  /* i=; 0 when it cannot be read */
	const char *fault;  /* NULL, or what is wrong with the field */
	/* An AAR has none of what follows. */
	struct signature_tags tags;
	enum arc_status status; /* cv= of an AS */
};

/* "ARC-Seal" ... */
const char *arc_part_text(enum arc_part part);

/* Is a field of this name one of the three? */
bool arc_part_of(struct span name, enum arc_part *part);

/* Texts belong to `mem`. */
struct arc_field arc_field_parse(TALLOC_CTX *mem, struct field field,
				 enum arc_part part);

/* The client address that an AAR recorded (smtp.remote-ip). */
bool arc_field_remote_ip(const struct arc_field *results,
			 struct net_address *address);

/* What an AAR recorded of DMARC: `recorded` and `recorded_from` of evidence.h.
 * Quoted strings and comments say nothing: others' text may stand in them. */
enum auth_result arc_field_dmarc(TALLOC_CTX *mem,
				 const struct arc_field *results,
				 const char **from);

#endif
