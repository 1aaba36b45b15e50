/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seeds_main.c - runs every seed of a fuzz target, without a fuzzer
 *
 * fuzz_NAME runs $top_srcdir/tests/fuzz/seeds/NAME/, fuzz_NAME PATH... runs
 * the files (or the folders' files) named. A target that does not hold aborts.
 */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/base/mem.h"

/* The bytes in a block of exactly their size, so that sanitizers see a read
 * past the end. */
static bool run_file(TALLOC_CTX *mem, const char *path, size_t size)
{
	uint8_t *bytes = mem_array(mem, uint8_t, size);
	FILE *file = fopen(path, "rb");

	if (file == NULL)
		return false;
	size_t got = fread(bytes, 1, size, file);
	(void)fclose(file);
	if (got != size)
		return false;
	(void)LLVMFuzzerTestOneInput(bytes, size);
	mem_free(bytes);
	return true;
}

/* Runs a file, or the files of a folder; adds to *count. */
static bool run_path(TALLOC_CTX *mem, const char *path, size_t *count)
{
	struct stat info;
	struct dirent *entry;
	bool ok = true;

	if (stat(path, &info) != 0)
		return false;
	if (!S_ISDIR(info.st_mode)) {
		++*count;
		return run_file(mem, path, (size_t)info.st_size);
	}
	DIR *folder = opendir(path);
	if (folder == NULL)
		return false;
	while (ok && (entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] != '.')
			ok = run_path(
			    mem, mem_printf(mem, "%s/%s", path, entry->d_name),
			    count);
	}
	(void)closedir(folder);
	return ok;
}

static const char *own_seeds(TALLOC_CTX *mem, const char *program)
{
	const char *name = strstr(program, "fuzz_");
	const char *source = getenv("top_srcdir");

	for (const char *next = name; next != NULL;
	     next = strstr(next + 1, "fuzz_"))
		name = next;
	return mem_printf(mem, "%s/tests/fuzz/seeds/%s",
			  source == NULL ? "." : source,
			  name == NULL ? program : name + strlen("fuzz_"));
}

int main(int argc, char **argv)
{
	TALLOC_CTX *mem = mem_context(NULL);
	size_t count = 0;
	bool ok = true;

	if (argc < 2)
		ok = run_path(mem, own_seeds(mem, argv[0]), &count);
	for (int i = 1; i < argc && ok; i++)
		ok = run_path(mem, argv[i], &count);
	(void)printf("%s: %zu seeds%s\n", argv[0], count,
		     ok ? "" : ", then one that cannot be read");
	mem_free(mem);
	return ok && count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
