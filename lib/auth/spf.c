/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spf.c - which identity is checked, and when the answer is known at once
 *
 * RFC 7208 2.3 and 2.4 (HELO and MAIL FROM identities), 4.3 (initial
 * processing). The evaluation itself is spf_evaluate's.
 */
#include "lib/auth/spf.h"

#include <string.h>

#include "lib/auth/spf_ahead.h"
#include "lib/auth/spf_evaluate.h"
#include "lib/base/domain.h"
#include "lib/base/limits.h"

struct identity {
	const char *domain; /* NULL when there is none */
	const char *local_part;
	bool is_helo;
	const char *refusal; /* why it cannot be checked; NULL when it can */
};

/* RFC 7208 2.4: for a null reverse-path, postmaster at the HELO name. */
static struct identity identity_of_helo(TALLOC_CTX *mem, const char *helo)
{
	struct identity identity = {.local_part = "postmaster",
				    .is_helo = true};

	if (helo != NULL && strlen(helo) <= LIMIT_HELO_BYTES)
		identity.domain = domain_normalize(mem, span_of(helo));
	if (identity.domain == NULL)
		identity.refusal = "HELO name is no domain";
	return identity;
}

static struct identity identity_of_path(const struct path *path)
{
	struct identity identity = {.domain = path->domain,
				    .local_part = path->local_part};

	if (path->domain == NULL || path->local_part == NULL)
		identity.refusal = "MAIL FROM is no mailbox";
	else if (path->local_part[0] == '\0')
		identity.local_part = "postmaster";
	return identity;
}

static struct identity identity_of(TALLOC_CTX *mem, const char *helo,
				   const struct path *mail_from)
{
	struct identity identity = mail_from->is_null
				       ? identity_of_helo(mem, helo)
				       : identity_of_path(mail_from);

	/* 4.3: "user@localhost" is no fully qualified name. */
	if (identity.refusal == NULL && strchr(identity.domain, '.') == NULL)
		identity.refusal = "domain of a single label";
	return identity;
}

/* What %{h} stands for: the name as given when it is plain text, else a word
 * that is no name. */
static const char *helo_for_macros(const char *helo)
{
	static const char unknown[] = "unknown";
	bool is_plain = helo != NULL && helo[0] != '\0' &&
			strlen(helo) <= LIMIT_HELO_BYTES &&
			text_is_graphic(span_of(helo));

	return is_plain ? helo : unknown;
}

/* A record says nothing about the inside of this machine. */
static const char *refuse_client(const struct net_address *client)
{
	if (client->family == NET_NONE)
		return "no client address";
	return net_address_is_loopback(client) ? "loopback client" : NULL;
}

const char *spf_identity(TALLOC_CTX *mem, const char *helo,
			 const struct path *mail_from)
{
	struct identity identity = identity_of(mem, helo, mail_from);

	return identity.refusal == NULL ? identity.domain : NULL;
}

void spf_ask_ahead(struct dns_session *session,
		   const struct net_address *client, const char *helo,
		   const struct path *mail_from)
{
	TALLOC_CTX *scratch = mem_context(session);
	const char *domain = spf_identity(scratch, helo, mail_from);

	if (domain != NULL && refuse_client(client) == NULL)
		spf_ahead_start(session, domain, client);
	mem_free(scratch);
}

struct evidence_spf spf_check(TALLOC_CTX *mem, struct dns_session *session,
			      const struct spf_settings *settings,
			      const struct net_address *client,
			      const char *helo, const struct path *mail_from)
{
	struct identity identity = identity_of(mem, helo, mail_from);
	struct evidence_spf evidence = {.is_helo = identity.is_helo};

	if (identity.domain != NULL)
		evidence.domain = mem_strdup(mem, identity.domain);
	evidence.reason = identity.refusal;
	if (evidence.reason == NULL)
		evidence.reason = refuse_client(client);
	if (evidence.reason == NULL) {
		const struct spf_values values = {
		    .client = client,
		    .local_part = identity.local_part,
		    .sender_domain = evidence.domain,
		    .helo = helo_for_macros(helo)};
		spf_evaluate(mem, session, settings, &values, &evidence);
	}
	return evidence;
}
