/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quiet_mta.c - what stands in for an MTA
 */
#include "tests/bench/quiet_mta.h"

#include <string.h>

static const char *on_macro(void *context, const char *name)
{
	const struct quiet_mta *state = context;

	if (strcmp(name, "i") == 0)
		return "4XyZ1234567890";
	return strcmp(name, "{tls_version}") == 0 ? state->tls_version : NULL;
}

static bool on_delete(void *context, const char *name, unsigned index)
{
	(void)context;
	(void)name;
	return index > 0;
}

static bool on_pair(void *context, const char *name, const char *value)
{
	(void)context;
	return name != NULL && value != NULL;
}

static bool on_quarantine(void *context, const char *reason)
{
	struct quiet_mta *state = context;

	state->is_held = true;
	return reason != NULL;
}

static bool on_recipient(void *context, const char *recipient)
{
	(void)context;
	return recipient != NULL;
}

static bool on_reply(void *context, const char *code, const char *enhanced,
		     const char *text)
{
	(void)context;
	return code != NULL && enhanced != NULL && text != NULL;
}

static const struct mta_ops ops = {
    .macro = on_macro,
    .delete_header = on_delete,
    .insert_header = on_pair,
    .quarantine = on_quarantine,
    .delete_recipient = on_recipient,
    .add_recipient = on_recipient,
    .set_reply = on_reply,
};

struct mta quiet_mta(struct quiet_mta *state)
{
	return (struct mta){.ops = &ops, .context = state, .grants = ~0U};
}
