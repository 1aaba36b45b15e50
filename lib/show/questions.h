/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SHOW_QUESTIONS_H
#define SHOW_QUESTIONS_H

/*
 * questions - what DNS was asked, and its answers, for people
 */

#include "lib/show/show.h"

/* A list as questions_json() makes it: {type, name, status, ttl,
 * records}, and dnssec where there is one. */
void show_questions(struct show *show, const struct json *questions);

#endif
