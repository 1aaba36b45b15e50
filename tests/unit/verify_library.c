/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verify_library.c - whole messages through libopendkim
 */
#include "tests/unit/verify_library.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/engines/engines.h"
#include "lib/mail/eml.h"

/* A message on its way. */
struct course {
	const struct dkim_engine *engine;
	void *message;
	bool is_body_wanted;
};

bool verify_library_is_wanted(void)
{
	const char *name = getenv("ALIGND_ENGINE");

	return name != NULL && strcmp(name, ENGINE_OPENDKIM) == 0;
}

static bool on_field(void *context, struct span name, struct span value)
{
	struct course *course = context;

	course->engine->header(course->message, name, value);
	return true;
}

static bool on_end_of_header(void *context)
{
	struct course *course = context;

	course->is_body_wanted = course->engine->end_of_header(course->message);
	return true;
}

static bool on_body(void *context, struct span chunk)
{
	struct course *course = context;

	if (course->is_body_wanted)
		course->engine->body(course->message, chunk);
	return true;
}

/* The engine goes after its message: a child's destructor runs last. */
struct keeper {
	const struct dkim_engine *engine;
};

static int free_engine(struct keeper *keeper)
{
	engine_opendkim_free(keeper->engine);
	return 0;
}

static void keep_engine(const struct course *course)
{
	struct keeper *keeper = mem_new(course->message, struct keeper);

	keeper->engine = course->engine;
	talloc_set_destructor(keeper, free_engine);
}

static void read_message(struct course *course, struct span message)
{
	const struct eml_handler handler = {
	    .field = on_field,
	    .end_of_header = on_end_of_header,
	    .body = on_body,
	    .context = course,
	};
	char *bytes =
	    mem_strndup(course->message, message.data, message.length);
	FILE *file = fmemopen(bytes, message.length, "rb");
	struct error err = {0};

	if (file == NULL || !eml_read(file, &handler, &err)) {
		(void)fprintf(stderr, "the message: %s\n", err.words);
		abort();
	}
	(void)fclose(file);
}

struct evidence_signatures verify_by_library(TALLOC_CTX *mem,
					     const struct clock *clock,
					     struct dns *dns,
					     struct span message)
{
	struct course course = {.engine = NULL};
	struct error err;

	if (!engine_opendkim_new(NULL, clock == NULL ? clock_system() : clock,
				 &course.engine, &err)) {
		(void)fprintf(stderr, "%s\n", err.words);
		abort();
	}
	course.message = course.engine->begin(mem, course.engine,
					      dns_session_new(mem, dns, 5000));
	keep_engine(&course);
	read_message(&course, message);
	return course.engine->finish(course.message);
}
