/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * postfix_facts.c - how a Postfix is set up, as its own postconf(1) tells it
 */
#include "tools/doctor/postfix_facts.h"

#include <string.h>

#include "lib/base/text.h"
#include "tools/program.h"

#define ARGUMENTS_MAX 24
#define SERVICE_KIND "/inet/"

static const char *const parameters[] = {
    "authorized_mailq_users", "mail_owner",	 "milter_content_timeout",
    "milter_default_action",  "milter_protocol", "myhostname",
    "non_smtpd_milters",      "queue_directory", "receive_override_options",
    "smtpd_milter_maps",      "smtpd_milters",	 "smtpd_recipient_restrictions",
};

/* "NAME = VALUE"; postconf's warnings have blanks in front of their "=". */
static void read_line(TALLOC_CTX *mem, struct span line,
		      struct postfix_facts *facts)
{
	struct span name;
	struct span value;

	if (!span_cut(line, '=', &name, &value))
		return;
	name = span_trim(name);
	value = span_trim(value);
	if (name.length == 0 || memchr(name.data, ' ', name.length) != NULL)
		return;
	facts->items = mem_resize(mem, facts->items, struct postfix_fact,
				  facts->count + 1);
	facts->items[facts->count++] = (struct postfix_fact){
	    .name = mem_strndup(mem, name.data, name.length),
	    .value = mem_strndup(mem, value.data, value.length),
	};
}

static void read_lines(TALLOC_CTX *mem, const char *text,
		       struct postfix_facts *facts)
{
	struct span rest = span_of(text);
	struct span line;

	while (rest.length > 0) {
		(void)span_cut(rest, '\n', &line, &rest);
		read_line(mem, line, facts);
	}
}

/* Runs postconf with the folder and the given arguments. */
static bool ask(TALLOC_CTX *mem, const char *folder, const char *const words[],
		size_t count, struct postfix_facts *facts, struct error *err)
{
	const char *argv[ARGUMENTS_MAX + 1] = {"postconf"};
	struct tool_output output;
	size_t used = 1;

	if (folder != NULL) {
		argv[used++] = "-c";
		argv[used++] = folder;
	}
	for (size_t i = 0; i < count && used < ARGUMENTS_MAX; i++)
		argv[used++] = words[i];
	if (!tool_program(mem, argv, &output, err))
		return false;
	if (output.status != 0)
		return error_set(err, ERROR_INPUT, "%s",
				 text_escape(mem,
					     span_trim(span_of(output.text)),
					     ERROR_WORDS_MAX, true));
	read_lines(mem, output.text, facts);
	return true;
}

static bool ask_parameters(TALLOC_CTX *mem, const char *folder,
			   struct postfix_facts *facts, struct error *err)
{
	const char *words[1 + sizeof parameters / sizeof parameters[0]] = {
	    "-x"};

	for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++)
		words[i + 1] = parameters[i];
	return ask(mem, folder, words, sizeof words / sizeof words[0], facts,
		   err);
}

/* "smtp/inet/command" = "smtpd -o ..." */
static bool is_smtpd(const struct postfix_fact *fact, struct span *service)
{
	const char *kind = strstr(fact->name, SERVICE_KIND);
	struct span program = span_of(fact->value);
	struct span rest;

	if (kind == NULL || strcmp(kind, SERVICE_KIND "command") != 0)
		return false;
	(void)span_cut(program, ' ', &program, &rest);
	*service = span_make(fact->name, (size_t)(kind - fact->name));
	return span_equals(program, "smtpd");
}

static void find_services(TALLOC_CTX *mem, struct postfix_facts *facts)
{
	struct span name;

	for (size_t i = 0; i < facts->count; i++) {
		if (!is_smtpd(&facts->items[i], &name))
			continue;
		const char *text = mem_strndup(mem, name.data, name.length);
		const char *chroot = postfix_fact(
		    facts, mem_printf(mem, "%s" SERVICE_KIND "chroot", text));
		facts->services =
		    mem_resize(mem, facts->services, struct postfix_service,
			       facts->service_count + 1);
		facts->services[facts->service_count++] =
		    (struct postfix_service){
			.name = text,
			.is_chroot = strcmp(chroot, "y") == 0,
		    };
	}
}

bool postfix_facts_read(TALLOC_CTX *mem, const char *folder,
			struct postfix_facts *facts, struct error *err)
{
	static const char *const fields[] = {"-F", "*/inet/chroot",
					     "*/inet/command"};
	static const char *const options[] = {"-x", "-P"};
	struct postfix_facts read = {.count = 0};

	if (!ask_parameters(mem, folder, &read, err) ||
	    !ask(mem, folder, fields, 3, &read, err) ||
	    !ask(mem, folder, options, 2, &read, err))
		return false;
	find_services(mem, &read);
	*facts = read;
	return true;
}

static const char *value_of(const struct postfix_facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->count; i++) {
		if (strcmp(facts->items[i].name, name) == 0)
			return facts->items[i].value;
	}
	return NULL;
}

const char *postfix_fact(const struct postfix_facts *facts, const char *name)
{
	const char *value = value_of(facts, name);

	return value == NULL ? "" : value;
}

const char *postfix_service_fact(const struct postfix_facts *facts,
				 const struct postfix_service *service,
				 const char *name)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *own =
	    value_of(facts, mem_printf(mem, "%s" SERVICE_KIND "%s",
				       service->name, name));

	mem_free(mem);
	return own == NULL ? postfix_fact(facts, name) : own;
}
