/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - alignd, the milter daemon, from its options to its exit status
 *
 * The order matters: everything a configuration can get wrong is found before
 * the socket opens; signals are blocked before any library starts a thread;
 * root is given up before mail is read; nothing forks once threads run.
 *
 * Exit status: 0 done, 1 bad usage or a failed start, 2 bad configuration.
 * Tested by test_wire_life, test_wire_stop.
 */
#include <fcntl.h>
#include <libmilter/mfapi.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "lib/app/path_knowledge.h"
#include "lib/base/random.h"
#include "lib/store/store_remembered.h"
#include "milter/callbacks.h"
#include "milter/capacity.h"
#include "milter/endpoint.h"
#include "milter/log.h"
#include "milter/metrics.h"
#include "milter/metrics_http.h"
#include "milter/notify.h"
#include "milter/pid_file.h"
#include "milter/pool.h"
#include "milter/signals.h"

#define EXIT_CONFIG 2

/* Beyond the message's DNS budget: verification, and the store's commit. */
#define DRAIN_EXTRA_MS 10000
/* libmilter writes a message's reply after our callback has returned. A worker
 * that has not ended by then is in the middle of what its MTA does not send. */
#define LAST_REPLY_MS 1000
static const struct timespec wake_interval = {.tv_nsec = 50000000};
/* What libmilter takes to make its locks and start its first workers. A stop
 * that came before would take locks that it makes under its feet. */
#define STARTED_MS 2000
static const struct timespec start_interval = {.tv_nsec = 1000000};

static const char usage[] =
    "usage: alignd [-f] [-c FILE] [-p FILE] [-t] [-h] [-V]\n"
    "  -f       stay in the foreground\n"
    "  -c FILE  the configuration (default " SYSCONFDIR "/alignd/alignd.conf)\n"
    "  -p FILE  write the process's id there\n"
    "  -t       test the configuration and leave\n"
    "  -h       this text\n"
    "  -V       the version\n";

struct options {
	const char *config_path;
	const char *pid_path; /* NULL: none is wanted */
	bool is_foreground;
	bool is_test;
};

/* True to go on; else *status is the exit status. */
static bool read_options(int argc, char **argv, struct options *options,
			 int *status)
{
	int letter;

	*status = EXIT_SUCCESS;
	while ((letter = getopt(argc, argv, "fc:p:thV")) != -1) {
		switch (letter) {
		case 'f':
			options->is_foreground = true;
			break;
		case 'c':
			options->config_path = optarg;
			break;
		case 'p':
			options->pid_path = optarg;
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

/* --- the configuration ---------------------------------------------------- */

struct daemon {
	char *config_path;     /* from the root on, or NULL */
	struct engine *engine; /* the first one, for its settings */
	struct endpoint endpoint;
	struct identity identity;
	struct service service;
	struct signals signals;
	struct capacity capacity;
	struct confine_state confined;
	int metrics_listener; /* -1: none */
	struct metrics_http *metrics_http;
	pthread_t main_thread;	  /* in smfi_main() */
	atomic_bool is_stopping;  /* was asked to stop */
	atomic_bool is_main_back; /* from there */
	char host[HOST_NAME_MAX + 1];
};

/* With the engine come threads: what bars files comes before. `confined` is
 * NULL where only the configuration is tested. */
static bool read_engine(const char *path, struct confine_state *confined,
			struct engine **engine, struct error *err)
{
	struct config *config;

	if (config_load(NULL, path, &config, err)) {
		if (confined != NULL)
			privileges_bar_files(config, path, confined);
		if (engine_new(config, NULL, clock_system(), random_system(),
			       engine, err))
			return true;
	}
	/* A zone file that cannot be read is a setting that is wrong, too. */
	err->kind = ERROR_CONFIG;
	return false;
}

/* All that can be wrong with a configuration, and all that needs root to be
 * looked up. */
static bool look_up_names(struct daemon *daemon, struct error *err)
{
	const struct daemon_settings *settings =
	    &daemon->engine->config->daemon;

	return privileges_find(settings->user, &daemon->identity, err) &&
	       endpoint_read(settings, &daemon->endpoint, err);
}

/* Which files hold, and what that means. */
static const char *describe(TALLOC_CTX *mem, const struct config *config)
{
	return mem_printf(mem, "%s mode by %s; overrides: %s",
			  config_mode_text(config->daemon.mode),
			  config_files_text(mem, config),
			  config_overrides_text(mem, config));
}

/* Reads the configuration and builds everything that needs no socket; *found
 * says what was read. */
static bool test_configuration(const char *config_path, TALLOC_CTX *mem,
			       const char **found, struct error *err)
{
	struct daemon daemon = {.config_path = NULL};

	signals_block();
	if (!read_engine(config_path, NULL, &daemon.engine, err))
		return false;
	bool is_good = look_up_names(&daemon, err);
	*found = describe(mem, daemon.engine->config);
	engine_unref(daemon.engine);
	return is_good;
}

/* --- the start ------------------------------------------------------------ */

static bool open_socket(struct daemon *daemon, struct error *err)
{
	const char *listen = daemon->engine->config->daemon.listen;

	capacity_keep(&daemon->capacity, &daemon->engine->config->daemon,
		      &daemon->service.gate);
	if (smfi_setconn((char *)listen) != MI_SUCCESS ||
	    !callbacks_register(&daemon->service))
		return error_set(err, ERROR_SYSTEM,
				 "libmilter does not take \"%s\"", listen);
	if (!endpoint_prepare(&daemon->endpoint, &daemon->identity, err) ||
	    !endpoint_is_free(&daemon->endpoint, err))
		return false;
	/* It has the reason, and gives it to syslog alone. */
	log_show_libmilter(true);
	if (smfi_opensocket(true) != MI_SUCCESS)
		return error_set(err, ERROR_SYSTEM,
				 "cannot listen at \"%s\": the reason stands "
				 "above",
				 listen);
	log_show_libmilter(false);
	return endpoint_finish(&daemon->endpoint, &daemon->identity, err) &&
	       privileges_drop(&daemon->identity, err);
}

static bool open_store(struct daemon *daemon, struct error *err)
{
	const struct store_settings *settings = &daemon->engine->config->store;
	struct error fault;

	if (gethostname(daemon->host, sizeof daemon->host) != 0)
		daemon->host[0] = '\0';
	daemon->host[HOST_NAME_MAX] = '\0';
	daemon->service.host = daemon->host;
	if (settings->sqlite[0] == '\0')
		return true;
	if (!store_start(settings, daemon->host, clock_system(),
			 &daemon->service.store, &fault, err))
		return false;
	if (fault.kind != ERROR_NONE)
		log_write(LOG_LEVEL_ERROR,
			  "%s; mail flows on, and records are lost until this "
			  "is mended (no restart is needed)",
			  fault.words);
	return true;
}

static bool take_remembered(void *context, const struct store_remembered *row)
{
	const struct dns_memory_row read = {
	    .domain = row->policy_domain,
	    .days = row->days,
	    .last_day = row->last_day,
	    .bytes = (const uint8_t *)row->answers.data,
	    .length = row->answers.length,
	};

	dns_memory_load(context, &read);
	return true;
}

/* Before the first message: a few thousand rows at most. What cannot be read is
 * not remembered, and the store has told its fault. */
static void open_memory(struct daemon *daemon)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const struct config *config = daemon->engine->config;
	struct store_reader *reader;
	struct error err;

	daemon->service.memory = dns_memory_new(random_system());
	daemon->engine->evaluator.memory = daemon->service.memory;
	if (daemon->service.store != NULL && config->dns.serve_stale_ms > 0 &&
	    (!store_reader_open(mem, config->store.sqlite, &reader, &err) ||
	     !store_remembered_each(reader, take_remembered,
				    daemon->service.memory, &err)))
		log_write(LOG_LEVEL_WARNING,
			  "%s; what DNS said before this start is not known, "
			  "should it be silent",
			  err.words);
	mem_free(mem);
}

/* Before the MTA's socket, so that a port that is taken is found before mail
 * comes, and while a low port may still be had. */
static bool open_metrics(struct daemon *daemon, struct error *err)
{
	const char *place = daemon->engine->config->metrics.listen;

	daemon->metrics_listener = -1;
	return place[0] == '\0' ||
	       metrics_http_bind(place, &daemon->metrics_listener, err);
}

static void tell_metrics(const char *place)
{
	struct metrics_endpoint endpoint;
	struct error unread;

	if (!metrics_endpoint_parse(place, &endpoint, &unread))
		return;
	bool is_own = net_address_is_loopback(&endpoint.address);
	log_write(is_own ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
		  "metrics at %s%s", place,
		  is_own ? ""
			 : ": whoever reaches this address can read them, "
			   "there is no password and no encryption");
}

static void tell_start(const struct daemon *daemon)
{
	const struct config *config = daemon->engine->config;
	TALLOC_CTX *mem = mem_context(NULL);

	tell_metrics(config->metrics.listen);
	log_write(LOG_LEVEL_INFO, "alignd %s listens at %s, %s%s",
		  PACKAGE_VERSION, config->daemon.listen, describe(mem, config),
		  daemon->service.store == NULL ? "; nothing is stored" : "");
	endpoint_tell(&config->daemon);
	current_tell(config, clock_now_s(clock_system()));
	notify_ready("waiting for mail");
	mem_free(mem);
}

/* --- the end -------------------------------------------------------------- */

static void *ask_to_stop(void *unused)
{
	(void)unused;
	(void)smfi_stop();
	return NULL;
}

/* In vain where libmilter did not start at all. */
static void wait_started(const struct daemon *daemon)
{
	int64_t end_ms = clock_monotonic_ms(clock_system()) + STARTED_MS;

	while (!pool_is_in_effect() && !atomic_load(&daemon->is_main_back) &&
	       clock_monotonic_ms(clock_system()) < end_ms)
		(void)nanosleep(&start_interval, NULL);
}

/* The main thread waits up to five seconds for a connection before it looks
 * whether it shall stop, and holds the lock that smfi_stop() wants meanwhile.
 * A signal ends the wait: else each restart would leave the MTA alone so long.
 */
static void stop_libmilter(void *context)
{
	struct daemon *daemon = context;
	pthread_t thread;

	atomic_store(&daemon->is_stopping, true);
	wait_started(daemon);
	if (pthread_create(&thread, NULL, ask_to_stop, NULL) != 0) {
		(void)smfi_stop();
		return;
	}
	while (!atomic_load(&daemon->is_main_back)) {
		signals_wake(daemon->main_thread);
		(void)nanosleep(&wake_interval, NULL);
	}
	(void)pthread_join(thread, NULL);
}

/* What is under way is answered, in a bounded time. True: nothing is left, and
 * nothing calls back any more. */
static bool wait_drained(struct daemon *daemon)
{
	struct gate *gate = &daemon->service.gate;
	struct engine *engine = current_share(&daemon->service.current);
	int64_t wait_ms = engine->config->dns.budget_ms + DRAIN_EXTRA_MS;

	engine_unref(engine);
	bool is_answered = gate_wait_empty(&gate->evaluating, wait_ms);
	return pool_wait_ended(LAST_REPLY_MS) && is_answered &&
	       atomic_load(&gate->begun) == 0;
}

static void tell_end(bool is_drained)
{
	TALLOC_CTX *mem = mem_context(NULL);

	log_write(LOG_LEVEL_INFO, "stopped%s; counters: %s",
		  is_drained ? "" : " with messages unfinished",
		  metrics_line(mem));
	mem_free(mem);
}

/* --- the life ------------------------------------------------------------- */

/* Everything listens and root is gone: what is left is mail. */
static void bar_calls(struct daemon *daemon)
{
	const struct config *config = daemon->engine->config;
	TALLOC_CTX *mem = mem_context(NULL);

	privileges_bar_calls(config, &daemon->confined);
	current_start(&daemon->service.current, daemon->config_path,
		      privileges_tell_bars(mem, &daemon->confined),
		      clock_now_s(clock_system()));
	mem_free(mem);
}

static bool start_daemon(struct daemon *daemon, struct error *err)
{
	daemon->signals = (struct signals){
	    .service = &daemon->service,
	    .stop = stop_libmilter,
	    .stop_context = daemon,
	};
	daemon->main_thread = pthread_self();
	if (!open_metrics(daemon, err) || !open_socket(daemon, err) ||
	    !open_store(daemon, err))
		return false;
	daemon->service.sightings =
	    sightings_new(clock_system(), random_system());
	daemon->engine->evaluator.sightings = daemon->service.sightings;
	daemon->service.holds = hold_budget_new(clock_system());
	daemon->engine->evaluator.holds = daemon->service.holds;
	daemon->engine->evaluator.paths = path_knowledge(daemon->service.store);
	open_memory(daemon);
	daemon->service.exempt =
	    exempt_budget_new(clock_system(), random_system());
	daemon->engine->evaluator.exempt = daemon->service.exempt;
	current_take_marks(daemon->engine, random_system());
	/* Its memory goes over to the first message; a reload may drop it. */
	current_init(&daemon->service.current, engine_ref(daemon->engine));
	bar_calls(daemon);
	return pid_file_write(err) &&
	       (daemon->metrics_listener < 0 ||
		metrics_http_start(daemon->metrics_listener, &daemon->service,
				   &daemon->metrics_http, err)) &&
	       signals_start(&daemon->signals, err);
}

/* A stop closes the socket. libmilter calls it a failure where that came before
 * it began to listen, or between two looks at whether it shall stop. */
static bool run_libmilter(struct daemon *daemon)
{
	bool is_fine =
	    smfi_main() == MI_SUCCESS || atomic_load(&daemon->is_stopping);

	atomic_store(&daemon->is_main_back, true);
	return is_fine;
}

static bool serve_mail(struct daemon *daemon, bool *is_drained,
		       struct error *err)
{
	log_open(&daemon->engine->config->log);
	if (!start_daemon(daemon, err)) {
		metrics_http_stop(daemon->metrics_http);
		store_close(daemon->service.store);
		return false;
	}
	tell_start(daemon);
	signals_allow_wake();
	pool_expect(&daemon->service.gate);
	bool is_fine = run_libmilter(daemon);
	if (is_fine)
		signals_join(&daemon->signals);
	*is_drained = is_fine && wait_drained(daemon);
	endpoint_remove(&daemon->endpoint);
	metrics_http_stop(daemon->metrics_http);
	store_end(daemon->service.store);
	tell_end(*is_drained);
	if (*is_drained) {
		store_close(daemon->service.store);
		current_done(&daemon->service.current);
	}
	return is_fine ||
	       error_set(err, ERROR_SYSTEM, "libmilter gave up: see syslog");
}

static void free_daemon(struct daemon *daemon)
{
	heap_free(daemon->config_path);
	engine_unref(daemon->engine);
	sightings_free(daemon->service.sightings);
	hold_budget_free(daemon->service.holds);
	dns_memory_free(daemon->service.memory);
	exempt_budget_free(daemon->service.exempt);
	heap_free(daemon);
}

/* A reload reads it from another folder than the start: privileges_drop(). */
static char *from_root(const char *path)
{
	char folder[PATH_MAX];
	TALLOC_CTX *mem = mem_context(NULL);

	if (path != NULL && *path != '/' &&
	    getcwd(folder, sizeof folder) != NULL)
		path = mem_printf(mem, "%s/%s", folder, path);
	char *whole = path == NULL ? NULL : heap_strdup(path);
	mem_free(mem);
	return whole;
}

/* Runs until SIGTERM or SIGINT. False with words when it could not start or
 * libmilter gave up; ERROR_CONFIG: before any socket was opened. `is_drained`
 * is false when callbacks were still running at the end. */
static bool run_daemon(const struct options *options, bool *is_drained,
		       struct error *err)
{
	*is_drained = true;
	if (!options->is_foreground && !notify_start_background(err))
		return false;
	/* While this may still be root's: in a folder of the daemon's user that
	 * could have whoever sends signals by it signal another process. */
	if (options->pid_path != NULL && !pid_file_open(options->pid_path, err))
		return false;
	signals_block();
	/* libtalloc sets up its process-wide parts at its first use. */
	mem_free(mem_context(NULL));
	/* Not on the stack: a callback that has not come back may outlive this
	 * function. */
	struct daemon *daemon = heap_new(struct daemon);
	daemon->config_path = from_root(options->config_path);
	gate_init(&daemon->service.gate);
	daemon->service.gate.ask_threads = pool_room;
	capacity_look(&daemon->capacity);
	bool is_fine = read_engine(daemon->config_path, &daemon->confined,
				   &daemon->engine, err) &&
		       look_up_names(daemon, err) &&
		       serve_mail(daemon, is_drained, err);
	if (*is_drained)
		free_daemon(daemon);
	return is_fine;
}

/* --- main ----------------------------------------------------------------- */

static int tell_failure(const struct error *err)
{
	(void)fprintf(stderr, "alignd: %s\n", err->words);
	return err->kind == ERROR_CONFIG ? EXIT_CONFIG : EXIT_FAILURE;
}

static int tell_test(const char *config_path)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *found;
	struct error err;
	bool is_good = test_configuration(config_path, mem, &found, &err);

	if (is_good)
		(void)printf("configuration ok: %s\n", found);
	else
		(void)tell_failure(&err);
	mem_free(mem);
	return is_good ? EXIT_SUCCESS : EXIT_CONFIG;
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
		return tell_test(options.config_path);
	status = run_daemon(&options, &is_drained, &err) ? EXIT_SUCCESS
							 : tell_failure(&err);
	/* Exit handlers of libraries would pull the ground from under threads
	 * that still run. */
	if (!is_drained)
		_exit(status);
	return status;
}
