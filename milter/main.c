/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - alignd, the milter daemon: options and exit status
 *
 * 0 done, 1 bad usage or a failed start, 2 bad configuration.
 * Tested by test_wire_life.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/error.h"
#include "milter/lifecycle.h"

#define EXIT_CONFIG 2

static const char usage[] =
    "usage: alignd [-f] [-c FILE] [-t] [-h] [-V]\n"
    "  -f       stay in the foreground\n"
    "  -c FILE  the configuration (default " SYSCONFDIR "/alignd/alignd.conf)\n"
    "  -t       test the configuration and leave\n"
    "  -h       this text\n"
    "  -V       the version\n";

struct options {
	const char *config_path;
	bool is_foreground;
	bool is_test;
};

static int fail(const struct error *err)
{
	(void)fprintf(stderr, "alignd: %s\n", err->words);
	return err->kind == ERROR_CONFIG ? EXIT_CONFIG : EXIT_FAILURE;
}

static int test(const char *config_path)
{
	struct error err;

	if (!lifecycle_test(config_path, &err)) {
		(void)fail(&err);
		return EXIT_CONFIG;
	}
	(void)puts("configuration ok");
	return EXIT_SUCCESS;
}

/* True to go on; else *status is the exit status. */
static bool read_options(int argc, char **argv, struct options *options,
			 int *status)
{
	int letter;

	*status = EXIT_SUCCESS;
	while ((letter = getopt(argc, argv, "fc:thV")) != -1) {
		switch (letter) {
		case 'f':
			options->is_foreground = true;
			break;
		case 'c':
			options->config_path = optarg;
			break;
		case 't':
			options->is_test = true;
			break;
		case 'h':
			(void)fputs(usage, stdout);
			return false;
		case 'V':
			(void)puts("alignd " PACKAGE_VERSION);
			return false;
		default:
			(void)fputs(usage, stderr);
			*status = EXIT_FAILURE;
			return false;
		}
	}
	if (optind == argc)
		return true;
	(void)fputs(usage, stderr);
	*status = EXIT_FAILURE;
	return false;
}

/* Where one of the three is closed, the next socket or file would be it, and
 * get what is said on standard error. */
static void keep_standard_streams(void)
{
	int fd = open("/dev/null", O_RDWR);

	while (fd >= 0 && fd <= STDERR_FILENO)
		fd = open("/dev/null", O_RDWR);
	if (fd >= 0)
		(void)close(fd);
}

int main(int argc, char **argv)
{
	struct options options = {0};
	struct error err;
	bool is_drained = true;
	int status;

	keep_standard_streams();
	if (!read_options(argc, argv, &options, &status))
		return status;
	if (options.is_test)
		return test(options.config_path);
	status = lifecycle_run(options.config_path, options.is_foreground,
			       &is_drained, &err)
		     ? EXIT_SUCCESS
		     : fail(&err);
	/* Exit handlers of libraries would pull the ground from under threads
	 * that still run. */
	if (!is_drained)
		_exit(status);
	return status;
}
