/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay.c - whole messages from case files, through the engine
 *
 *   replay [-v] FILE.case|FOLDER...
 *
 * Fixture DNS, fixed clock, fixed randomness. Prints one line a case; -v shows
 * what was found even where it was wanted. See case.h and want.h.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/app/engine.h"
#include "lib/app/stored_message.h"
#include "lib/base/limits.h"
#include "tests/replay/case.h"
#include "tests/replay/want.h"
#include "tests/unit/sign.h"

#define TEXT_BYTES (8 * 1024 * 1024)

static bool is_verbose;

/* The keys of a run; made once, since RSA keys take their time. */
static struct {
	const char *name;
	const char *type;
	unsigned bits;
	struct sign_key *key;
} keys[] = {
    {"rsa", "rsa", 2048, NULL},
    {"rsa2", "rsa", 2048, NULL},
    {"rsa1024", "rsa", 1024, NULL},
    {"ed25519", "ed25519", 0, NULL},
};

static TALLOC_CTX *key_mem;

static struct sign_key *find_key(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		if (strlen(keys[i].name) != length ||
		    memcmp(keys[i].name, name, length) != 0)
			continue;
		if (keys[i].key == NULL)
			keys[i].key =
			    sign_key_new(key_mem, keys[i].type, keys[i].bits);
		return keys[i].key;
	}
	return NULL;
}

static void add_key_record(TALLOC_CTX *mem, struct strbuf *zone,
			   const struct sign_key *key)
{
	const char *record = sign_key_record(mem, key);

	for (size_t length = strlen(record), at = 0; at < length; at += 200)
		strbuf_printf(zone, "\"%.200s\" ", record + at);
}

/* The zone with <key:NAME> replaced by the strings of the key's record. */
static bool expand_zone(TALLOC_CTX *mem, const char *zone, struct strbuf *out,
			struct error *err)
{
	const char *at;

	while ((at = strstr(zone, "<key:")) != NULL) {
		const char *name = at + strlen("<key:");
		size_t length = strcspn(name, ">\n");
		const struct sign_key *key = find_key(name, length);
		if (key == NULL)
			return error_set(err, ERROR_INPUT, "no key %.*s",
					 (int)length, name);
		strbuf_add(out, zone, (size_t)(at - zone));
		add_key_record(mem, out, key);
		zone = name + length + 1;
	}
	strbuf_add_text(out, zone);
	return true;
}

/* Writes text to a file of its own and returns the path. */
static const char *temporary(TALLOC_CTX *mem, const char *text)
{
	const char *folder = getenv("TMPDIR");
	char *path = mem_printf(mem, "%s/replay.XXXXXX",
				folder == NULL ? "/tmp" : folder);
	int fd = mkstemp(path);
	size_t length = strlen(text);

	if (fd < 0 || write(fd, text, length) != (ssize_t)length ||
	    close(fd) != 0) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	return path;
}

static bool make_engine(TALLOC_CTX *mem, const struct replay_case *c,
			const struct clock *clock,
			const struct random_source *random,
			struct engine **engine, struct error *err)
{
	struct strbuf text = c->config;
	struct strbuf zone;
	struct config *config;

	strbuf_init(&zone, mem, TEXT_BYTES);
	if (!expand_zone(mem, c->zone.data ? c->zone.data : "", &zone, err))
		return false;
	const char *zone_path = temporary(mem, strbuf_text(&zone));
	if (strstr(strbuf_text(&text), "authserv_id") == NULL)
		strbuf_add_text(&text, "authserv_id = \"mx.test\"\n");
	const char *config_path = temporary(mem, strbuf_text(&text));
	bool ok = config_load(NULL, config_path, &config, err);
	if (ok) {
		config->dns.fixture = mem_strdup(config, zone_path);
		ok = engine_new(config, NULL, clock, random, engine, err);
	}
	(void)unlink(zone_path);
	(void)unlink(config_path);
	return ok;
}

static bool add_signature(TALLOC_CTX *mem, const char *arguments,
			  struct strbuf *fields, const char *message,
			  struct error *err)
{
	const char *name = case_argument(mem, arguments, "key");
	const char *length = case_argument(mem, arguments, "l");
	const char *domain = case_argument(mem, arguments, "d");
	const char *selector = case_argument(mem, arguments, "s");
	struct sign_options options = {
	    .algorithm = case_argument(mem, arguments, "a"),
	    .canonicalization = case_argument(mem, arguments, "c"),
	    .fields = case_argument(mem, arguments, "h"),
	    .has_length = length != NULL,
	    .length = length == NULL ? 0 : strtoul(length, NULL, 10),
	    .version = case_argument(mem, arguments, "v"),
	};
	struct strbuf tags;
	static const char *const passed[] = {"t", "x", "i"};

	strbuf_init(&tags, mem, TEXT_BYTES);
	for (size_t i = 0; i < sizeof passed / sizeof passed[0]; i++) {
		const char *value = case_argument(mem, arguments, passed[i]);
		if (value != NULL)
			strbuf_printf(&tags, "%s=%s; ", passed[i], value);
	}
	if (tags.length > 2) {
		options.tags =
		    mem_strndup(mem, strbuf_text(&tags), tags.length - 2);
	}
	const struct sign_key *key =
	    name == NULL ? NULL : find_key(name, strlen(name));
	if (key == NULL || domain == NULL || selector == NULL)
		return error_set(err, ERROR_INPUT, "sign wants d=, s=, key=");
	strbuf_add_text(fields, sign_message(mem, domain, selector, key,
					     &options, message));
	return true;
}

/* The message as the MTA gets it: signatures on top, what a list appended at
 * the end. */
static bool whole_message(TALLOC_CTX *mem, const struct replay_case *c,
			  struct strbuf *out, struct error *err)
{
	struct strbuf message = c->message;
	struct strbuf fields = c->fields;
	struct strbuf append = c->append;

	strbuf_add(out, strbuf_text(&fields), fields.length);
	for (size_t i = 0; i < c->signs.count; i++) {
		if (!add_signature(mem, c->signs.items[i], out,
				   strbuf_text(&message), err))
			return false;
	}
	strbuf_add(out, strbuf_text(&message), message.length);
	strbuf_add(out, strbuf_text(&append), append.length);
	return true;
}

static bool evaluate(TALLOC_CTX *mem, const struct replay_case *c,
		     const struct engine *engine,
		     const struct verdict **verdict, struct error *err)
{
	struct stored_envelope envelope = {
	    .client = {.address = c->address,
		       .name = c->client_name,
		       .helo = c->helo,
		       .user = c->user,
		       .tls_version = c->tls},
	    .mail_from = c->mail_from,
	    .rcpts = c->rcpts,
	};
	struct strbuf text;

	strbuf_init(&text, mem, TEXT_BYTES);
	if (!whole_message(mem, c, &text, err))
		return false;
	FILE *file = text.length == 0 ? fopen("/dev/null", "rb")
				      : fmemopen(text.data, text.length, "rb");
	bool ok = stored_message_evaluate(mem, &engine->evaluator, &envelope,
					  file, verdict, err);
	(void)fclose(file);
	return ok;
}

static unsigned compare(TALLOC_CTX *mem, const struct replay_case *c,
			const struct verdict *verdict)
{
	unsigned unmet = 0;

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

static bool run_case(TALLOC_CTX *mem, const char *path, unsigned *unmet,
		     struct error *err)
{
	struct replay_case c;
	const struct random_source random = random_fixed(0);
	struct engine *engine;
	const struct verdict *verdict;

	if (!case_read(mem, path, &c, err))
		return false;
	const struct clock clock = clock_fixed(c.now_s);
	if (!make_engine(mem, &c, &clock, &random, &engine, err))
		return false;
	bool ok = evaluate(mem, &c, engine, &verdict, err);
	if (ok)
		*unmet = compare(mem, &c, verdict);
	(void)printf("%s %s: %s\n", ok && *unmet == 0 ? "ok    " : "FAILED",
		     path, c.title);
	mem_free(mem);
	engine_unref(engine);
	return ok;
}

static bool run_file(const char *path)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct error err;
	unsigned unmet = 0;

	if (run_case(mem, path, &unmet, &err))
		return unmet == 0;
	(void)printf("FAILED %s: %s\n", path, err.words);
	mem_free(mem);
	return false;
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

	key_mem = mem_context(NULL);
	spf_start();
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "-v") == 0)
			is_verbose = true;
		else
			failed += run_folder(argv[i], &count);
	}
	(void)printf("%u cases, %u failed\n", count, failed);
	mem_free(key_mem);
	return count == 0 || failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
