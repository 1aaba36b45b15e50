/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load.c - load for a milter, and what it costs the milter
 *
 * load [OPTIONS] SOCKET LETTERS: sends the letters in turn over a number of
 * connections, either each as soon as one is free (closed loop) or at a fixed
 * rate (open loop: time is counted from when a message was due). Prints one
 * JSON object; "wrong" counts messages that fared otherwise than they should.
 * With -i the connections are held open afterwards until standard input ends;
 * with -v the first few wrong ones are named.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/process.h"
#include "tests/bench/sender.h"

#define CONNECTIONS_MAX 2000
#define MESSAGES_MAX 10000000
#define EVENTS 256
#define STALL_US 60000000 /* without any progress: give up */
#define WATCH_US 250000
#define WRONG_SHOWN 5

struct options {
	long connections;
	long messages;
	long per_connection;
	long rate;  /* a second; 0: closed loop */
	long first; /* letter to begin with */
	long pid;
	bool is_held;
	bool is_telling; /* which messages fared otherwise */
	const char *where;
};

struct load {
	struct options options;
	struct letters letters;
	struct sender *senders;
	int epoll;
	long begun;
	long next; /* letter for a new connection, counted from options.first */
	long done;
	int64_t started_us;
	int64_t progress_us;
	int64_t watched_us;
	int64_t *took_us; /* by message, as they end */
	long actions[SENT_ACTIONS];
	long wrong;
	struct process_memory most;
};

static int64_t now_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t due_us(const struct load *load, long number)
{
	return load->started_us + number * 1000000 / load->options.rate;
}

/* A connection has one client, so it gets letters that stand together. */
static const struct letter *next_letter(struct load *load,
					struct sender *sender)
{
	if (sender->link.fd < 0) {
		sender->next = load->next;
		load->next += load->options.per_connection;
	}
	size_t place = (size_t)(load->options.first + sender->next++);
	return &load->letters.items[place % load->letters.count];
}

/* Begins the next message on a sender that is free. */
static void begin(struct load *load, struct sender *sender)
{
	const struct options *options = &load->options;
	long number = load->begun++;
	bool is_new = sender->link.fd < 0;

	sender->begun_us = options->rate > 0 ? due_us(load, number) : now_us();
	sender_begin(sender, options->where, next_letter(load, sender), number);
	if (is_new && sender->link.fd >= 0) {
		struct epoll_event event = {
		    .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = sender};
		(void)epoll_ctl(load->epoll, EPOLL_CTL_ADD, sender->link.fd,
				&event);
	}
	sender_run(sender);
}

static void note(struct load *load, const struct sender *sender)
{
	const char *fate = sender_action_text(sender->action);

	load->progress_us = now_us();
	load->took_us[load->done++] = load->progress_us - sender->begun_us;
	load->actions[sender->action]++;
	if (strcmp(fate, sender->letter->want) == 0)
		return;
	if (load->wrong++ < WRONG_SHOWN && load->options.is_telling)
		(void)fprintf(stderr, "load: message %lX from %s: %s, not %s\n",
			      (unsigned long)sender->number,
			      sender->letter->mail_from, fate,
			      sender->letter->want);
}

/* Is there a message to begin now? */
static bool is_due(const struct load *load)
{
	if (load->begun == load->options.messages)
		return false;
	return load->options.rate == 0 || due_us(load, load->begun) <= now_us();
}

/* Takes what a sender came to, and gives it more as long as it is free. */
static void serve(struct load *load, struct sender *sender)
{
	sender_run(sender);
	while (sender->state != SENDER_WAITING) {
		if (sender->state != SENDER_IDLE)
			note(load, sender);
		sender->state = SENDER_IDLE;
		if (sender->on_connection >= load->options.per_connection &&
		    !load->options.is_held)
			sender_quit(sender);
		if (!is_due(load))
			return;
		begin(load, sender);
	}
}

static void serve_free_ones(struct load *load)
{
	for (long i = 0; i < load->options.connections && is_due(load); i++) {
		if (load->senders[i].state == SENDER_IDLE)
			serve(load, &load->senders[i]);
	}
}

/* Milliseconds until the next message is due. */
static int wait_ms(const struct load *load)
{
	if (load->options.rate == 0 || load->begun == load->options.messages)
		return 100;
	int64_t left_us = due_us(load, load->begun) - now_us();
	return left_us < 1000 ? 0 : (int)(left_us / 1000);
}

static void watch_memory(struct load *load)
{
	int64_t now = now_us();

	if (load->options.pid == 0 || now < load->watched_us + WATCH_US)
		return;
	load->watched_us = now;
	struct process_memory memory = process_memory((pid_t)load->options.pid);
	if (memory.pss_kb > load->most.pss_kb)
		load->most.pss_kb = memory.pss_kb;
	if (memory.threads > load->most.threads)
		load->most.threads = memory.threads;
}

static bool run(struct load *load)
{
	struct epoll_event events[EVENTS];

	load->started_us = load->progress_us = now_us();
	while (load->done < load->options.messages) {
		serve_free_ones(load);
		int count =
		    epoll_wait(load->epoll, events, EVENTS, wait_ms(load));
		for (int i = 0; i < count; i++) {
			struct sender *sender = events[i].data.ptr;
			if (sender->state == SENDER_WAITING)
				serve(load, sender);
		}
		watch_memory(load);
		if (now_us() > load->progress_us + STALL_US)
			return false;
	}
	return true;
}

static int compare(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a;
	int64_t right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

static double share_ms(const struct load *load, double share)
{
	long place = (long)(share * (double)load->done);

	if (load->done == 0)
		return 0;
	if (place >= load->done)
		place = load->done - 1;
	return (double)load->took_us[place] / 1000;
}

static void print_report(struct load *load, int64_t took_us, int64_t cpu_us,
			 int64_t own_us)
{
	double count = load->done == 0 ? 1 : (double)load->done;

	qsort(load->took_us, (size_t)load->done, sizeof *load->took_us,
	      compare);
	(void)printf("{\"messages\": %ld, \"per_second\": %.1f, "
		     "\"cpu_us\": %.1f, \"client_cpu_us\": %.1f, "
		     "\"p50_ms\": %.3f, \"p99_ms\": %.3f, "
		     "\"p999_ms\": %.3f, ",
		     load->done, count * 1e6 / (double)took_us,
		     (double)cpu_us / count, (double)own_us / count,
		     share_ms(load, 0.5), share_ms(load, 0.99),
		     share_ms(load, 0.999));
	for (enum sender_action i = 0; i < SENT_ACTIONS; i++)
		(void)printf("\"%s\": %ld, ", sender_action_text(i),
			     load->actions[i]);
	(void)printf("\"wrong\": %ld, \"pss_kb\": %ld, \"threads\": %ld, "
		     "\"rss_before_kb\": %ld, \"peak_kb\": %ld}\n",
		     load->wrong, load->most.pss_kb, load->most.threads,
		     load->most.rss_kb, load->most.peak_kb);
	(void)fflush(stdout);
}

static bool measure(struct load *load)
{
	pid_t pid = (pid_t)load->options.pid;

	load->most.rss_kb = process_memory(pid).rss_kb;
	process_reset_peak(pid);
	int64_t cpu_us = process_cpu_us(pid);
	int64_t own_us = process_cpu_us(0);
	bool ok = run(load);
	int64_t took_us = now_us() - load->started_us;
	cpu_us = process_cpu_us(pid) - cpu_us;
	own_us = process_cpu_us(0) - own_us;
	load->watched_us = 0;
	watch_memory(load);
	load->most.peak_kb = process_memory(pid).peak_kb;
	print_report(load, took_us, pid == 0 ? 0 : cpu_us, own_us);
	return ok;
}

static bool read_options(int argc, char **argv, struct options *options)
{
	int letter;
	bool ok = true;

	while (ok && (letter = getopt(argc, argv, "c:n:k:r:s:p:iv")) != -1) {
		struct span text = span_of(optarg);
		if (letter == 'c')
			ok = text_number(text, 1, CONNECTIONS_MAX,
					 &options->connections);
		else if (letter == 'n')
			ok = text_number(text, 1, MESSAGES_MAX,
					 &options->messages);
		else if (letter == 'k')
			ok = text_number(text, 1, MESSAGES_MAX,
					 &options->per_connection);
		else if (letter == 'r')
			ok = text_number(text, 0, 100000, &options->rate);
		else if (letter == 's')
			ok =
			    text_number(text, 0, MESSAGES_MAX, &options->first);
		else if (letter == 'p')
			ok = text_number(text, 1, INT_MAX, &options->pid);
		else if (letter == 'i')
			options->is_held = true;
		else
			ok = options->is_telling = letter == 'v';
	}
	return ok && argc - optind == 2;
}

static void start(TALLOC_CTX *mem, struct load *load)
{
	struct rlimit files = {.rlim_cur = 4096, .rlim_max = 4096};

	(void)setrlimit(RLIMIT_NOFILE, &files);
	load->epoll = epoll_create1(EPOLL_CLOEXEC);
	load->took_us = mem_array(mem, int64_t, (size_t)load->options.messages);
	load->senders =
	    mem_array(mem, struct sender, (size_t)load->options.connections);
	for (long i = 0; i < load->options.connections; i++)
		sender_init(&load->senders[i]);
}

int main(int argc, char **argv)
{
	struct load load = {.options = {.connections = 10,
					.messages = 500,
					.per_connection = 5}};
	TALLOC_CTX *mem = mem_context(NULL);
	struct error err;

	if (!read_options(argc, argv, &load.options)) {
		(void)fputs("usage: load [-c CONNECTIONS] [-n MESSAGES] "
			    "[-k PER-CONNECTION] [-r RATE] [-s FIRST] "
			    "[-p PID] [-i] [-v] SOCKET LETTERS\n",
			    stderr);
		return EXIT_FAILURE;
	}
	load.options.where = argv[optind];
	if (!letters_read(mem, argv[optind + 1], &load.letters, &err)) {
		(void)fprintf(stderr, "load: %s\n", err.words);
		return EXIT_FAILURE;
	}
	start(mem, &load);
	bool ok = measure(&load);
	while (load.options.is_held && getchar() != EOF)
		continue;
	for (long i = 0; i < load.options.connections; i++)
		sender_quit(&load.senders[i]);
	if (!ok)
		(void)fputs("load: no answer any more\n", stderr);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
