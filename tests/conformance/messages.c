/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * messages.c - whole messages of other projects through the engine
 *
 * Reads $ALIGND_CORPORA (77 when absent) and prints for each suite how many
 * rows were met, listed and contradicted. Listed are those of
 * messages.exceptions, with the sentence that makes us right, or with what
 * they ask for that alignd does not have; a row that stands there and is met is
 * an error too.
 */
#include "tests/conformance/messages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/conformance/exceptions.h"
#include "tests/replay/run.h"
#include "tests/replay/want.h"

#define PATH_BYTES 1024
#define TEST_SKIPPED 77

static const struct suite {
	const char *name;
	const char *folder;
	const char *file;
	const char *key; /* of the array in the file */
	bool (*read)(TALLOC_CTX *mem, const struct row_source *source,
		     struct replay_case *c);
} suites[] = {
    {"mailauth", "dmarc-mailauth-verify", "dmarc-verify.json", "cases",
     mailauth_row},
    {"authheaders", "dmarc-authheaders", "cases.json", "cases",
     authheaders_row},
    {"authheaders-from", "dmarc-authheaders", "cases.json", "from_header",
     authheaders_from_row},
    {"stalwart-align", "dmarc-stalwart", "cases.json", "align", stalwart_row},
    {"stalwart-discovery", "dmarc-stalwart", "cases.json", "policy_discovery",
     stalwart_row},
    {"stalwart-walk", "dmarc-stalwart", "cases.json", "tree_walk",
     stalwart_row},
    {"espoofer", "adv-espoofer-dev", "cases.json", "cases", espoofer_row},
};

/* The first want that is not met, in words below `mem`; NULL: none. */
static const char *unmet_want(TALLOC_CTX *mem, const struct replay_case *c,
			      const struct verdict *verdict)
{
	const char *found;

	for (size_t i = 0; i < c->wants.count; i++) {
		if (!want_is_met(mem, verdict, c->wants.items[i], &found))
			return mem_printf(mem, "want %s\n  found %s",
					  c->wants.items[i], found);
	}
	return NULL;
}

/* The message must be gone before its engine. */
static const char *evaluate(TALLOC_CTX *mem, const struct replay_case *c)
{
	const struct clock clock = clock_fixed(c->now_s);
	const struct random_source random = random_fixed(c->random);
	const struct verdict *verdict;
	struct engine *engine;
	struct error err;
	const char *unmet;

	if (!run_engine(mem, c, false, &clock, &random, &engine, &err))
		return mem_strdup(mem, err.words);
	TALLOC_CTX *scratch = mem_context(NULL);
	if (run_evaluate(scratch, c, engine, &verdict, &err))
		unmet = unmet_want(mem, c, verdict);
	else
		unmet = mem_strdup(mem, err.words);
	mem_free(scratch);
	run_engine_free(engine);
	return unmet;
}

/* What there was, when that is not what was demanded; NULL: the row is met. */
static const char *run_row(TALLOC_CTX *mem, const struct suite *suite,
			   const struct row_source *source)
{
	struct replay_case c;

	case_init(mem, &c);
	if (!suite->read(mem, source, &c))
		return "the row cannot be read";
	if (c.wants.count == 0)
		return "the row asks for nothing that alignd has";
	return evaluate(mem, &c);
}

/* Returns the number of rows that are not as they must be. */
static size_t run_rows(const struct suite *suite, struct row_source *source,
		       const char *exceptions)
{
	json_t *rows = json_object_get(source->file, suite->key);
	size_t bad = json_array_size(rows) == 0;
	size_t met = 0;
	size_t listed = 0;
	size_t contradicted = 0;
	size_t i;

	json_array_foreach(rows, i, source->row)
	{
		TALLOC_CTX *mem = mem_context(NULL);
		const char *found = run_row(mem, suite, source);
		bool has_exception =
		    exceptions_have_number(exceptions, suite->name, i + 1);
		met += found == NULL;
		listed += found != NULL && has_exception;
		contradicted += found != NULL && !has_exception;
		if ((found != NULL) != has_exception) {
			bad++;
			(void)printf("%s %zu %s: %s\n", suite->name, i + 1,
				     has_exception ? "met, but excepted"
						   : "contradicted",
				     has_exception ? "" : found);
		}
		mem_free(mem);
	}
	(void)printf("%-20s %4zu rows %4zu met %3zu listed %3zu contradicted\n",
		     suite->name, i, met, listed, contradicted);
	return bad;
}

static size_t run_suite(const struct suite *suite, const char *corpora,
			const char *exceptions)
{
	char folder[PATH_BYTES];
	char path[2 * PATH_BYTES];
	json_error_t error;

	(void)snprintf(folder, sizeof folder, "%s/%s", corpora, suite->folder);
	(void)snprintf(path, sizeof path, "%s/%s", folder, suite->file);
	struct row_source source = {
	    .folder = folder,
	    .file = json_load_file(path, JSON_ALLOW_NUL, &error),
	};
	if (source.file == NULL) {
		(void)printf("%s: %s\n", path, error.text);
		return 1;
	}
	size_t bad = run_rows(suite, &source, exceptions);
	json_decref(source.file);
	return bad;
}

static bool is_folder_there(const char *corpora)
{
	char path[PATH_BYTES];

	if (corpora == NULL)
		return false;
	(void)snprintf(path, sizeof path, "%s/%s/%s", corpora, suites[0].folder,
		       suites[0].file);
	FILE *file = fopen(path, "r");
	if (file == NULL)
		return false;
	(void)fclose(file);
	return true;
}

int main(void)
{
	const char *corpora = getenv("ALIGND_CORPORA");
	size_t bad = 0;

	if (!is_folder_there(corpora)) {
		(void)printf("no test corpora at ALIGND_CORPORA: skipped\n");
		return TEST_SKIPPED;
	}
	TALLOC_CTX *mem = mem_context(NULL);
	const char *exceptions = exceptions_read(mem, "messages");
	run_start();
	for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++)
		bad += run_suite(&suites[i], corpora, exceptions);
	run_end();
	mem_free(mem);
	return bad != 0;
}
