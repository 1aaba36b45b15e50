/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * price.c - what letters cost beside plain ones of their size
 *
 * price FOLDER TURNS ROW...: sends FOLDER/ROW.plain and FOLDER/ROW (dear.c)
 * through the daemon's session in turns, and prints an object a line: the
 * process's CPU for a message of each, kernel and store with it, as the least
 * of the turns, and the ratio; DNS questions, and how many of them were not in
 * the cache; by how much the resident size grew; how long a worker is held
 * where no name server answers; what became of the message.
 *
 * Caches are warm, except that a file of several letters is of a sender who
 * uses no selector twice: its letters are sent once each, and the decoded keys
 * are dropped before each. Not libmilter's part: it costs both the same.
 */
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/auth/key_cache.h"
#include "tests/bench/process.h"
#include "tests/bench/session_rig.h"

#define TURNS_MAX 100
#define HOLD_MS 200  /* dns.budget, where no name server answers */
#define TURN_US 4000 /* each side sends for at least as long */

struct price {
	const char *row;
	const struct letters *plain;
	const struct letters *dear;
	size_t next;	 /* of the letters that are sent once */
	double plain_us; /* roughly */
	double dear_us;
};

/* What the last message came to. */
static struct {
	const char *dmarc;
	const char *spf;
	const char *arc;
	unsigned results[AUTH_PERMERROR + 1]; /* of its signatures */
} seen;

static void on_seen(const struct verdict *verdict)
{
	const struct evidence *evidence = &verdict->evidence;

	memset(&seen, 0, sizeof seen);
	seen.dmarc = dmarc_result_text(verdict->result);
	seen.spf = auth_result_text(evidence->spf.result);
	seen.arc = auth_result_text(evidence->arc.result);
	for (size_t i = 0; i < evidence->dkim.count; i++)
		seen.results[evidence->dkim.items[i].result]++;
}

static void send(const struct letter *letter)
{
	const char *fate = session_rig_send(letter);

	if (strcmp(letter->want, "any") == 0 || strcmp(letter->want, fate) == 0)
		return;
	(void)fprintf(stderr, "price: from %s: %s, not %s\n", letter->mail_from,
		      fate, letter->want);
	exit(EXIT_FAILURE);
}

static double time_of(const struct letter *letter, unsigned times)
{
	int64_t start_us = process_cpu_us(0);

	for (unsigned i = 0; i < times; i++)
		send(letter);
	return (double)(process_cpu_us(0) - start_us) / times;
}

/* Once where it is not known yet. */
static unsigned times_for(double us)
{
	return us == 0 || us > TURN_US ? 1 : 1 + (unsigned)(TURN_US / (us + 1));
}

static double time_dear(struct price *price)
{
	const struct letters *letters = price->dear;

	if (letters->count == 1)
		return time_of(&letters->items[0], times_for(price->dear_us));
	key_cache_clear();
	return time_of(&letters->items[price->next++ % letters->count], 1);
}

/* Twice: what is decoded and asked once is at hand then. */
static double time_plain(struct price *price)
{
	send(&price->plain->items[0]);
	return time_of(&price->plain->items[0], times_for(price->plain_us));
}

static size_t bytes_of(const struct letter *letter)
{
	size_t bytes = letter->body.length;

	for (size_t i = 0; i < letter->count; i++)
		bytes += strlen(letter->fields[i].name) +
			 strlen(letter->fields[i].value) + 3;
	return bytes;
}

static void print_first(struct price *price)
{
	const struct letter *letter = &price->dear->items[0];
	struct dns_statistics before;
	struct dns_statistics after;

	dns_get_statistics(session_rig_dns(), &before);
	(void)malloc_trim(0); /* or the message gets what the last one left */
	process_reset_peak(getpid());
	long rss_kb = process_memory(getpid()).rss_kb;
	price->dear_us = time_dear(price);
	long peak_kb = process_memory(getpid()).peak_kb - rss_kb;
	dns_get_statistics(session_rig_dns(), &after);
	(void)printf("{\"row\": \"%s\", \"bytes\": %zu, \"fields\": %zu, "
		     "\"questions\": %lu, \"unknown\": %lu, \"peak_kb\": %ld, "
		     "\"dmarc\": \"%s\", \"spf\": \"%s\", \"arc\": \"%s\", "
		     "\"dkim\": {",
		     price->row, bytes_of(letter), letter->count,
		     (unsigned long)(after.asked - before.asked),
		     (unsigned long)(after.sent - before.sent), peak_kb,
		     seen.dmarc, seen.spf, seen.arc);
	const char *comma = "";
	for (int i = 0; i <= AUTH_PERMERROR; i++) {
		if (seen.results[i] == 0)
			continue;
		(void)printf("%s\"%s\": %u", comma,
			     auth_result_text((enum auth_result)i),
			     seen.results[i]);
		comma = ", ";
	}
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double *figures, long count)
{
	qsort(figures, (size_t)count, sizeof *figures, compare);
	return figures[count / 2];
}

/* The plain one before and after each dear one: what the machine does beside,
 * and how fast it is just then, changes from one millisecond to the next. */
static void measure(struct price *price, long turns)
{
	double plain[TURNS_MAX];
	double dear[TURNS_MAX];
	double ratio[TURNS_MAX];
	double before = time_plain(price);

	for (long i = 0; i < turns; i++) {
		dear[i] = time_dear(price);
		double after = time_plain(price);
		plain[i] = (before + after) / 2;
		ratio[i] = dear[i] / plain[i];
		before = after;
	}
	(void)printf(", \"plain_us\": %.1f, \"us\": %.1f, \"ratio\": %.2f}\n",
		     median(plain, turns), median(dear, turns),
		     median(ratio, turns));
	(void)fflush(stdout);
}

static bool price_row(const char *folder, const char *row, long turns,
		      struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct letters plain;
	struct letters dear;
	const char *path = mem_printf(mem, "%s/%s", folder, row);

	if (!letters_read(mem, path, &dear, err) ||
	    !letters_read(mem, mem_printf(mem, "%s.plain", path), &plain,
			  err)) {
		mem_free(mem);
		return false;
	}
	struct price price = {
	    .row = row, .plain = &plain, .dear = &dear, .next = 1};
	(void)time_plain(&price);
	price.plain_us = time_plain(&price);
	send(&dear.items[0]);
	print_first(&price);
	(void)printf("}, \"held_ms\": %" PRId64,
		     session_rig_hold_ms(&dear.items[0], HOLD_MS));
	measure(&price, turns);
	mem_free(mem);
	return true;
}

int main(int argc, char **argv)
{
	struct error err;
	long turns;

	if (argc < 4 || !text_number(span_of(argv[2]), 1, TURNS_MAX, &turns)) {
		(void)fputs("usage: price FOLDER TURNS ROW...\n", stderr);
		return EXIT_FAILURE;
	}
	bool ok = session_rig_open(argv[1], on_seen, &err);
	for (int i = 3; ok && i < argc; i++)
		ok = price_row(argv[1], argv[i], turns, &err);
	if (!ok) {
		(void)fprintf(stderr, "price: %s\n", err.words);
		return EXIT_FAILURE;
	}
	session_rig_close();
	return EXIT_SUCCESS;
}
