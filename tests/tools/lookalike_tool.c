/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lookalike_tool.c - compares the names of standard input with some of ours
 *
 *   lookalike-tool OURS...
 *
 * For each line, a domain: "DOMAIN KIND OURS", or "DOMAIN none -"; what is no
 * domain is left out.
 */
#include <stdio.h>

#include "lib/base/domain.h"
#include "lib/lookalike/lookalike.h"

static const char *own[1 << 12];

int main(int argc, char **argv)
{
	TALLOC_CTX *mem = talloc_new(NULL);
	struct lookalike_rules rules = {.names = {0, own}};
	char line[1024];

	for (int i = 1; i < argc && i < 1 << 12; i++)
		own[rules.names.count++] = argv[i];
	struct lookalike_list *list = lookalike_list_new(mem, &rules);
	while (fgets(line, sizeof line, stdin) != NULL) {
		char *name = domain_normalize(mem, span_trim(span_of(line)));

		if (name == NULL)
			continue;
		struct lookalike found = lookalike_find(list, name);
		printf("%s %s %s\n", name, lookalike_word(found.kind),
		       found.name == NULL ? "-" : found.name);
		talloc_free(name);
	}
	talloc_free(mem);
	return 0;
}
