/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mta.c - what the MTA tells about the client beside the protocol: its macros
 * Tested by test_session.
 */
#include "milter/mta.h"

#include <string.h>

#include "lib/base/domain.h"

/* An empty macro is an absent one. */
static const char *find_macro(const struct mta *mta, const char *name)
{
	const char *value = mta->ops->macro(mta->context, name);

	return value == NULL || value[0] == '\0' ? NULL : value;
}

static const char *copy_macro(TALLOC_CTX *mem, const struct mta *mta,
			      const char *name)
{
	const char *value = find_macro(mta, name);

	return value == NULL ? NULL : mem_strdup(mem, value);
}

const char *mta_client_name(TALLOC_CTX *mem, const struct mta *mta,
			    const char *hostname)
{
	/* Sendmail: OK FAIL FORGED TEMP; Postfix has no such macro. */
	const char *resolve = find_macro(mta, "{client_resolve}");
	const char *name = find_macro(mta, "{client_name}");

	if (resolve != NULL && strcmp(resolve, "OK") != 0)
		return NULL;
	if (name == NULL)
		name = hostname;
	/* Postfix says "unknown", Sendmail "[192.0.2.1]". */
	if (name == NULL || strcmp(name, "unknown") == 0)
		return NULL;
	return domain_normalize(mem, span_of(name));
}

void mta_read_client(TALLOC_CTX *mem, const struct mta *mta,
		     struct client *client)
{
	client->user = copy_macro(mem, mta, "{auth_authen}");
	/* A mechanism that names nobody is an authentication all the same. */
	if (client->user == NULL)
		client->user = copy_macro(mem, mta, "{auth_type}");
	client->tls_version = copy_macro(mem, mta, "{tls_version}");
	client->tls_cipher = copy_macro(mem, mta, "{cipher}");
}

const char *mta_queue_id(TALLOC_CTX *mem, const struct mta *mta)
{
	return copy_macro(mem, mta, "i");
}
