/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exempt.c - is an exempt address the alias of many?
 *
 * A milter sees recipients as they were given: what is let in for one address
 * reaches all that Postfix makes of it later. Postfix is asked for its tables,
 * and postmap and postalias what stands there.
 * Tested by test_alignctl_doctor.
 */
#include "tools/doctor/doctor.h"

#include <string.h>

#include "lib/base/strbuf.h"
#include "tools/postconf.h"

#define ADDRESSES_MAX 40
#define QUESTIONS_MAX 200 /* programs run */
#define DEPTH_MAX 5	  /* of aliases that name one other */

struct inquiry {
	struct doctor *doctor;
	const char *virtual_maps; /* as postconf shows them */
	const char *local_maps;
	size_t questions;
	bool is_cut; /* not all could be asked */
};

/* --- tables --- */

/* What a table has for the key, below the doctor's memory; NULL for nothing. */
static const char *ask_map(struct inquiry *inquiry, const char *program,
			   const char *map, const char *key)
{
	struct doctor *doctor = inquiry->doctor;
	const char *folder = doctor->postfix_folder;
	const char *const argv[] = {program, "-q",
				    key,     folder == NULL ? map : "-c",
				    folder,  folder == NULL ? NULL : map,
				    NULL};
	struct tool_output output;
	struct error err;

	/* "-" is standard input to them; a table in braces has no end here. */
	if (strcmp(key, "-") == 0 || strchr(map, '{') != NULL)
		return NULL;
	if (inquiry->questions == QUESTIONS_MAX) {
		inquiry->is_cut = true;
		return NULL;
	}
	inquiry->questions++;
	if (!tool_program(doctor->mem, argv, &output, &err) ||
	    output.status != 0)
		return NULL;
	return span_trim(span_of(output.text)).length == 0 ? NULL : output.text;
}

/* The first table of a list that has it. */
static const char *ask_maps(struct inquiry *inquiry, const char *program,
			    const char *maps, const char *key)
{
	TALLOC_CTX *mem = inquiry->doctor->mem;
	const char *found = NULL;

	while (*maps != '\0' && found == NULL) {
		size_t length = strcspn(maps, ", \t");
		struct span map = span_make(maps, length);
		/* The proxy is Postfix's, and may not run. */
		if (span_starts(map, "proxy:"))
			map = span_from(map, strlen("proxy:"));
		if (map.length > 0)
			found = ask_map(inquiry, program,
					mem_strndup(mem, map.data, map.length),
					key);
		maps += length + strspn(maps + length, ", \t");
	}
	return found;
}

/* --- what an address comes to --- */

static size_t count_items(const char *list)
{
	size_t count = 0;

	while (*(list += strspn(list, ", \t\r\n")) != '\0') {
		list += strcspn(list, ", \t\r\n");
		count++;
	}
	return count;
}

/* How many addresses it becomes at once; 1 where nothing is known of it. */
static size_t expand(struct inquiry *inquiry, const char *address)
{
	TALLOC_CTX *mem = inquiry->doctor->mem;

	for (int depth = 0; depth < DEPTH_MAX; depth++) {
		size_t local = strcspn(address, "@");
		const char *found = ask_maps(inquiry, "postmap",
					     inquiry->virtual_maps, address);
		if (found == NULL)
			found =
			    ask_maps(inquiry, "postalias", inquiry->local_maps,
				     mem_strndup(mem, address, local));
		if (found == NULL)
			return 1;
		/* ":include:" is a list of its own, as long as it likes. */
		if (strstr(found, ":include:") != NULL)
			return 2;
		if (count_items(found) != 1)
			return count_items(found);
		struct span one = span_trim(span_of(found));
		address = mem_strndup(mem, one.data, one.length);
	}
	return 1;
}

static void check_address(struct inquiry *inquiry, const char *address,
			  const char *by, const char *fix)
{
	struct finding_list *findings = inquiry->doctor->findings;
	size_t count = expand(inquiry, address);

	if (count > 1)
		finding_warn(findings, "exempt", fix,
			     "%s is exempt (%s), and an alias of several: "
			     "Postfix makes %zu or more of it after alignd saw "
			     "it, and all of them get what is let in for it",
			     finding_shown(findings, address), by, count);
}

/* --- all of them --- */

static size_t check_postmasters(struct inquiry *inquiry)
{
	static const char *const locals[] = {"postmaster", "abuse"};
	const struct config *config = inquiry->doctor->config;
	size_t count = 0;

	if (!config->policy.is_postmaster_exempt)
		return 0;
	for (size_t i = 0; i < config->own.domains.count; i++) {
		for (size_t k = 0; k < COUNT_OF(locals); k++) {
			if (count++ == ADDRESSES_MAX) {
				inquiry->is_cut = true;
				return count;
			}
			check_address(inquiry,
				      mem_printf(inquiry->doctor->mem, "%s@%s",
						 locals[k],
						 config->own.domains.items[i]),
				      "policy.postmaster_exempt",
				      "give it one mailbox, or set "
				      "policy.postmaster_exempt = no");
		}
	}
	return count;
}

static size_t check_accepted(struct inquiry *inquiry,
			     const struct override *override)
{
	const struct text_list *list = &override->scope[OVERRIDE_RCPT];
	TALLOC_CTX *mem = inquiry->doctor->mem;
	size_t count = 0;

	if (override->action != DISPOSITION_NONE ||
	    override_is_expired(override, inquiry->doctor->now_s))
		return 0;
	for (size_t i = 0; i < list->count; i++) {
		if (strchr(list->items[i], '@') == NULL)
			continue;
		if (count++ == ADDRESSES_MAX) {
			inquiry->is_cut = true;
			break;
		}
		check_address(
		    inquiry, list->items[i],
		    mem_printf(mem, "override \"%s\"",
			       finding_shown(inquiry->doctor->findings,
					     override->name)),
		    "take it out of that override, or give it one mailbox");
	}
	return count;
}

static bool names_recipients(const struct config *config)
{
	const struct override_set *set = config->overrides;

	return (config->policy.is_postmaster_exempt &&
		config->own.domains.count > 0) ||
	       (set != NULL && set->rcpt_items.count > 0);
}

/* Behind doctor_check_postfix(), which tells where Postfix is not to be had. */
void doctor_check_exempt(struct doctor *doctor)
{
	const struct override_set *set = doctor->config->overrides;
	struct inquiry inquiry = {.doctor = doctor};
	size_t before = doctor->findings->count;
	struct postfix_facts facts;
	struct error err;

	if (!names_recipients(doctor->config) ||
	    !postconf_facts(doctor->mem, doctor->postfix_folder, &facts, &err))
		return;
	inquiry.virtual_maps = postfix_fact(&facts, "virtual_alias_maps");
	inquiry.local_maps = postfix_fact(&facts, "alias_maps");
	size_t count = check_postmasters(&inquiry);
	for (size_t i = 0; set != NULL && i < set->count; i++)
		count += check_accepted(&inquiry, &set->items[i]);
	if (inquiry.is_cut)
		finding_note(doctor->findings, "exempt",
			     "not all exempt addresses were looked up in "
			     "Postfix's alias tables: there are too many");
	else if (count > 0 && doctor->findings->count == before)
		finding_ok(doctor->findings, "exempt",
			   "no exempt address is an alias of several (%zu "
			   "looked up)",
			   count);
}
