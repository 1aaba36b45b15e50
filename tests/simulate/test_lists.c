/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_lists.c - no list is taken for a replayer
 *
 * Lists with 500 subscribers here, personal footers, hosts without names in two
 * networks, posts to two lists at once, moderators that take thirteen days, and
 * subscribers who read by way of a forwarder. `test_lists long` takes a month
 * of them.
 */
#include "tests/unit/unit.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/simulate/site.h"

static const struct traffic_form *form = &traffic_lists;
static const struct setting_row installed = {.name = "as installed",
					     .config = ""};

struct seen {
	unsigned messages;
	unsigned held; /* as what a list changed */
	unsigned hit;  /* as replayed */
};

static int remove_entry(const char *path, const struct stat *state, int type,
			struct FTW *where)
{
	(void)state;
	(void)type;
	(void)where;
	return remove(path);
}

/* All of one kind of traffic through one installation. */
static struct seen play(uint64_t seed, const struct traffic_form *played,
			enum actor actor)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct traffic *traffic = traffic_new(mem, seed, played);
	char folder[] = "/tmp/lists.XXXXXX";
	struct seen seen = {0};
	const struct mail *mail;
	struct site *site;
	struct error err;

	assert_non_null(mkdtemp(folder));
	if (!site_open(folder, &installed, traffic_world(traffic), NULL, &site,
		       &err))
		fail_msg("%s", err.words);
	while ((mail = traffic_next(traffic)) != NULL) {
		if (mail->actor != actor)
			continue;
		site_set_time(mail->time_s);
		enum fate fate = site_send(site, mail);
		seen.messages++;
		seen.held += fate == FATE_HELD;
		seen.hit += site_saw_replay();
	}
	site_close(site);
	(void)nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	mem_free(mem);
	return seen;
}

static void lists_are_not_hit(void **state)
{
	struct seen seen = play(1, form, ACTOR_LIST);

	(void)state;
	print_message("lists: %u messages, %u held, %u taken for replays\n",
		      seen.messages, seen.held, seen.hit);
	assert_true(seen.messages > 10000);
	assert_true(seen.held > seen.messages / 10);
	assert_int_equal(seen.hit, 0);
}

static void replays_are(void **state)
{
	struct seen seen = play(1, &traffic_short, ACTOR_REPLAY);

	(void)state;
	print_message("replays: %u messages, %u held, %u known for replays\n",
		      seen.messages, seen.held, seen.hit);
	/* Of each header three, as it comes from everywhere. */
	assert_true(seen.messages >= 60);
	assert_true(seen.held > 0 && seen.held <= seen.messages / 20);
	assert_true(seen.hit >= seen.messages * 9 / 10);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lists_are_not_hit),
	    cmocka_unit_test(replays_are),
	};

	if (argc > 1 && strcmp(argv[1], "long") == 0)
		form = &traffic_lists_long;
	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
