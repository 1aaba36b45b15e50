/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_COMPARE_RESULTS_H
#define TOOLS_COMPARE_RESULTS_H

/*
 * results - one message, alignd's results beside those of the libraries
 *
 * libspf2 and libopendkim get the message and its envelope; libopendmarc gets
 * the record and the identifiers that alignd found, so that it is compared in
 * what it does itself. Each runs in a process of its own (engine_process.h).
 */

#include <stdio.h>

#include "lib/app/engine.h"
#include "lib/app/stored_message.h"
#include "lib/show/show.h"
#include "tools/compare/engine_answer.h"
#include "tools/tool.h"

enum compare_kind { COMPARE_SPF, COMPARE_DKIM, COMPARE_DMARC };
#define COMPARE_KINDS (COMPARE_DMARC + 1)

/* What one of both says. */
struct compare_side {
	bool has_result; /* false: nothing was said */
	enum auth_result result;
	enum request asked; /* DMARC fail: the policy */
	const char *reason; /* or NULL */
};

/* The SPF identity, one signature, or the policy. */
struct compare_row {
	enum compare_kind kind;
	const char *engine;  /* "libspf2" */
	const char *subject; /* "d.test, selector s1"; or NULL */
	struct compare_side ours;
	struct compare_side theirs;
	const char *ended; /* the process: "signal 6", "timeout"; or NULL */
	bool agrees;
	const char *rule; /* why they differ; NULL where they agree, or ended */
};

enum compare_outcome {
	CHAIN_UNKNOWN, /* a library gave no answer */
	CHAIN_ACCEPTED,
	CHAIN_HELD,
	CHAIN_DEFERRED,
	CHAIN_REFUSED,
};

/* What the filters that are built on the libraries would have made of the
 * message: policyd-spf, then OpenDKIM and OpenDMARC, the first as its defaults
 * have it and the last one refusing and holding. */
struct compare_chain {
	enum compare_outcome outcome;
	const char *by; /* who decided; NULL: nobody objected */
	const char *why;
};

struct comparison {
	const struct verdict *verdict;
	bool agrees;
	size_t count;
	struct compare_row *rows;    /* SPF, signatures from the top, DMARC */
	struct engine_findings spf;  /* of libspf2, none or one */
	struct engine_findings dkim; /* of libopendkim */
	struct compare_chain chain;
};

/* How often the rows of each kind agreed. */
struct compare_sums {
	size_t messages;
	size_t agreeing;
	size_t differing[COMPARE_KINDS]; /* messages, by kind */
	size_t ended;			 /* processes that did not answer */
};

/* A run of the subcommand. */
struct compare {
	struct tool *tool;
	const struct engine *engine;
	struct evaluator
	    evaluator; /* of the engine, with ours in both places */
	struct stored_envelope envelope;
	struct compare_sums sums; /* of the messages so far */
};

/* The message in `spool`; what it returns belongs to `mem`. False where it
 * cannot be read, or no process can be started. */
bool compare_message(TALLOC_CTX *mem, const struct compare *compare,
		     FILE *spool, struct comparison *comparison,
		     struct error *err) __attribute__((warn_unused_result));

/* "spf" "dkim" "dmarc" */
const char *compare_kind_text(enum compare_kind kind);

/* --- for chain.c --- */

/* What libopendmarc is given of a verdict. */
struct engine_dmarc_facts compare_facts(TALLOC_CTX *mem,
					const struct verdict *verdict);

/* Asks it in a process; `ended` tells what became of one that gave no answer,
 * NULL: it did. */
bool compare_ask_opendmarc(TALLOC_CTX *mem, const struct compare *compare,
			   const struct engine_dmarc_facts *facts,
			   struct engine_findings *findings, const char **ended,
			   struct error *err)
    __attribute__((warn_unused_result));

/* --- compare/chain.c --- */

/* Fills `chain` from the rest. */
bool compare_chain_judge(TALLOC_CTX *mem, const struct compare *compare,
			 struct comparison *comparison, struct error *err)
    __attribute__((warn_unused_result));

/* "refused" "held" "deferred" "accepted"; NULL: unknown */
const char *compare_outcome_text(enum compare_outcome outcome);

/* --- compare/print.c --- */

void compare_count(struct compare_sums *sums,
		   const struct comparison *comparison);
struct show *compare_show(TALLOC_CTX *mem, const char *file,
			  const struct comparison *comparison);
void compare_print_sums(const struct compare_sums *sums);

/* --- compare/rules.c --- */

/* Why a row differs, in a sentence that cites the RFC; never NULL. */
const char *compare_rule(const struct compare_row *row,
			 const struct verdict *verdict);

#endif
