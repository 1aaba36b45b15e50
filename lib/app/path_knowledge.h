/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_PATH_KNOWLEDGE_H
#define APP_PATH_KNOWLEDGE_H

/*
 * path_knowledge - what the store knows of paths, for the evaluation
 *
 * Answers at once, from memory. While the store reads its paths, behind a
 * start, and without a store, nothing is known, and mail is judged so.
 */

#include "lib/eval/message.h"
#include "lib/store/store.h"

/* For an evaluator; the store outlives it. NULL: there is none. */
struct path_source path_knowledge(struct store *store);

#endif
