/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_READ_ANSWER_H
#define REPORT_READ_ANSWER_H

/*
 * answer - what a process that reads a file of reports tells the one
 * that started it
 *
 * One line for each thing told, its words parted by tabs; the last is "end".
 * The lines were written beside libraries that the file may have taken over:
 * whatever is not a known word with as many texts as belong to it, each of
 * printable ASCII and bounded, makes all of it no answer. An address is one, a
 * count is within its bounds.
 */

#include <stdio.h>

#include "lib/report/read/reader.h"

/* A reader that writes to `file`. */
struct received_reader received_answer_writer(FILE *file);

/* Nothing more is to be told; false when it could not be written. */
bool received_answer_close(FILE *file) __attribute__((warn_unused_result));

struct received_answer;

/* Owned by `mem`; what is taken is told to `reader`, in the name of `path` and
 * what the line has behind it. */
struct received_answer *
received_answer_new(TALLOC_CTX *mem, const char *path,
		    const struct received_reader *reader);

/* Takes one line, without its end; false: it is none of an answer. */
bool received_answer_take(struct received_answer *answer, struct span line)
    __attribute__((warn_unused_result));

/* Rows, policies and their failures, reports and refusals so far. */
size_t received_answer_entries(const struct received_answer *answer);

/* Has "end" come? */
bool received_answer_is_whole(const struct received_answer *answer);

#endif
