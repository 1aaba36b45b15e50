/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * macros.c - what the MTA tells about the client beside the protocol
 * Tested by test_session.
 */
#include "milter/macros.h"

#include <string.h>

#include "lib/base/domain.h"

/* An empty macro is an absent one. */
static const char *value_of(const struct mta *mta, const char *name)
{
	const char *value = mta->ops->macro(mta->context, name);

	return value == NULL || value[0] == '\0' ? NULL : value;
}

static const char *copy_of(TALLOC_CTX *mem, const struct mta *mta,
			   const char *name)
{
	const char *value = value_of(mta, name);

	return value == NULL ? NULL : mem_strdup(mem, value);
}

const char *macros_client_name(TALLOC_CTX *mem, const struct mta *mta,
			       const char *hostname)
{
	/* Sendmail: OK FAIL FORGED TEMP; Postfix has no such macro. */
	const char *resolve = value_of(mta, "{client_resolve}");
	const char *name = value_of(mta, "{client_name}");

	if (resolve != NULL && strcmp(resolve, "OK") != 0)
		return NULL;
	if (name == NULL)
		name = hostname;
	/* Postfix says "unknown", Sendmail "[192.0.2.1]". */
	if (name == NULL || strcmp(name, "unknown") == 0)
		return NULL;
	return domain_normalize(mem, span_of(name));
}

void macros_read_client(TALLOC_CTX *mem, const struct mta *mta,
			struct client *client)
{
	client->user = copy_of(mem, mta, "{auth_authen}");
	/* A mechanism that names nobody is an authentication all the same. */
	if (client->user == NULL)
		client->user = copy_of(mem, mta, "{auth_type}");
	client->tls_version = copy_of(mem, mta, "{tls_version}");
	client->tls_cipher = copy_of(mem, mta, "{cipher}");
}

const char *macros_queue_id(TALLOC_CTX *mem, const struct mta *mta)
{
	return copy_of(mem, mta, "i");
}
