/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tls_meaning.c - what a failure type of a TLS report means, and who must act
 * Tested by test_alignctl_inbox_says.
 */
#include "lib/inbox/tls_meaning.h"

#include <string.h>

#include "lib/base/mem.h"

static const struct {
	const char *type;
	struct inbox_tls_meaning meaning;
} types[] = {
    {"starttls-not-supported",
     {"The mail server did not offer STARTTLS: switch it on, or look for a "
      "firewall that takes it out.",
      INBOX_OURS}},
    {"certificate-host-mismatch",
     {"The certificate is for other names than the mail server's: get one "
      "with the name that the MX record has.",
      INBOX_OURS}},
    {"certificate-expired",
     {"The certificate has expired: renew it, and restart what serves it.",
      INBOX_OURS}},
    {"certificate-not-trusted",
     {"The certificate leads to no authority that the sender trusts: serve "
      "the intermediate certificates too, or get one of a public authority.",
      INBOX_OURS}},
    {"validation-failure",
     {"The sender could not validate the session and does not say why: the "
      "reason code may.",
      INBOX_EITHER}},
    {"tlsa-invalid",
     {"The TLSA records fit no certificate that was served: publish the new "
      "one's record before the certificate changes.",
      INBOX_OURS}},
    {"dnssec-invalid",
     {"DNSSEC of the MX or TLSA records could not be validated: look whether "
      "the zone's signatures have expired.",
      INBOX_OURS}},
    {"dane-required",
     {"The sender wants DANE for this domain and found no TLSA records that "
      "count.",
      INBOX_EITHER}},
    {"sts-policy-fetch-error",
     {"The MTA-STS policy could not be fetched: look at "
      "https://mta-sts.DOMAIN/.well-known/mta-sts.txt and its certificate.",
      INBOX_OURS}},
    {"sts-policy-invalid",
     {"The MTA-STS policy could not be read: look at its syntax and its "
      "media type.",
      INBOX_OURS}},
    {"sts-webpki-invalid",
     {"The certificate of the policy's web server could not be validated: "
      "renew it, with the name mta-sts.DOMAIN.",
      INBOX_OURS}},
};

struct inbox_tls_meaning inbox_tls_meaning(const char *type)
{
	static const struct inbox_tls_meaning unknown = {
	    "A type that RFC 8460 does not have: ask who reports.",
	    INBOX_THEIRS};

	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (strcmp(types[i].type, type) == 0)
			return types[i].meaning;
	return unknown;
}

const char *inbox_actor_text(enum inbox_actor actor)
{
	static const char *const words[] = {"ours", "theirs", "either"};

	return words[actor];
}

bool inbox_tls_is_policy(const char *policy)
{
	return strcmp(policy, "no-policy-found") != 0;
}

const char *inbox_tls_policy_text(const char *policy)
{
	return inbox_tls_is_policy(policy) ? policy : "no policy";
}
