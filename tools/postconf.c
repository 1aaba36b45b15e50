/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * postconf.c - a Postfix is asked for its set-up, and told another value
 * Tested by test_alignctl_doctor, test_alignctl_setup.
 */
#include "tools/postconf.h"

#include "lib/base/text.h"

#define ARGUMENTS_MAX 6

/* Runs postconf with the folder and the given arguments. */
static bool run_postconf(TALLOC_CTX *mem, const char *folder,
			 const char *const words[], const char **text,
			 struct error *err)
{
	const char *argv[ARGUMENTS_MAX + 1] = {"postconf"};
	struct tool_output output;
	size_t used = 1;

	if (folder != NULL) {
		argv[used++] = "-c";
		argv[used++] = folder;
	}
	for (; *words != NULL && used < ARGUMENTS_MAX; words++)
		argv[used++] = *words;
	if (!tool_program(mem, argv, &output, err))
		return false;
	if (output.status != 0)
		return error_set(err, ERROR_INPUT, "%s",
				 text_escape(mem,
					     span_trim(span_of(output.text)),
					     ERROR_WORDS_MAX, true));
	*text = output.text;
	return true;
}

bool postconf_facts(TALLOC_CTX *mem, const char *folder,
		    struct postfix_facts *facts, struct error *err)
{
	static const char *const questions[][4] = {
	    {"-x", NULL},	/* parameters */
	    {"-F", NULL},	/* fields of master.cf */
	    {"-x", "-P", NULL}, /* its options */
	};
	const char *text;

	*facts = (struct postfix_facts){.count = 0};
	for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
		if (!run_postconf(mem, folder, questions[i], &text, err))
			return false;
		postfix_facts_add(mem, text, facts);
	}
	postfix_facts_find_services(mem, facts);
	return true;
}

bool postconf_written(TALLOC_CTX *mem, const char *folder, const char *name,
		      const char **value, struct error *err)
{
	const char *const words[] = {"-h", name, NULL};
	const char *text;
	struct span line;
	struct span rest;

	if (!run_postconf(mem, folder, words, &text, err))
		return false;
	(void)span_cut(span_of(text), '\n', &line, &rest);
	line = span_trim(line);
	*value = mem_strndup(mem, line.data, line.length);
	return true;
}

bool postconf_edit(TALLOC_CTX *mem, const char *folder, const char *assignment,
		   struct error *err)
{
	const char *const words[] = {"-e", assignment, NULL};
	const char *text;

	return run_postconf(mem, folder, words, &text, err);
}
