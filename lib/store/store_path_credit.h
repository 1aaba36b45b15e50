/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_PATH_CREDIT_H
#define STORE_STORE_PATH_CREDIT_H

/*
 * store_path_credit - what a path is worth, and why no more
 *
 * Credit is the messages whose aligned signature came by this path alone, where
 * its key (d=, s=) passed direct as well: with aligned SPF, from another
 * network and another client, which is no shared sender. A list, a forwarder, a
 * partner whose SPF forgot a host earn it; who has nothing but a host does not.
 *
 * It lacks while its client is a shared sender (three domains pass SPF there:
 * whoever is its customer sends from it), while a quarter of what comes from it
 * fails, and while five authors a day fail there. A genuine message can be sent
 * once more by anybody who has it, and so can three, for a week: credit
 * proposes, a person decides. What a stranger sends can take credit away, which
 * is the safe direction.
 *
 * Pure: plain data in, plain data out.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORE_PATH_SHARED 3	   /* domains that pass SPF */
#define STORE_PATH_FAILED_ONE_IN 4 /* one message in so many fails */
#define STORE_PATH_FAILING 5	   /* authors that fail on one day */
#define STORE_PATH_ORGS 3     /* organizations whose mail a forwarder brings */
#define STORE_PATH_STANDING 7 /* days since the first credit */
#define STORE_PATH_PASSING 3  /* days on which it was earned */
#define STORE_PATH_DAYS 60    /* not seen for so long: forgotten */
#define STORE_PATH_HALVED 30  /* days after which the counts are halved */

/* A path as it is counted. */
struct store_path {
	uint64_t number; /* 0: none, a free place */
	uint64_t client; /* numbers of texts, as in store_path.h */
	uint64_t subject;
	uint64_t org;
	uint64_t network;
	int64_t broken_s; /* refused since then, though it used to pass; 0:
			     it is not */
	uint32_t spf;	  /* messages that passed with aligned SPF */
	uint32_t dkim;	  /* by an aligned signature alone */
	uint32_t failed;
	uint16_t first_day;   /* of passing; since 1970 */
	uint16_t last_day;    /* 0: nothing passed yet */
	uint16_t days;	      /* on which something did */
	uint16_t since_day;   /* when the counts were halved */
	uint16_t failed_day;  /* the last; 0: none */
	uint16_t refused_day; /* likewise */
	uint16_t refused;     /* since it broke; of a client: paths that broke
				 on that day */
	uint16_t authors;     /* of a client: that failed on failed_day */
	uint16_t worst;	      /* the most on one day, */
	uint16_t worst_day;   /* and when */
	uint8_t kind;	      /* enum store_path_kind */
	bool is_dirty;	      /* to be written */

	/* Found by store_path_settle(). */
	bool is_counted;       /* of a key: its signatures give credit */
	bool is_shared;	       /* the client is a shared sender */
	uint16_t spf_domains;  /* of a client, at most STORE_PATH_SHARED */
	uint16_t orgs;	       /* of a client: those with credit */
	uint16_t credit_first; /* days, as above */
	uint16_t credit_last;
	uint16_t credit_days;
	uint32_t credit; /* messages */
};

/* Fills in what the paths are worth together; moves the pointers. */
void store_path_settle(struct store_path **paths, size_t count, uint16_t day);

/* What is judged: of its client, and of a path of it or all of them. */
struct store_path_figures {
	int64_t spf_domains;
	int64_t passed;
	int64_t failed;
	int64_t authors; /* the most that failed on one of the last days */
	int64_t credit;
	int64_t orgs;
	int64_t wanted_orgs;
	int64_t first_day;
	int64_t last_day;
	int64_t days;
};

/* Why a path has no credit, the first of these that holds. */
enum store_path_lack {
	STORE_PATH_LACKS_NOTHING,
	STORE_PATH_LACKS_CLIENT, /* nothing is known of the client any more */
	STORE_PATH_AHEAD,	 /* noted by a clock that was ahead */
	STORE_PATH_GONE,	 /* not seen for long */
	STORE_PATH_IS_SHARED,
	STORE_PATH_FAILS,
	STORE_PATH_FAILS_MANY,
	STORE_PATH_UNSEEN, /* no signature that also passed direct */
	STORE_PATH_FEW,	   /* organizations */
	STORE_PATH_NEW,	   /* days */
	STORE_PATH_LACKS
};

enum store_path_lack store_path_judge(const struct store_path_figures *figures,
				      int64_t day);

/* Of an author's path through its client; NULL: not known. */
struct store_path_figures store_path_figures_of(const struct store_path *client,
						const struct store_path *path,
						int64_t day);
enum store_path_lack store_path_lack(const struct store_path *client,
				     const struct store_path *path,
				     int64_t day);

/* "shared", for programs; a clause for people. */
const char *store_path_lack_text(enum store_path_lack lack);
const char *store_path_lack_words(enum store_path_lack lack);

#endif
