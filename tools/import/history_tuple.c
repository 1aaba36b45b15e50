/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * history_tuple.c - a message of OpenDMARC's history as a tuple of the store
 * Tested by test_alignctl_import_history.
 */
#include "tools/import/history_tuple.h"

#include <inttypes.h>

#include "lib/auth/evidence.h"
#include "lib/base/domain.h"
#include "lib/base/json.h"
#include "lib/policy/decide.h"

const char history_unknown[] =
    "opendmarc: record evidence client_name tls not known";

static enum request request_of_letter(char letter)
{
	switch (letter) {
	case 'r':
		return REQUEST_REJECT;
	case 'q':
		return REQUEST_QUARANTINE;
	case 'n':
		return REQUEST_NONE;
	default:
		return REQUEST_ABSENT;
	}
}

/* Below the policy domain sp is in force, where there is one. */
static enum request published(const struct history_message *message)
{
	enum request sp = request_of_letter(message->sp);
	bool is_below = domain_is_below(message->from, message->policy_domain);

	return is_below && sp != REQUEST_ABSENT ? sp
						: request_of_letter(message->p);
}

static enum request policy_of(const struct history_message *message)
{
	switch (message->policy) {
	case HISTORY_FAIL_REJECT:
		return REQUEST_REJECT;
	case HISTORY_FAIL_QUARANTINE:
		return REQUEST_QUARANTINE;
	case HISTORY_FAIL_NONE:
		return REQUEST_NONE;
	case HISTORY_PASS:
		return published(message);
	default:
		return REQUEST_ABSENT;
	}
}

static enum dmarc_result result_of(const struct history_message *message)
{
	switch (message->policy) {
	case HISTORY_PASS:
		return DMARC_RESULT_PASS;
	case HISTORY_FAIL_REJECT:
	case HISTORY_FAIL_QUARANTINE:
	case HISTORY_FAIL_NONE:
		return DMARC_RESULT_FAIL;
	case HISTORY_NO_AUTHOR:
	case HISTORY_NO_RECORD:
		return DMARC_RESULT_NONE;
	default:
		return DMARC_RESULT_TEMPERROR;
	}
}

static enum disposition applied_of(const struct history_message *message)
{
	switch (message->action) {
	case HISTORY_REJECTED:
	case HISTORY_DISCARDED:
		return DISPOSITION_REJECT;
	case HISTORY_DEFERRED:
		return DISPOSITION_TEMPFAIL;
	case HISTORY_HELD:
		return DISPOSITION_QUARANTINE;
	default:
		return DISPOSITION_NONE;
	}
}

static const char *dkim_text(TALLOC_CTX *mem,
			     const struct history_message *message)
{
	struct json *list = json_new_array(mem);

	for (size_t i = 0; i < message->signature_count; i++) {
		const struct history_signature *signature =
		    &message->signatures[i];
		struct json *item = json_new_object(mem);
		json_put_text(item, "domain", signature->domain);
		json_put_text(item, "selector", signature->selector);
		json_put_text(item, "result", signature->result);
		json_add(list, item);
	}
	return json_text(mem, list);
}

/* Something of OpenDMARC's own kept it from doing what was asked. */
static bool is_overridden(const struct history_message *message,
			  enum request policy, enum disposition applied)
{
	if (result_of(message) != DMARC_RESULT_FAIL)
		return false;
	return (policy == REQUEST_REJECT && applied != DISPOSITION_REJECT) ||
	       (policy == REQUEST_QUARANTINE &&
		applied != DISPOSITION_QUARANTINE);
}

static const char *request_word(enum request request)
{
	const char *text = request_text(request);

	return text == NULL ? "" : text;
}

struct store_tuple history_tuple(TALLOC_CTX *mem,
				 const struct history_message *message)
{
	enum request policy = policy_of(message);
	enum disposition applied = applied_of(message);
	bool overridden = is_overridden(message, policy, applied);

	return (struct store_tuple){
	    .author_domain = message->from,
	    .author_error = "",
	    .policy_domain =
		policy == REQUEST_ABSENT ? "" : message->policy_domain,
	    .org_domain = "",
	    .discovery = "",
	    .record = "",
	    .author_exists = -1,
	    .client_ip = net_address_copy(mem, &message->client),
	    .client_name = "",
	    .mail_from_domain = message->mail_from,
	    .spf_result = message->spf,
	    .spf_domain = message->mail_from,
	    .spf_scope = "mfrom",
	    .dkim = dkim_text(mem, message),
	    .arc = "{}",
	    .dmarc_result = dmarc_result_text(result_of(message)),
	    .is_dkim_aligned = message->align_dkim == HISTORY_ALIGNED,
	    .is_spf_aligned = message->align_spf == HISTORY_ALIGNED,
	    .indirect = "none",
	    .policy = request_word(policy),
	    .asked = request_word(policy),
	    .applied = disposition_text(applied),
	    .override_type =
		overridden ? override_type_text(OVERRIDE_LOCAL_POLICY) : "",
	    .override_comment = overridden ? "as OpenDMARC was set" : "",
	    .tls_version = "unknown",
	    .imported = history_unknown,
	};
}

const char *history_identity(TALLOC_CTX *mem,
			     const struct history_message *message)
{
	return mem_printf(mem, "%s\n%" PRId64 "\n%s", message->reporter,
			  message->received_s, message->job);
}
