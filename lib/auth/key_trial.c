/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key_trial.c - which of several keys at one selector made a signature?
 *
 * RFC 6376 6.1.2: a verifier may try each of several key records.
 */
#include "lib/auth/key_trial.h"

#include "lib/base/limits.h"
#include "lib/mail/field_list.h"

struct key_trial {
	const struct verifier_library *library;
	struct field_list fields;
	unsigned made;
};

struct key_trial *key_trial_new(TALLOC_CTX *mem,
				const struct verifier_library *library)
{
	struct key_trial *trial = mem_new(mem, struct key_trial);

	trial->library = library;
	return trial;
}

void key_trial_keep(struct key_trial *trial, struct span name,
		    struct span value)
{
	field_list_add(trial, &trial->fields, (struct field){name, value});
}

static bool verifies(struct key_trial *trial, size_t signatures, size_t place,
		     size_t body_bytes, const char *record)
{
	TALLOC_CTX *mem = mem_context(trial);
	struct verifier *verifier = verifier_new(mem, trial->library);
	bool *is_wanted = mem_array(mem, bool, signatures);
	const char **keys = mem_array(mem, const char *, signatures);
	struct verifier_outcome *outcomes =
	    mem_array(mem, struct verifier_outcome, signatures);

	is_wanted[place] = true;
	keys[place] = record;
	for (size_t i = 0; i < trial->fields.count; i++)
		verifier_header(verifier, trial->fields.items[i].name,
				trial->fields.items[i].value);
	if (verifier_end_of_header(verifier, signatures, is_wanted))
		verifier_finish(verifier, body_bytes, keys, outcomes);
	bool is_good = outcomes[place].is_header_good;
	mem_free(mem);
	return is_good;
}

const char *key_trial_pick(struct key_trial *trial, size_t signatures,
			   size_t place, size_t body_bytes,
			   const char *const *records, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (trial->made == LIMIT_KEY_TRIALS)
			break;
		trial->made++;
		if (verifies(trial, signatures, place, body_bytes, records[i]))
			return records[i];
	}
	return records[0];
}
