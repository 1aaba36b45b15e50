/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_PATH_H
#define STORE_STORE_PATH_H

/*
 * store_path - by which way whose mail comes, as numbers and as texts
 *
 * A path has a client and a subject. The client is the organizational domain of
 * the confirmed host name, or the /24 or /48 where there is none. The subject
 * is of one of five kinds:
 *
 *   client  nothing: what is known of the client as a whole
 *   author  the author's organizational domain
 *   key     "s._domainkey.d": the key of an aligned signature that passed
 *   spf     the organizational domain of SPF that passed for another than the
 *           author's
 *   org     the author's organizational domain again, by whatever client, which
 *           is "*" then: on how many days something of it passed and was let in
 *           as it came, neither refused nor held nor tagged
 *
 * All of it is what SPF, DKIM or the DNS confirmed, but for the author of mail
 * that failed. Pure functions, any thread.
 */

#include "lib/base/siphash.h"
#include "lib/store/store_entry.h"

#define STORE_PATH_TEXT                                                        \
	101		  /* a client or a subject; a longer one has no path */
#define STORE_PATH_KEYS 4 /* of one message; further ones are not looked at */

enum store_path_kind {
	STORE_PATH_CLIENT,
	STORE_PATH_AUTHOR,
	STORE_PATH_KEY,
	STORE_PATH_SPF,
	STORE_PATH_ORG,
	STORE_PATH_KINDS
};

/* A path in words. */
struct store_path_name {
	enum store_path_kind kind;
	char client[STORE_PATH_TEXT];
	char network[NET_BLOCK_TEXT]; /* from which its mail came first */
	char subject[STORE_PATH_TEXT];
};

/* The numbers of a path under a key, never 0. */
struct store_path_numbers {
	uint64_t path;
	uint64_t client;  /* of the client's text */
	uint64_t network; /* of the network's */
	uint64_t subject; /* of the subject's */
	uint64_t org;	  /* of the organizational domain of a subject */
};

/* What one result says of paths. */
enum store_path_way {
	STORE_PATH_NO_WAY,  /* nothing: no policy, or no answer yet */
	STORE_PATH_BY_SPF,  /* it passed with aligned SPF */
	STORE_PATH_BY_DKIM, /* by an aligned signature alone */
	STORE_PATH_FAILED,
};

/* How a message counts; small enough to be kept with each known tuple. */
struct store_path_marks {
	enum store_path_way way;
	bool is_refused; /* rejected or quarantined */
	struct store_path_numbers client;
	struct store_path_numbers author;
	struct store_path_numbers spf; /* path 0: none */
	struct store_path_numbers org; /* path 0: none */
	size_t key_count;
	struct store_path_numbers keys[STORE_PATH_KEYS];
};

/* Reads a tuple of ours. */
struct store_path_marks store_path_read(const struct store_tuple *tuple,
					const struct siphash_key *key);

/* The names behind the marks of the same tuple; `at` is the place of a key. */
struct store_path_name store_path_name(const struct store_tuple *tuple,
				       enum store_path_kind kind, size_t at);

/* Of a path by its texts. */
struct store_path_numbers store_path_numbers(const struct store_path_name *name,
					     const struct siphash_key *key);

/* The client and its network, of an address and its confirmed name or "". False
 * where there is no address or a text is too long. */
bool store_path_client(const char *client_ip, const char *client_name,
		       struct store_path_name *name)
    __attribute__((warn_unused_result));

/* The author's organizational domain as subject; false where it is too long or
 * there is none. */
bool store_path_author(const char *author_domain, struct store_path_name *name)
    __attribute__((warn_unused_result));

/* The author's organizational domain by whatever client; false likewise. */
bool store_path_org(const char *author_domain, struct store_path_name *name)
    __attribute__((warn_unused_result));

/* "client" "author" "key" "spf" "org" */
const char *store_path_kind_text(enum store_path_kind kind);

#endif
