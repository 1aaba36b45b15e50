/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_store.c - what recording costs: entries per second, bytes per message
 *
 * bench_store [DIRECTORY]: prints figures, never judges them. The directory
 * should be on the disk that is meant; the default is the current one.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/store/store.h"

#define NOON_S ((int64_t)1777636800)
#define TUPLES 1000
#define SPEED_MS 2000
#define THREADS_MAX 100

struct load {
	struct store *store;
	atomic_long next;
	long count; /* messages; 0: until `until_ms` */
	int64_t until_ms;
	int64_t seconds; /* the period that the messages spread over */
};

static struct store_entry entry_number(long number, char domain[64],
				       char address[64])
{
	(void)snprintf(domain, 64, "sender%ld.example.com", number % TUPLES);
	(void)snprintf(address, 64, "192.0.2.%ld", number % 250);
	return (struct store_entry){
	    .time_s = NOON_S,
	    .tuple = {.author_domain = domain,
		      .author_error = "",
		      .policy_domain = "example.com",
		      .org_domain = "example.com",
		      .discovery = "treewalk",
		      .record = "v=DMARC1; p=reject; "
				"rua=mailto:reports@example.com",
		      .author_exists = -1,
		      .client_ip = address,
		      .client_name = domain,
		      .mail_from_domain = domain,
		      .spf_result = "pass",
		      .spf_domain = domain,
		      .spf_scope = "mfrom",
		      .dkim = "[{\"domain\":\"example.com\",\"selector\":"
			      "\"s1\",\"result\":\"pass\"}]",
		      .arc = "{}",
		      .dmarc_result = "pass",
		      .is_dkim_aligned = 1,
		      .is_spf_aligned = 1,
		      .indirect = "",
		      .policy = "reject",
		      .asked = "none",
		      .applied = "none",
		      .override_type = "",
		      .override_comment = "",
		      .tls_version = "TLSv1.3"},
	};
}

static bool is_over(const struct load *load, long number)
{
	if (load->count != 0)
		return number >= load->count;
	return clock_monotonic_ms(clock_system()) >= load->until_ms;
}

static void *send_messages(void *context)
{
	struct load *load = context;
	char domain[64];
	char address[64];
	long number;

	while (!is_over(load, number = atomic_fetch_add(&load->next, 1))) {
		struct store_entry entry =
		    entry_number(number, domain, address);
		if (load->count != 0)
			entry.time_s += number * load->seconds / load->count;
		(void)store_record(load->store, &entry, 10000);
	}
	return NULL;
}

static void run_threads(struct load *load, int count)
{
	pthread_t threads[THREADS_MAX];
	int started = 0;

	while (started < count && pthread_create(&threads[started], NULL,
						 send_messages, load) == 0)
		started++;
	for (int i = 0; i < started; i++)
		(void)pthread_join(threads[i], NULL);
}

static struct store *open_fresh(const char *path, int durability)
{
	struct store_settings settings = {
	    .sqlite = path,
	    .durability = durability,
	    .keep_incidents_ms = (int64_t)3650 * 86400000,
	    .keep_results_ms = (int64_t)3650 * 86400000,
	};
	struct store *store = NULL;
	struct error err;

	(void)unlink(path);
	if (!store_open(&settings, "mx.example", clock_system(), &store, &err))
		(void)fprintf(stderr, "bench_store: %s\n", err.words);
	return store;
}

static bool measure_speed(const char *path, int durability, int threads)
{
	int64_t start_ms = clock_monotonic_ms(clock_system());
	struct load load = {.store = open_fresh(path, durability),
			    .until_ms = start_ms + SPEED_MS};
	struct store_statistics statistics;

	if (load.store == NULL)
		return false;
	run_threads(&load, threads);
	int64_t took_ms = clock_monotonic_ms(clock_system()) - start_ms;
	store_get_statistics(load.store, &statistics);
	store_close(load.store);
	printf("durability=%-6s threads=%-3d entries/s=%-7.0f "
	       "entries/commit=%.1f lost=%llu\n",
	       durability == DURABILITY_SYNC ? "sync" : "commit", threads,
	       (double)statistics.committed * 1000 / (double)took_ms,
	       (double)statistics.committed / (double)statistics.groups,
	       (unsigned long long)statistics.lost);
	return true;
}

static bool measure_growth(const char *path, long messages, int64_t hours)
{
	struct load load = {.store = open_fresh(path, DURABILITY_COMMIT),
			    .count = messages,
			    .seconds = hours * 3600};
	struct stat found = {.st_size = 0};

	if (load.store == NULL)
		return false;
	run_threads(&load, THREADS_MAX);
	store_close(load.store);
	(void)stat(path, &found);
	printf("messages=%ld tuples=%d hours=%d file_bytes=%lld\n", messages,
	       TUPLES, (int)hours, (long long)found.st_size);
	return true;
}

int main(int argc, char **argv)
{
	static const int threads[] = {1, 10, THREADS_MAX};
	char path[512];
	bool ok = true;

	(void)snprintf(path, sizeof path, "%s/bench_store.%ld.db",
		       argc > 1 ? argv[1] : ".", (long)getpid());
	for (size_t i = 0; i < 3; i++)
		ok = ok && measure_speed(path, DURABILITY_COMMIT, threads[i]);
	for (size_t i = 0; i < 3; i++)
		ok = ok && measure_speed(path, DURABILITY_SYNC, threads[i]);
	ok = ok && measure_growth(path, TUPLES, 1) &&
	     measure_growth(path, 1000000, 1) &&
	     measure_growth(path, 1000000, 24);
	(void)unlink(path);
	return ok ? 0 : 1;
}
