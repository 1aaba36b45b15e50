/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - alignd-desk, from its options to its exit status
 *
 * The order matters: what a configuration can get wrong is found and the socket
 * opened before files and calls are given up; then the one thread that serves
 * is started. It is no service of root's: started as root it is refused.
 *
 * Exit status: 0 done, 1 bad usage or a failed start, 2 bad configuration.
 * Tested by test_desk_server.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "desk/http.h"
#include "desk/listener.h"
#include "desk/settings.h"
#include "lib/app/config.h"
#include "lib/base/confine.h"
#include "lib/base/secret_file.h"

#define EXIT_CONFIG 2
#define TOKEN_MAX 200
#define TOKEN_MIN 16

static const char usage[] =
    "usage: alignd-desk [-f] [-c FILE] [-t] [-h] [-V]\n"
    "  -f       stay in the foreground, as it always does\n"
    "  -c FILE  the configuration (default " SYSCONFDIR "/alignd/desk.conf)\n"
    "  -t       test the configuration and leave\n"
    "  -h       this text\n"
    "  -V       the version\n";

struct options {
	const char *config_path;
	bool is_test;
};

/* True to go on; else *status is the exit status. */
static bool read_options(int argc, char **argv, struct options *options,
			 int *status)
{
	int letter;

	*status = EXIT_SUCCESS;
	while ((letter = getopt(argc, argv, "fc:thV")) != -1) {
		switch (letter) {
		case 'f':
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
			(void)puts("alignd-desk " PACKAGE_VERSION);
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

/* --- the start --- */

struct server {
	TALLOC_CTX *mem;
	struct desk_settings settings;
	struct desk_gate *gate;
	struct desk_service *service;
	struct desk_http *http;
	int listener;
	struct confine_state confined;
};

static bool read_token(struct server *server, const char **token,
		       struct error *err)
{
	const struct secret_file secret = {.name = "token_file",
					   .path = server->settings.token_file,
					   .user = "alignd-desk"};
	struct span bytes;

	*token = "";
	if (!desk_settings_is_tcp(&server->settings))
		return true;
	if (!secret_file_read(server->mem, &secret, TOKEN_MAX, &bytes, err))
		return false;
	bytes = span_trim(bytes);
	if (bytes.length < TOKEN_MIN || !text_is_graphic(bytes))
		return error_set(err, ERROR_CONFIG,
				 "token_file: %.100s holds no token (%d to %d "
				 "letters and digits: head -c 18 /dev/urandom "
				 "| base64)",
				 secret.path, TOKEN_MIN, TOKEN_MAX);
	*token = mem_strndup(server->mem, bytes.data, bytes.length);
	return true;
}

static bool read_settings(struct server *server, const char *path,
			  struct error *err)
{
	const char *token;

	return desk_settings_load(server->mem, path, &server->settings, err) &&
	       read_token(server, &token, err) &&
	       desk_gate_new(server->mem, &server->settings, token,
			     &server->gate, err);
}

/* No reason not to start: the pages say it, and look at it again. */
static void warn_of_config(const struct server *server)
{
	const char *path = server->settings.config;
	struct config *config;
	struct error err;

	if (*path != '\0' && !config_load(server->mem, path, &config, &err))
		(void)fprintf(stderr, "alignd-desk: config: %s\n", err.words);
}

/* A desk that a fault takes over shall not be root's. */
static bool refuse_root(struct error *err)
{
	return geteuid() != 0 ||
	       error_set(err, ERROR_CONFIG,
			 "it is not run as root: alignd-desk.service runs it "
			 "as alignd-desk (by hand: runuser -u alignd-desk)");
}

static bool bar(struct server *server, struct error *err)
{
	struct confine_files *files = confine_files_new(server->mem);

	(void)desk_service_files(server->service, files);
	if (!server->settings.confine)
		return true;
	return confine_landlock(files, &server->confined, err) &&
	       confine_seccomp(*server->settings.postgresql == '\0'
				   ? CONFINE_DAEMON
				   : CONFINE_SENDER,
			       &server->confined, err);
}

static bool start(struct server *server, struct error *err)
{
	bool is_tcp = desk_settings_is_tcp(&server->settings);

	tzset(); /* reads a file */
	server->service = desk_service_new(&server->settings, server->gate);
	if (!desk_listen(server->settings.listen, &server->listener, err))
		return false;
	desk_service_connect(server->service);
	if (!bar(server, err) ||
	    !desk_http_start(server->listener, is_tcp, server->service,
			     &server->http, err))
		return false;
	(void)fprintf(stderr,
		      "alignd-desk " PACKAGE_VERSION " serves at %s%s; %s\n",
		      server->settings.listen,
		      is_tcp ? ", for trying it out: whoever has the token "
			       "reads all of the record"
			     : "",
		      confine_text(server->mem, &server->confined));
	return true;
}

/* --- the end --- */

/* No thread takes them; HUP changes nothing, since what alignd.conf says is
 * looked at all the time. */
static void block_signals(sigset_t *set)
{
	(void)sigemptyset(set);
	(void)sigaddset(set, SIGTERM);
	(void)sigaddset(set, SIGINT);
	(void)sigaddset(set, SIGHUP);
	(void)pthread_sigmask(SIG_BLOCK, set, NULL);
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	(void)sigaction(SIGPIPE, &ignore, NULL);
}

static void wait_for_end(const sigset_t *set)
{
	int number = SIGHUP;

	while (number == SIGHUP)
		(void)sigwait(set, &number);
}

static int fail(const struct error *err)
{
	(void)fprintf(stderr, "alignd-desk: %s\n", err->words);
	return err->kind == ERROR_CONFIG ? EXIT_CONFIG : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	struct options options = {.config_path = DESK_CONFIG_PATH};
	struct server server = {.mem = mem_context(NULL), .listener = -1};
	struct error err;
	sigset_t signals;
	int status;

	if (!read_options(argc, argv, &options, &status))
		return status;
	if (!read_settings(&server, options.config_path, &err))
		return fail(&err);
	if (options.is_test) {
		warn_of_config(&server);
		return EXIT_SUCCESS;
	}
	block_signals(&signals);
	if (!refuse_root(&err) || !start(&server, &err))
		return fail(&err);
	wait_for_end(&signals);
	desk_http_stop(server.http);
	desk_service_free(server.service);
	mem_free(server.mem);
	return EXIT_SUCCESS;
}
