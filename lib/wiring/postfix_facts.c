/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * postfix_facts.c - how a Postfix is set up, as its own postconf(1) tells it
 * Tested by test_alignctl_doctor, test_doctor.
 */
#include "lib/wiring/postfix_facts.h"

#include <string.h>

#include "lib/base/text.h"

#define COMMAND "/command"

/* postconf's warnings have blanks in front of their "=". */
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

void postfix_facts_add(TALLOC_CTX *mem, const char *text,
		       struct postfix_facts *facts)
{
	struct span rest = span_of(text);
	struct span line;

	while (rest.length > 0) {
		(void)span_cut(rest, '\n', &line, &rest);
		read_line(mem, line, facts);
	}
}

/* --- services --- */

/* "smtp/inet/command" = "smtpd -o ...": is it a service of that type that runs
 * that program? Then *name is "smtp". */
static bool is_service(const struct postfix_fact *fact, const char *type,
		       const char *program, struct span *name)
{
	struct span whole = span_of(fact->name);
	struct span command = span_of(fact->value);
	struct span rest;
	size_t tail = strlen(type) + strlen(COMMAND) + 1;

	if (!span_ends(whole, COMMAND) || whole.length <= tail ||
	    whole.data[whole.length - tail] != '/' ||
	    !span_starts(span_from(whole, whole.length - tail + 1), type))
		return false;
	(void)span_cut(command, ' ', &command, &rest);
	*name = span_make(whole.data, whole.length - tail);
	return span_equals(command, program);
}

/* "-" is the default: n since Postfix 3.0, y where an older one is asked for.
 */
static bool is_chroot(TALLOC_CTX *mem, const struct postfix_facts *facts,
		      const struct postfix_service *service)
{
	const char *field =
	    postfix_fact(facts, mem_printf(mem, "%s/%s/chroot", service->name,
					   service->type));
	const char *level = postfix_fact(facts, "compatibility_level");

	return strcmp(field, "y") == 0 ||
	       (strcmp(field, "-") == 0 && strcmp(level, "0") == 0);
}

static void add_service(TALLOC_CTX *mem, struct postfix_facts *facts,
			struct postfix_service service)
{
	service.is_chroot = is_chroot(mem, facts, &service);
	facts->services =
	    mem_resize(mem, facts->services, struct postfix_service,
		       facts->service_count + 1);
	facts->services[facts->service_count++] = service;
}

/* A pass service of which no postscreen knows is asleep. */
static void add_passed(TALLOC_CTX *mem, struct postfix_facts *facts,
		       const char *door)
{
	const struct postfix_service screen = {.name = door, .type = "inet"};
	const char *name =
	    postfix_service_fact(facts, &screen, "smtpd_service_name");

	if (postfix_fact(facts, mem_printf(mem, "%s/pass/command", name))[0] !=
	    '\0')
		add_service(mem, facts,
			    (struct postfix_service){
				.name = name, .type = "pass", .door = door});
}

void postfix_facts_find_services(TALLOC_CTX *mem, struct postfix_facts *facts)
{
	struct span name;

	for (size_t i = 0; i < facts->count; i++) {
		const struct postfix_fact *fact = &facts->items[i];
		if (is_service(fact, "inet", "smtpd", &name)) {
			const char *own =
			    mem_strndup(mem, name.data, name.length);
			add_service(mem, facts,
				    (struct postfix_service){.name = own,
							     .type = "inet",
							     .door = own});
		} else if (is_service(fact, "inet", "postscreen", &name)) {
			add_passed(mem, facts,
				   mem_strndup(mem, name.data, name.length));
		}
	}
}

/* --- looking up --- */

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

const char *postfix_service_option(const struct postfix_facts *facts,
				   const struct postfix_service *service,
				   const char *name)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *own =
	    value_of(facts, mem_printf(mem, "%s/%s/%s", service->name,
				       service->type, name));

	mem_free(mem);
	return own;
}

const char *postfix_service_fact(const struct postfix_facts *facts,
				 const struct postfix_service *service,
				 const char *name)
{
	const char *own = postfix_service_option(facts, service, name);

	return own == NULL ? postfix_fact(facts, name) : own;
}
