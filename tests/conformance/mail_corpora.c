/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mail_corpora.c - lib/mail against public collections of mail
 *
 * Reads $ALIGND_CORPORA; exits 77 when it is not there. Prints a line for each
 * suite: rows, met, excepted, contradicted. What contradicts a suite for a
 * reason stands in mail_corpora.exceptions; a row listed there that is met
 * after all is an error too, so that the list stays true.
 */
#include <dirent.h>
#include <ftw.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/strbuf.h"
#include "lib/mail/authres.h"
#include "lib/mail/eml.h"
#include "lib/mail/from.h"
#include "tests/conformance/exceptions.h"

#define SKIPPED 77
#define MAX_FROM 16
#define MAX_FILE ((size_t)16 * 1024 * 1024)

struct suite {
	const char *name;
	unsigned rows, met, excepted, contradicted;
};

static TALLOC_CTX *mem;
static const char *exceptions;
static struct suite *walked; /* nftw has no context argument */

static char *read_file(const char *path, size_t *length)
{
	struct strbuf buf;
	char piece[4096];
	size_t got;
	FILE *file = fopen(path, "rb");

	if (file == NULL)
		return NULL;
	strbuf_init(&buf, mem, MAX_FILE);
	while ((got = fread(piece, 1, sizeof piece, file)) > 0)
		strbuf_add(&buf, piece, got);
	(void)fclose(file);
	*length = buf.length;
	return strbuf_text(&buf);
}

static void count_row(struct suite *suite, const char *row, bool is_met,
		      const char *got)
{
	bool excepted = exceptions_have(exceptions, suite->name, row);

	suite->rows++;
	if (is_met && !excepted) {
		suite->met++;
	} else if (!is_met && excepted) {
		suite->excepted++;
	} else {
		suite->contradicted++;
		(void)printf("%s %s: %s%s\n", suite->name, row, got,
			     excepted ? " (listed as an exception)" : "");
	}
}

static bool print_suite(const struct suite *suite)
{
	(void)printf("%-20s %5u rows %5u met %3u listed %3u contradicted\n",
		     suite->name, suite->rows, suite->met, suite->excepted,
		     suite->contradicted);
	return suite->rows > 0 && suite->contradicted == 0;
}

struct from_fields {
	struct span values[MAX_FROM];
	size_t count;
};

static bool on_field(void *context, struct span name, struct span value)
{
	struct from_fields *from = context;

	if (span_equals_nocase(name, "From") && from->count < MAX_FROM)
		from->values[from->count++] = span_make(
		    mem_strndup(mem, value.data, value.length), value.length);
	return true;
}

static bool on_end_of_header(void *context)
{
	(void)context;
	return true;
}

static bool on_body(void *context, struct span chunk)
{
	(void)context;
	(void)chunk;
	return true;
}

static struct author author_of(struct span message)
{
	struct from_fields from = {.count = 0};
	const struct eml_handler handler = {on_field, on_end_of_header, on_body,
					    &from};
	struct error err;
	char *copy = mem_strndup(mem, message.data, message.length);
	FILE *file = fmemopen(copy, message.length, "r");

	if (file == NULL || !eml_read(file, &handler, &err))
		abort();
	(void)fclose(file);
	return from_author(mem, from.values, from.count);
}

static const char *author_text(const struct author *author)
{
	return author->error == AUTHOR_OK ? author->domain
					  : author_error_text(author->error);
}

/* Two readings give one answer, and an answer is a domain or words. */
static void check_message(const char *row, struct span message)
{
	struct author first = author_of(message);
	struct author again = author_of(message);
	bool same = first.error == again.error &&
		    strcmp(author_text(&first), author_text(&again)) == 0;

	count_row(walked, row, same, author_text(&first));
	if (getenv("VERBOSE") != NULL)
		(void)printf("%s %s: %s\n", walked->name, row,
			     author_text(&first));
}

static bool has_suffix(const char *text, const char *suffix)
{
	size_t length = strlen(text);

	return length > strlen(suffix) &&
	       strcmp(text + length - strlen(suffix), suffix) == 0;
}

/* Each message of an mbox: up to the next "From " at the start of a line. */
static void check_mbox(const char *path, const char *text, size_t length)
{
	size_t start = 0;

	for (unsigned n = 1; start < length; n++) {
		const char *next = strstr(text + start, "\nFrom ");
		size_t end = next == NULL ? length : (size_t)(next + 1 - text);
		check_message(mem_printf(mem, "%s#%u", path, n),
			      span_make(text + start, end - start));
		start = end;
	}
}

static int check_path(const char *path, const struct stat *info, int type,
		      struct FTW *where)
{
	size_t length = 0;
	const char *name = path + where->base;

	(void)info;
	if (type != FTW_F ||
	    (!has_suffix(name, ".eml") && !has_suffix(name, ".mbox")))
		return 0;
	char *text = read_file(path, &length);
	if (text == NULL)
		return 1;
	if (has_suffix(name, ".mbox"))
		check_mbox(name, text, length);
	else
		check_message(name, span_make(text, length));
	return 0;
}

static bool run_folder(const char *corpora, const char *name)
{
	struct suite suite = {.name = name};

	walked = &suite;
	if (nftw(mem_printf(mem, "%s/%s", corpora, name), check_path, 8,
		 FTW_PHYS) != 0)
		suite.contradicted++;
	return print_suite(&suite);
}

/* Spoofed mail: refused, or of the domain its reader sees. The reader sees
 * example.com in client_a2 and legitimate.com in all others. */
static bool run_espoofer(const char *corpora)
{
	struct suite suite = {.name = "adv-espoofer-dev"};
	char *folder = mem_printf(mem, "%s/%s", corpora, suite.name);
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		size_t length = 0;
		if (!has_suffix(entry->d_name, ".eml"))
			continue;
		const char *seen = strcmp(entry->d_name, "client_a2.eml") == 0
				       ? "example.com"
				       : "legitimate.com";
		char *text = read_file(
		    mem_printf(mem, "%s/%s", folder, entry->d_name), &length);
		struct author author = author_of(span_make(text, length));
		count_row(&suite, entry->d_name,
			  author.error != AUTHOR_OK ||
			      strcmp(author.domain, seen) == 0,
			  author_text(&author));
	}
	if (dir != NULL)
		(void)closedir(dir);
	return print_suite(&suite);
}

static json_t *load_table(const char *path, const char *key)
{
	json_error_t error;
	json_t *root = json_load_file(path, 0, &error);
	json_t *table = json_incref(json_object_get(root, key));

	json_decref(root);
	return table;
}

static const char *text_of(const json_t *row, const char *key)
{
	const char *text = json_string_value(json_object_get(row, key));

	return text == NULL ? "" : text;
}

static bool run_opendmarc(const char *corpora)
{
	struct suite suite = {.name = "dmarc-opendmarc"};
	json_t *table = load_table(
	    mem_printf(mem, "%s/%s/tables.json", corpora, suite.name),
	    "finddomain");
	size_t i;
	json_t *row;

	json_array_foreach(table, i, row)
	{
		struct span value = span_of(text_of(row, "from"));
		struct author author = from_author(mem, &value, 1);
		count_row(&suite, mem_printf(mem, "finddomain-%zu", i),
			  author.error == AUTHOR_OK &&
			      strcmp(author.domain, text_of(row, "domain")) ==
				  0,
			  author_text(&author));
	}
	json_decref(table);
	return print_suite(&suite);
}

/* The id a field claims is its own, and nobody else's; a field without one
 * could be anybody's. */
static bool judges_id(const char *value, const char *id)
{
	static const char *other = "mx.alignd.test";
	const struct text_list claimed = {1, &id};
	const struct text_list others = {1, &other};

	return authres_is_ours(span_of(value), &claimed) &&
	       authres_is_ours(span_of(value), &others) == (id[0] == '\0');
}

static bool run_authres(const char *corpora)
{
	struct suite suite = {.name = "dkim-go-msgauth"};
	json_t *table =
	    load_table(mem_printf(mem, "%s/%s/cases.json", corpora, suite.name),
		       "authres_parse");
	size_t i;
	json_t *row;

	json_array_foreach(table, i, row)
	{
		count_row(&suite, mem_printf(mem, "authres_parse-%zu", i),
			  judges_id(text_of(row, "value"),
				    text_of(row, "authserv_id")),
			  text_of(row, "value"));
	}
	json_decref(table);
	return print_suite(&suite);
}

int main(void)
{
	const char *corpora = getenv("ALIGND_CORPORA");
	struct stat info;
	bool ok = true;

	if (corpora == NULL || stat(corpora, &info) != 0) {
		(void)printf("no test corpora: ALIGND_CORPORA\n");
		return SKIPPED;
	}
	mem = mem_context(NULL);
	exceptions = exceptions_read(mem, "mail_corpora");
	ok &= run_espoofer(corpora);
	ok &= run_folder(corpora, "msg-mikel-mail");
	ok &= run_folder(corpora, "msg-imaptest");
	ok &= run_opendmarc(corpora);
	ok &= run_authres(corpora);
	mem_free(mem);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
