/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * corpus.c - messages for the bench, signed, with the zone they need
 *
 * corpus DIRECTORY [FILE...]: writes `zone` (the root zone, for a name server
 * or for dns.fixture) and files of letters (letters.h), all or those named:
 * `mixed` as mail arrives, mean 30 KB, about one in five failing; `fifty`, of
 * the same kind; `2k`, `30k`, `300k`, `3m` and `10m` genuine mail of one size,
 * five in a row from one client; `cold`, each from another domain; `s0` ..
 * `s10` mail of 10 KB with so many signatures.
 *
 * Everything but the keys is the same on every run.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/strbuf.h"
#include "tests/bench/letters.h"
#include "tests/unit/sign.h"

#define DOMAINS 200
#define KEYS 16
#define KB 1024
#define TOGETHER 5 /* letters in a row from one client */
#define MESSAGE_MAX (12 * 1024 * 1024)

struct corpus {
	TALLOC_CTX *mem;
	const char *folder;
	struct sign_key *keys[KEYS];
	uint32_t state; /* of the numbers that vary the messages */
};

/* One file of letters; size 0 is mixed mail. */
static const struct corpus_file {
	const char *name;
	size_t size;
	long count;
	long together; /* letters in a row from one client */
	unsigned signatures;
} files[] = {
    {"mixed", 0, 2000, TOGETHER, 1},	 {"fifty", 0, 50, TOGETHER, 1},
    {"cold", 8192, DOMAINS, 1, 1},	 {"2k", 2048, 400, TOGETHER, 1},
    {"30k", 30 * KB, 400, TOGETHER, 1},	 {"300k", 300 * KB, 100, TOGETHER, 1},
    {"3m", 3 * KB *KB, 10, TOGETHER, 1}, {"10m", 10 * KB *KB, 2, TOGETHER, 1},
    {"s0", 10 * KB, 200, TOGETHER, 0},	 {"s1", 10 * KB, 200, TOGETHER, 1},
    {"s2", 10 * KB, 200, TOGETHER, 2},	 {"s5", 10 * KB, 200, TOGETHER, 5},
    {"s10", 10 * KB, 200, TOGETHER, 10},
};

/* What becomes of a message and why. */
enum kind {
	KIND_GENUINE,
	KIND_FORWARDED, /* SPF fails, the signature is whole */
	KIND_SPOOFED,	/* nothing of it is the author domain's */
};

struct letter_plan {
	enum kind kind;
	unsigned domain;
	size_t size;
	unsigned signatures; /* of genuine and forwarded mail */
};

/* Numerical Recipes' generator: good enough to pick words with. */
static unsigned pick(struct corpus *corpus, unsigned below)
{
	corpus->state = corpus->state * 1664525U + 1013904223U;
	return (corpus->state >> 8) % below;
}

/* --- the zone ------------------------------------------------------------ */

static const char *policy_of(unsigned domain)
{
	static const char *const policies[] = {
	    "reject", "none", "quarantine", "reject", "none",
	    "reject", "none", "quarantine", "reject", NULL};

	return policies[domain % 10];
}

static void print_spf(FILE *zone, unsigned d)
{
	switch (d % 5) {
	case 0:
		(void)fprintf(zone,
			      "d%u.example. TXT \"v=spf1 ip4:203.0.113.0/28 "
			      "ip4:198.18.0.%u -all\"\n",
			      d, d + 1);
		break;
	case 1:
		(void)fprintf(zone,
			      "d%u.example. TXT \"v=spf1 "
			      "include:_spf1.d%u.example -all\"\n",
			      d, d);
		break;
	case 2:
		(void)fprintf(
		    zone,
		    "d%u.example. TXT \"v=spf1 a:mail.d%u.example -all\"\n", d,
		    d);
		break;
	case 3:
		(void)fprintf(zone,
			      "d%u.example. TXT \"v=spf1 "
			      "include:_spf2.d%u.example ~all\"\n",
			      d, d);
		break;
	default:
		(void)fprintf(zone, "d%u.example. TXT \"v=spf1 mx -all\"\n", d);
		break;
	}
}

static void print_domain(struct corpus *corpus, FILE *zone, unsigned d)
{
	char name[64];

	(void)snprintf(name, sizeof name, "d%u.example", d);
	(void)fprintf(zone, "%s. MX 10 mail.%s.\n", name, name);
	(void)fprintf(zone, "mail.%s. A 198.18.0.%u\n", name, d + 1);
	(void)fprintf(zone, "%u.0.18.198.in-addr.arpa. PTR mail.%s.\n", d + 1,
		      name);
	print_spf(zone, d);
	(void)fprintf(zone, "%s. TXT \"site-verification=%08x\"\n", name, d);
	(void)fprintf(zone,
		      "_spf2.%s. TXT \"v=spf1 ip4:203.0.113.16/28 "
		      "include:_spf1.%s ~all\"\n",
		      name, name);
	(void)fprintf(zone, "_spf1.%s. TXT \"v=spf1 ip4:198.18.0.%u ~all\"\n",
		      name, d + 1);
	if (policy_of(d) != NULL)
		(void)fprintf(zone,
			      "_dmarc.%s. TXT \"v=DMARC1; p=%s; "
			      "rua=mailto:dmarc@%s\"\n",
			      name, policy_of(d), name);
	const struct sign_key *key = corpus->keys[d % KEYS];
	(void)fputs(sign_key_zone(corpus->mem, name, "s1",
				  sign_key_record(corpus->mem, key)),
		    zone);
}

static FILE *create(const struct corpus *corpus, const char *name)
{
	char *path = mem_printf(corpus->mem, "%s/%s", corpus->folder, name);
	FILE *file = fopen(path, "w");

	if (file == NULL) {
		perror(path);
		abort();
	}
	return file;
}

static void write_zone(struct corpus *corpus)
{
	FILE *zone = create(corpus, "zone");

	(void)fputs("$ORIGIN .\n$TTL 3600\n"
		    ". SOA ns.example. host.example. 1 3600 600 86400 3600\n"
		    ". NS ns.example.\nns.example. A 127.0.0.1\n",
		    zone);
	for (unsigned d = 0; d < DOMAINS; d++)
		print_domain(corpus, zone, d);
	(void)fclose(zone);
}

/* --- messages ------------------------------------------------------------ */

static void add_text(struct corpus *corpus, struct strbuf *text, size_t size)
{
	static const char *const words[] = {
	    "the",    "quick",	  "invoice", "meeting", "attached",
	    "please", "regards",  "order",   "number",	"account",
	    "report", "schedule", "payment", "release"};
	size_t end = text->length + size;
	size_t line = 0;

	while (text->length < end) {
		const char *word =
		    words[pick(corpus, sizeof words / sizeof words[0])];
		strbuf_add_text(text, word);
		line += strlen(word) + 1;
		strbuf_add_text(text, line > 66 ? "\r\n" : " ");
		line = line > 66 ? 0 : line;
	}
	strbuf_add_text(text, "\r\n");
}

/* Looks like base64, as most bytes of large mail are. */
static void add_attachment(struct corpus *corpus, struct strbuf *text,
			   size_t size)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklm"
				      "nopqrstuvwxyz0123456789+/";
	char line[78];

	memcpy(line + 76, "\r\n", 2);
	for (size_t done = 0; done < size; done += sizeof line) {
		for (size_t i = 0; i < 76; i++)
			line[i] = letters[pick(corpus, 64)];
		strbuf_add(text, line, sizeof line);
	}
}

static void add_fields(struct corpus *corpus, struct strbuf *text, unsigned d,
		       long number)
{
	unsigned hops = 1 + pick(corpus, 3);

	for (unsigned i = 0; i < hops; i++)
		strbuf_printf(text,
			      "Received: from host%u.d%u.example (host%u"
			      ".d%u.example [10.0.0.%u])\r\n\tby relay%u.d%u"
			      ".example with ESMTPS id %08X;\r\n\tTue, 14 Nov "
			      "2023 22:13:20 +0000\r\n",
			      i, d, i, d, i + 1, i, d,
			      pick(corpus, 0x7fffffff));
	strbuf_printf(text,
		      "Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n"
		      "From: \"Billing\" <billing@d%u.example>\r\n"
		      "To: someone@mx.bench.test\r\n"
		      "Subject: your order number %ld\r\n"
		      "Message-ID: <%08x.%ld@d%u.example>\r\n"
		      "MIME-Version: 1.0\r\n"
		      "Content-Type: text/plain; charset=utf-8\r\n"
		      "X-Mailer: bench\r\n\r\n",
		      d, number, pick(corpus, 0x7fffffff), number, d);
}

static char *make_message(struct corpus *corpus, TALLOC_CTX *mem,
			  const struct letter_plan *plan, long number)
{
	struct strbuf text;

	strbuf_init(&text, mem, MESSAGE_MAX);
	add_fields(corpus, &text, plan->domain, number);
	size_t left = plan->size > text.length ? plan->size - text.length : 0;
	size_t prose = left > 6000 ? 6000 : left;
	add_text(corpus, &text, prose);
	add_attachment(corpus, &text, left - prose);
	return strbuf_text(&text);
}

static const char *sign(struct corpus *corpus, TALLOC_CTX *mem,
			const struct letter_plan *plan, const char *message)
{
	char domain[64];
	struct sign_options options = {
	    .canonicalization =
		pick(corpus, 4) == 0 ? "relaxed/simple" : "relaxed/relaxed",
	    .fields = "from:to:subject:date:message-id:mime-version:"
		      "content-type"};

	(void)snprintf(domain, sizeof domain, "d%u.example", plan->domain);
	return sign_message(mem, domain, "s1",
			    corpus->keys[plan->domain % KEYS], &options,
			    message);
}

static const char *fate(const struct letter_plan *plan)
{
	const char *policy = policy_of(plan->domain);

	if (plan->kind != KIND_SPOOFED || policy == NULL ||
	    strcmp(policy, "none") == 0)
		return "accept";
	return policy;
}

static void write_letter(struct corpus *corpus, FILE *file,
			 const struct letter_plan *plan, long number)
{
	TALLOC_CTX *mem = mem_context(corpus->mem);
	char *message = make_message(corpus, mem, plan, number);
	unsigned host = plan->domain + 1;
	const char *signature = "";
	char envelope[256];

	for (unsigned i = 0; i < plan->signatures; i++)
		signature = mem_printf(
		    mem, "%s%s", sign(corpus, mem, plan, message), signature);
	(void)snprintf(envelope, sizeof envelope,
		       "198.%d.0.%u mail.d%u.example "
		       "<bounce+%ld@d%u.example> %s",
		       plan->kind == KIND_GENUINE ? 18 : 19, host, plan->domain,
		       number, plan->domain, fate(plan));
	letters_write(file, envelope,
		      span_of(mem_printf(mem, "%s%s", signature, message)));
	mem_free(mem);
}

/* --- the files ----------------------------------------------------------- */

static void write_genuine(struct corpus *corpus, FILE *file,
			  const struct corpus_file *row)
{
	for (long i = 0; i < row->count; i++) {
		struct letter_plan plan = {
		    .domain = (unsigned)(i / row->together) % DOMAINS,
		    .size = row->size,
		    .signatures = row->signatures};
		write_letter(corpus, file, &plan, i);
	}
}

/* Most mail is small, most bytes are in large mail. */
static size_t pick_size(struct corpus *corpus)
{
	static const struct {
		unsigned up_to; /* of 100 */
		size_t size;
	} rows[] = {
	    {30, 3000}, {70, 10000}, {88, 30000}, {97, 80000}, {100, 400000}};
	unsigned number = pick(corpus, 100);
	size_t i = 0;

	while (number >= rows[i].up_to)
		i++;
	return rows[i].size * (70 + pick(corpus, 61)) / 100;
}

static enum kind pick_kind(struct corpus *corpus)
{
	unsigned number = pick(corpus, 100);

	if (number < 62)
		return KIND_GENUINE;
	return number < 78 ? KIND_FORWARDED : KIND_SPOOFED;
}

static void write_mixed(struct corpus *corpus, FILE *file,
			const struct corpus_file *row)
{
	struct letter_plan plan = {.size = 0};

	for (long i = 0; i < row->count; i++) {
		if (i % row->together == 0) {
			plan.kind = pick_kind(corpus);
			plan.domain = pick(corpus, DOMAINS);
			plan.signatures = plan.kind != KIND_SPOOFED;
		}
		plan.size = pick_size(corpus);
		write_letter(corpus, file, &plan, i);
	}
}

static bool is_named(const char *name, int count, char **names)
{
	for (int i = 0; i < count; i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return count == 0;
}

static void write_files(struct corpus *corpus, int count, char **names)
{
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		const struct corpus_file *row = &files[i];
		if (!is_named(row->name, count, names))
			continue;
		FILE *file = create(corpus, row->name);
		if (row->size == 0)
			write_mixed(corpus, file, row);
		else
			write_genuine(corpus, file, row);
		(void)fclose(file);
	}
}

int main(int argc, char **argv)
{
	struct corpus corpus = {.mem = mem_context(NULL), .state = 1};

	if (argc < 2) {
		(void)fputs("usage: corpus DIRECTORY [FILE...]\n", stderr);
		return EXIT_FAILURE;
	}
	corpus.folder = argv[1];
	for (size_t i = 0; i < KEYS; i++)
		corpus.keys[i] = sign_key_new(corpus.mem, "rsa", 2048);
	write_zone(&corpus);
	write_files(&corpus, argc - 2, argv + 2);
	mem_free(corpus.mem);
	return EXIT_SUCCESS;
}
