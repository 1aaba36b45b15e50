/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay.c - whole messages from case files, through the engine
 *
 *   replay [-v] [-r] [-c] [-j] FILE.case|FOLDER...
 *
 * Fixture DNS, fixed clock, fixed randomness. Each message is evaluated twice
 * and must get the same answer. Prints one line a case; -v shows what was found
 * even where it was wanted; -r turns the order of all DNS records round, which
 * may change nothing; -c goes through the caches of tests/unit/caches.h, which
 * may change nothing either. -j prints instead an object a message, as alignctl
 * check --json does, with "field": the lines of Authentication-Results, each
 * but the first of which a tab begins. See case.h and want.h.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/replay/case.h"
#include "tests/replay/run.h"
#include "tests/replay/want.h"
#include "tests/unit/caches.h"

static bool is_verbose;
static bool is_reversed;
static bool is_through_caches;
static bool is_json;

static struct json *field_lines(TALLOC_CTX *mem, const char *field)
{
	struct json *lines = json_new_array(mem);

	while (field != NULL) {
		const char *end = strstr(field, "\n\t");
		size_t length =
		    end == NULL ? strlen(field) : (size_t)(end - field);
		json_add_text(lines, mem_strndup(mem, field, length));
		field = end == NULL ? NULL : end + strlen("\n\t");
	}
	return lines;
}

static void print_json(TALLOC_CTX *mem, const struct verdict *verdict)
{
	struct json *object = json_new_object(mem);

	json_put_members(object, verdict_json(mem, verdict));
	json_put(object, "field", field_lines(mem, verdict->header));
	(void)printf("%s\n", json_text(mem, object));
}

static unsigned compare(TALLOC_CTX *mem, const struct replay_case *c,
			const struct verdict *verdict)
{
	unsigned unmet = 0;

	if (is_json)
		print_json(mem, verdict);
	for (size_t i = 0; i < c->wants.count; i++) {
		const char *found = "";
		bool is_met =
		    want_is_met(mem, verdict, c->wants.items[i], &found);
		if (!is_met || is_verbose)
			(void)printf("%s want  %s\n      found %s\n",
				     is_met ? "     " : "UNMET",
				     c->wants.items[i], found);
		unmet += !is_met;
	}
	return unmet;
}

/* All that the outside sees of a verdict, but for the time it took. */
static const char *whole_answer(TALLOC_CTX *mem, const struct verdict *verdict)
{
	char *line = verdict_log_line(mem, verdict, "QID");

	*strstr(line, " ms=") = '\0';
	return mem_printf(mem, "%s %s", verdict_json(mem, verdict), line);
}

static unsigned compare_answers(const char *which, const char *first,
				const char *other)
{
	if (first == NULL || strcmp(first, other) == 0)
		return 0;
	(void)printf("UNMET %s differs\n      first  %s\n      other  %s\n",
		     which, first, other);
	return 1;
}

/* What is written as text is JSON, with no key twice, and in json_text()'s form
 * to the byte. */
static unsigned compare_form(TALLOC_CTX *mem, const struct verdict *verdict)
{
	const char *text = verdict_json(mem, verdict);
	struct json *read = json_read(mem, text);

	return compare_answers("the JSON, read and written again,", text,
			       read == NULL ? "" : json_text(mem, read));
}

/* Where there is a cache, every DNS answer comes from it the second time. */
static bool evaluate_twice(TALLOC_CTX *mem, const struct replay_case *c,
			   const struct engine *engine, const char **answer,
			   unsigned *unmet, struct error *err)
{
	const struct verdict *first;
	const struct verdict *second;

	if (!run_evaluate(mem, c, engine, &first, err) ||
	    !run_evaluate(mem, c, engine, &second, err))
		return false;
	*answer = whole_answer(mem, first);
	*unmet += compare(mem, c, first);
	*unmet += compare_form(mem, first);
	*unmet += compare_answers("the second evaluation", *answer,
				  whole_answer(mem, second));
	return true;
}

/* Evaluates the case with an engine of its own. *answer is NULL, or what
 * another engine said. */
static bool run_once(TALLOC_CTX *mem, const struct replay_case *c,
		     const char **answer, unsigned *unmet, struct error *err)
{
	const struct clock clock = clock_fixed(c->now_s);
	const struct random_source random = random_fixed(c->random);
	const char *before = *answer;
	struct engine *engine;

	if (!run_engine(mem, c, is_reversed, &clock, &random, &engine, err))
		return false;
	TALLOC_CTX *own = mem_context(mem);
	bool ok = evaluate_twice(own, c, engine, answer, unmet, err);
	if (ok) {
		*unmet += compare_answers("with other caches, the answer",
					  before, *answer);
		*answer = mem_strdup(mem, *answer);
	}
	mem_free(own);
	run_engine_free(engine);
	return ok;
}

static bool run_case(TALLOC_CTX *mem, const char *path, unsigned *unmet,
		     struct error *err)
{
	struct replay_case c;
	const char *answer = NULL;
	enum caches first = is_through_caches ? CACHES_OFF : CACHES_UNSET;
	enum caches last = is_through_caches ? CACHES_ON : CACHES_UNSET;
	bool ok = case_read(mem, path, &c, err);

	for (enum caches i = first; ok && i <= last; i++) {
		caches_use(i);
		ok = run_once(mem, &c, &answer, unmet, err);
	}
	if (ok && (!is_json || *unmet > 0))
		(void)printf("%s %s: %s\n", *unmet == 0 ? "ok    " : "FAILED",
			     path, c.title);
	return ok;
}

static bool run_file(const char *path)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct error err;
	unsigned unmet = 0;

	bool ok = run_case(mem, path, &unmet, &err);
	if (!ok)
		(void)printf("FAILED %s: %s\n", path, err.words);
	mem_free(mem);
	return ok && unmet == 0;
}

static int is_case(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 5 && strcmp(entry->d_name + length - 5, ".case") == 0;
}

/* Counts into *count; returns how many failed. */
static unsigned run_folder(const char *path, unsigned *count)
{
	struct dirent **entries;
	int found = scandir(path, &entries, is_case, alphasort);
	unsigned failed = 0;

	if (found < 0) {
		*count += 1;
		return run_file(path) ? 0 : 1;
	}
	for (int i = 0; i < found; i++) {
		char *name =
		    mem_printf(NULL, "%s/%s", path, entries[i]->d_name);
		failed += !run_file(name);
		mem_free(name);
		free(entries[i]);
	}
	free(entries);
	*count += (unsigned)found;
	return failed;
}

int main(int argc, char **argv)
{
	unsigned count = 0;
	unsigned failed = 0;

	run_start();
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "-v") == 0)
			is_verbose = true;
		else if (strcmp(argv[i], "-r") == 0)
			is_reversed = true;
		else if (strcmp(argv[i], "-c") == 0)
			is_through_caches = true;
		else if (strcmp(argv[i], "-j") == 0)
			is_json = true;
		else
			failed += run_folder(argv[i], &count);
	}
	if (!is_json || failed > 0)
		(void)printf("%u cases, %u failed\n", count, failed);
	run_end();
	return count == 0 || failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
