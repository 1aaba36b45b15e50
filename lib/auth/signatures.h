/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_SIGNATURES_H
#define AUTH_SIGNATURES_H

/*
 * signatures - DKIM verification (RFC 6376, 8301, 8463, 8616)
 *
 * Each DKIM-Signature is read strictly and judged alone (signature_tags.h). Of
 * those that may be verified, `max_signatures` are: the ones that could align
 * with the author domain first, then from the top. Hashes and keys are
 * signed_message.h's.
 *
 * A struct signature_engine is immutable and shared; a struct signatures
 * belongs to one message.
 */

#include <stdbool.h>

#include "lib/auth/evidence.h"
#include "lib/auth/signed_message.h"
#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/base/settings.h"
#include "lib/base/text.h"
#include "lib/dns/dns.h"

enum partial_body { PARTIAL_BODY_IGNORE, PARTIAL_BODY_COUNT };
enum testing_keys { TESTING_KEYS_COUNT, TESTING_KEYS_IGNORE };

struct dkim_settings {
	long max_signatures; /* verified; further ones are AUTH_POLICY */
	long min_rsa_bits;
	int partial_body; /* enum partial_body */
	int testing_keys; /* enum testing_keys */
	bool key_cache;
	int engine; /* enum engine_choice */
};

extern const struct setting dkim_setting_rows[];

struct signature_engine;
struct signatures;

/* The settings are copied; `clock` must outlive the engine. */
bool signature_engine_new(const struct dkim_settings *settings,
			  const struct clock *clock,
			  struct signature_engine **engine, struct error *err)
    __attribute__((warn_unused_result));
void signature_engine_free(struct signature_engine *engine);

/* One message's verification below `mem`. */
struct signatures *signatures_begin(TALLOC_CTX *mem,
				    struct signature_engine *engine,
				    struct dns_session *session,
				    struct signed_message *message);

/* Every header field, once it is the last of the message's. The value is
 * what follows the colon, its leading blank included, folds with LF or CRLF.
 * Asks ahead for the key of a DKIM-Signature. */
void signatures_header(struct signatures *s, struct span name,
		       struct span value);

/* Chooses the signatures to be verified; `author_domain` is NULL when there is
 * none. Does any of them want the body? */
bool signatures_end_of_header(struct signatures *s, const char *author_domain);

/* After that, the d= of the signature at `index` that is to be verified, NULL
 * when it is not; `index` is below signatures_count. */
size_t signatures_count(const struct signatures *s);
const char *signatures_domain(const struct signatures *s, size_t index);

/* Verifies; fetches the keys. What it returns lives as long as `s`. */
struct evidence_signatures signatures_finish(struct signatures *s);

#endif
