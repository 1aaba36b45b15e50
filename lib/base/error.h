/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

/*
 * error - one failure, worded by the function that met it
 *
 * Three classes are never mixed. A bug of ours is an assert. A failure of the
 * environment (file, store, socket, configuration) is a struct error. What a
 * sender did wrong is a value in the result, never an error.
 *
 * A function that can fail returns bool, takes the struct error last, and
 * leaves its outputs untouched when it returns false. The caller decides what
 * the failure means; only main programs print it.
 */

#include <stdbool.h>
#include <stddef.h>

#define ERROR_WORDS_MAX 240 /* bytes; longer text is cut at the end */

/* What went wrong; alignctl's exit status follows from it. */
enum error_kind {
	ERROR_NONE,
	ERROR_USAGE,
	ERROR_CONFIG,
	ERROR_INPUT,
	ERROR_STORE,
	ERROR_DNS,
	ERROR_SYSTEM,
};

struct error {
	enum error_kind kind;
	char words[ERROR_WORDS_MAX + 1];
};

/* Words a failure; always returns false, so that failing is one line. */
bool error_set(struct error *err, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts context in front of the words: "CONTEXT: WORDS". Returns false. */
bool error_wrap(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Like error_set, with ": " and the text of errno value `number` behind. */
bool error_errno(struct error *err, enum error_kind kind, int number,
		 const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The text of errno value `number`, in `text` or in memory that stays. */
const char *error_words(int number, char *text, size_t size);

/* That it is false is seen by the compiler too: what a failed call has left unset
 * is not read, and no warning says that it may be. */
#define error_set(...) (error_set(__VA_ARGS__), false)
#define error_wrap(...) (error_wrap(__VA_ARGS__), false)
#define error_errno(...) (error_errno(__VA_ARGS__), false)

#endif
