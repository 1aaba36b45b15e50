/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * people_tool.c - compares the From values of standard input with some people
 *
 *   people-tool ENTRIES
 *
 * ENTRIES is a file, an entry of protect.people a line. For each line of
 * standard input, the value of a From field: the address of whom it passes for,
 * or "-"; "?" where there is no author domain.
 */
#include <stdio.h>
#include <string.h>

#include "lib/lookalike/people.h"
#include "lib/mail/display_name.h"
#include "lib/mail/from.h"

#define LINE_BYTES 16384

static const char *entries[5000];

static bool read_line(FILE *file, char *line)
{
	bool is_there = fgets(line, LINE_BYTES, file) != NULL;

	if (is_there)
		line[strcspn(line, "\n")] = '\0';
	return is_there;
}

static void print_found(const struct people *people, const char *from)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct span value = span_of(from);
	struct author author = from_author(mem, &value, 1);
	struct display_names names = display_names_read(mem, value);
	const char *found = NULL;

	for (size_t i = 0; author.error == AUTHOR_OK && i < names.count; i++) {
		struct lookalike here =
		    people_find(people, names.items[i].name,
				names.items[i].mailbox, author.domain);
		found = found == NULL ? here.name : found;
	}
	puts(author.error != AUTHOR_OK ? "?" : found == NULL ? "-" : found);
	mem_free(mem);
}

int main(int argc, char **argv)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct people_rules rules = {.entries = {0, entries}};
	char line[LINE_BYTES];
	FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;

	if (file == NULL)
		return 2;
	while (rules.entries.count < 5000 && read_line(file, line))
		entries[rules.entries.count++] = mem_strdup(mem, line);
	(void)fclose(file);
	const struct people *people = people_new(mem, &rules);
	while (read_line(stdin, line))
		print_found(people, line);
	mem_free(mem);
	return 0;
}
