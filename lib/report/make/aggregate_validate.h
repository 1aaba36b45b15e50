/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_MAKE_AGGREGATE_VALIDATE_H
#define REPORT_MAKE_AGGREGATE_VALIDATE_H

/*
 * aggregate_validate - is it a report that the schema allows?
 *
 * Schemas of our own (rfc9990.xsd, rfc7489.xsd), written from RFC 9990 and
 * RFC 7489, compiled into the program. Documents are checked as they stream
 * by: memory does not grow with them. A report that fails is a defect of ours:
 * it is kept, named, and never sent.
 *
 *	validator_new, then for each document: add ... add, end
 */

#include <stdbool.h>
#include <stddef.h>

#include "lib/app/report_settings.h"
#include "lib/base/error.h"
#include "lib/base/mem.h"

struct aggregate_validator;

/* Compiles the schema: some milliseconds; use it for many documents. Owned by
 * `mem`. */
struct aggregate_validator *aggregate_validator_new(TALLOC_CTX *mem,
						    enum report_schema schema);

/* The next bytes of a document. Nothing is told before its end. */
void aggregate_validator_add(struct aggregate_validator *validator,
			     const char *bytes, size_t length);

/* Ends the document; the validator is ready for the next. False: the words say
 * line and fault, and that it is a defect of alignd. */
bool aggregate_validator_end(struct aggregate_validator *validator,
			     struct error *err)
    __attribute__((warn_unused_result));

#endif
