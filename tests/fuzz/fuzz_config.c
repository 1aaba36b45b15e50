/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_config.c - configuration files: refused with words, or read whole
 *
 * Properties: words are one clean line that begins with the file's name; what
 * is accepted is written back by settings_text and reads as the same values.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/app/config.h"
#include "lib/base/mem.h"

/* Loads the text as a file. */
static bool load(TALLOC_CTX *mem, const void *text, size_t size,
		 struct config **config, struct error *err)
{
	int fd = memfd_create("config", MFD_CLOEXEC);

	require(fd >= 0);
	require(write(fd, text, size) == (ssize_t)size);
	const char *path = mem_printf(mem, "/proc/self/fd/%d", fd);
	bool is_good = config_load(mem, path, config, err);
	(void)close(fd);
	if (!is_good)
		require(strncmp(err->words, path, strlen(path)) == 0);
	return is_good;
}

static void differs(void *context, const char *name, const char *before,
		    const char *after, bool is_reloadable)
{
	(void)context;
	(void)is_reloadable;
	(void)fprintf(stderr, "%s: %s is read back as %s\n", name, before,
		      after);
	abort();
}

static void check_round_trip(TALLOC_CTX *mem, const struct config *config,
			     bool explain)
{
	struct config *again;
	struct error err = {0};
	char *text = settings_text(mem, config_sections, config, explain);

	if (!load(mem, text, strlen(text), &again, &err)) {
		(void)fprintf(stderr, "%s\n%s\n", err.words, text);
		abort();
	}
	settings_differences(config_sections, config, again, differs, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct config *config = NULL;
	struct error err = {0};

	/* it would open files of this machine; fuzz_overrides.c reads such */
	if (memmem(data, size, "overrides", strlen("overrides")) != NULL) {
		mem_free(mem);
		return 0;
	}
	if (load(mem, data, size, &config, &err)) {
		check_round_trip(mem, config, false);
		check_round_trip(mem, config, true);
	} else {
		require(config == NULL && fuzz_is_line(err.words));
	}
	mem_free(mem);
	return 0;
}
