/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * envelope.c - what a stored message does not tell: client and envelope
 * Tested by test_alignctl_check.
 */
#include "tools/envelope.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const struct tool_option tool_envelope_options[] = {
    TOOL_ENVELOPE_OPTIONS,
    {.name = NULL},
};

bool tool_envelope(struct tool *tool, struct stored_envelope *envelope)
{
	const char *address = tool_value(tool, "--client-ip");

	if (address == NULL) {
		(void)tool_usage(tool, "%s: --client-ip IP is missing",
				 tool->command->name);
		return false;
	}
	if (!net_address_parse(address, &envelope->client.address)) {
		(void)tool_usage(
		    tool, "%s: --client-ip: \"%s\" is no IP address",
		    tool->command->name,
		    text_escape(tool->mem, span_of(address), 60, true));
		return false;
	}
	envelope->client.name = tool_value(tool, "--client-name");
	envelope->client.helo = tool_value(tool, "--helo");
	envelope->client.user = tool_value(tool, "--auth-user");
	envelope->client.tls_version = tool_value(tool, "--tls-version");
	envelope->mail_from = tool_value(tool, "--mail-from");
	envelope->rcpts = tool_values(tool, "--rcpt");
	return true;
}

bool tool_evaluate(TALLOC_CTX *mem, const struct evaluator *evaluator,
		   const struct stored_envelope *envelope, const char *name,
		   const struct verdict **verdict, struct error *err)
{
	bool is_stdin = strcmp(name, "-") == 0;
	FILE *file = is_stdin ? stdin : fopen(name, "rb");

	if (file == NULL)
		return error_errno(err, ERROR_INPUT, errno, "%s", name);
	bool ok = stored_message_evaluate(mem, evaluator, envelope, file,
					  verdict, err);
	if (!is_stdin)
		(void)fclose(file);
	return ok || error_wrap(err, "%s", name);
}

int tool_each_file(const struct tool *tool,
		   bool (*seen)(void *context, const char *name,
				struct error *err),
		   void *context)
{
	static const char *standard_input[] = {"-"};
	struct text_list names = tool->operands;
	int status = TOOL_DONE;

	if (names.count == 0)
		names = (struct text_list){.count = 1, .items = standard_input};
	for (size_t i = 0; i < names.count; i++) {
		struct error err;
		if (!seen(context, names.items[i], &err))
			status = tool_fail(&err);
	}
	return status;
}
