/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_REPLAY_CASE_H
#define TESTS_REPLAY_CASE_H

/*
 * case - a replay case: a page of text, made to be read in a review
 *
 * One directive a line; "#" starts a comment line. In the order of the file:
 *
 *   title    TEXT
 *   config   LINE           of alignd.conf, over the defaults
 *   override LINE           of the overrides file, which is empty otherwise
 *   now      EPOCH          the wall clock (default 1777636800, 2026-05-01)
 *   random   NUMBER         every random byte (default 0): the draw for pct
 *   dns      ZONE-LINE      <key:NAME> stands for a key record's strings,
 *                           <p:NAME> for the strings of its p= alone,
 *                           <pkcs1:NAME> the same as a bare RSAPublicKey
 *   fail     NAME TYPE SERVFAIL|REFUSED|TIMEOUT|BOGUS
 *   connect  IP [name N] [helo H] [user U] [tls V]; escapes: \r \n \0 \xHH
 *   mail     ADDRESS        "<>" for the null sender; escapes likewise
 *   rcpt     ADDRESS
 *   sign     d=D s=S key=NAME [a=A] [c=C] [l=L] [t=T] [x=X] [i=I] [h=H] [z=Z]
 *   seal     d=D s=S key=NAME [i=N] [cv=C] [ip=IP] [dmarc=R] [from=D] [c=C]
 *            [l=L] [t=T] [x=X] [h=H]
 *                            an ARC Set, over signatures and appended lines; ip
 *                            is what the AAR records as smtp.remote-ip, dmarc
 *                            (pass) as that result, from as header.from
 *   raw-field TEXT          a field put on top after signing; escapes
 *   message                 up to a line "."; lines get CRLF
 *   raw-message TEXT        added byte for byte; escapes, no line end
 *   append   TEXT           a body line added after signing, before sealing
 *   append-sealed TEXT      a body line added after sealing
 *   want     ...            see replay.c
 *
 *   repeat   N DIRECTIVE    so many times; {#} in it is 1, 2, ... N
 *
 * Within a line, {{N*TEXT}} stands for N times TEXT, {#} counting likewise.
 * Keys: rsa, rsa2, rsa512, rsa768, rsa1024, ed25519; made anew in each run.
 */

#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/net.h"
#include "lib/base/strbuf.h"
#include "lib/base/text.h"

struct replay_case {
	const char *title;
	struct strbuf config;
	struct strbuf overrides;
	struct text_list zone; /* one line each */
	int64_t now_s;
	uint8_t random;
	struct net_address address;
	const char *client_name;
	const char *helo;
	const char *user;
	const char *tls;
	const char *mail_from;
	struct text_list rcpts;
	struct text_list signs; /* arguments of each sign directive */
	struct text_list seals; /* arguments of each seal directive */
	struct strbuf fields;	/* raw fields, with CRLF */
	struct strbuf message;
	struct strbuf append;
	struct strbuf append_sealed;
	struct text_list wants;
};

/* Reads a case file below `mem`; the words name file and line. */
bool case_read(TALLOC_CTX *mem, const char *path, struct replay_case *ret,
	       struct error *err) __attribute__((warn_unused_result));

/* An empty case with the defaults, for a program to fill in. */
void case_init(TALLOC_CTX *mem, struct replay_case *c);
void case_add(TALLOC_CTX *mem, struct text_list *list, const char *text);

/* The value of KEY in "a=1 b=2"; NULL without it. */
const char *case_argument(TALLOC_CTX *mem, const char *arguments,
			  const char *key);

#endif
