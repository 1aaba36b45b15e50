/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dkim_tool.c - a signer for test scripts, spoken to over standard input
 *
 *   key NAME rsa|ed25519 BITS           answers the key record's text
 *   sign NAME DOMAIN SELECTOR LENGTH [TAGS]
 *                                       then LENGTH bytes of message; answers
 *                                       the DKIM-Signature field, with those
 *                                       further tags in it
 *   seal NAME DOMAIN SELECTOR LENGTH    likewise; answers a first ARC Set
 *   canonical C                         c= of the signatures that follow; no
 *                                       answer
 *   covered LENGTH                      l= of the next signature; no answer
 *
 * Each answer is one line "LENGTH" and so many bytes. Keys live as long as the
 * program; nothing is written to disk.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "tests/unit/sign.h"

#define KEYS 8

static struct {
	char name[32];
	struct sign_key *key;
} keys[KEYS];

static char canonical[32] = "relaxed/relaxed";
static bool has_length;
static size_t covered;

static int fail(const char *words)
{
	(void)fprintf(stderr, "dkim-tool: %s\n", words);
	return EXIT_FAILURE;
}

static void answer(const char *text)
{
	(void)printf("%zu\n%s", strlen(text), text);
	(void)fflush(stdout);
}

static int make_key(TALLOC_CTX *mem, const char *line)
{
	char type[16];
	char name[32];
	unsigned bits;
	size_t i = 0;

	if (sscanf(line, "key %31s %15s %u", name, type, &bits) != 3)
		return fail("key NAME TYPE BITS");
	while (i < KEYS && keys[i].key != NULL)
		i++;
	if (i == KEYS)
		return fail("too many keys");
	memcpy(keys[i].name, name, sizeof name);
	keys[i].key = sign_key_new(mem, type, bits);
	answer(sign_key_record(mem, keys[i].key));
	return EXIT_SUCCESS;
}

static const struct sign_key *find_key(const char *name)
{
	for (size_t i = 0; i < KEYS && keys[i].key != NULL; i++) {
		if (strcmp(keys[i].name, name) == 0)
			return keys[i].key;
	}
	return NULL;
}

/* What "sign" and "seal" have in common, and the message behind the line. */
static int sign(TALLOC_CTX *mem, const char *line)
{
	struct seal_options seal = {.message = {.canonicalization = canonical,
						.has_length = has_length,
						.length = covered}};
	char verb[8];
	char name[32];
	char domain[256];
	char selector[64];
	char tags[200] = "";
	size_t length;

	if (sscanf(line, "%7s %31s %255s %63s %zu %199[^\n]", verb, name,
		   domain, selector, &length, tags) < 5)
		return fail("sign|seal NAME DOMAIN SELECTOR LENGTH [TAGS]");
	has_length = false;
	if (tags[0] != '\0')
		seal.message.tags = tags;
	char *message = mem_array(mem, char, length + 1);
	if (fread(message, 1, length, stdin) != length)
		return fail("the message is short");
	const struct sign_key *key = find_key(name);
	if (key == NULL)
		return fail("no such key");
	answer(strcmp(verb, "seal") == 0
		   ? seal_message(mem, domain, selector, key, &seal, message)
		   : sign_message(mem, domain, selector, key, &seal.message,
				  message));
	return EXIT_SUCCESS;
}

static int set_canonical(const char *line)
{
	if (sscanf(line, "canonical %31s", canonical) != 1)
		return fail("canonical C");
	return EXIT_SUCCESS;
}

static int set_covered(const char *line)
{
	has_length = sscanf(line, "covered %zu", &covered) == 1;
	return has_length ? EXIT_SUCCESS : fail("covered LENGTH");
}

int main(void)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char line[512];
	int status = EXIT_SUCCESS;

	while (status == EXIT_SUCCESS && fgets(line, sizeof line, stdin)) {
		TALLOC_CTX *once = mem_context(mem);
		if (strncmp(line, "key ", 4) == 0)
			status = make_key(mem, line);
		else if (strncmp(line, "sign ", 5) == 0 ||
			 strncmp(line, "seal ", 5) == 0)
			status = sign(once, line);
		else if (strncmp(line, "canonical ", 10) == 0)
			status = set_canonical(line);
		else if (strncmp(line, "covered ", 8) == 0)
			status = set_covered(line);
		else
			status = fail("unknown command");
		mem_free(once);
	}
	mem_free(mem);
	return status;
}
