/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_store_paths.c - which paths are known, what they are worth, and the
 * games by which somebody would buy credit
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "lib/app/path_knowledge.h"
#include "lib/store/store_path_read.h"
#include "lib/store/store_paths.h"
#include "tests/unit/store_fixture.h"

#define DAY_S 86400
#define TODAY 20574 /* the day of NOON_S */
#define MEBIBYTE ((size_t)1 << 20)

/* --- what is judged --- */

/* Each figure at its bound, and one step behind it. */
enum figure { GONE, SHARED, FAILS, MANY, UNSEEN, FEW, SHORT, FRESH, FIGURES };

static struct store_path_figures figures_of(unsigned bad)
{
	bool is_bad[FIGURES];

	for (unsigned i = 0; i < FIGURES; i++)
		is_bad[i] = (bad >> i & 1) != 0;
	return (struct store_path_figures){
	    .spf_domains = is_bad[SHARED] ? 3 : 2,
	    .passed = 76,
	    .failed = is_bad[FAILS] ? 26 : 25,
	    .authors = is_bad[MANY] ? 5 : 4,
	    .credit = is_bad[UNSEEN] ? 0 : 1,
	    .orgs = is_bad[FEW] ? 2 : 3,
	    .wanted_orgs = 3,
	    .days = is_bad[SHORT] ? 2 : 3,
	    .first_day = TODAY - (is_bad[FRESH] ? 6 : 7),
	    .last_day = TODAY - (is_bad[GONE] ? 61 : 60),
	};
}

static enum store_path_lack lack_of(unsigned bad)
{
	static const enum store_path_lack lacks[FIGURES] = {
	    [GONE] = STORE_PATH_GONE,	  [SHARED] = STORE_PATH_IS_SHARED,
	    [FAILS] = STORE_PATH_FAILS,	  [MANY] = STORE_PATH_FAILS_MANY,
	    [UNSEEN] = STORE_PATH_UNSEEN, [FEW] = STORE_PATH_FEW,
	    [SHORT] = STORE_PATH_NEW,	  [FRESH] = STORE_PATH_NEW,
	};

	for (unsigned i = 0; i < FIGURES; i++) {
		if ((bad >> i & 1) != 0)
			return lacks[i];
	}
	return STORE_PATH_LACKS_NOTHING;
}

static void test_every_combination_is_judged(void **state)
{
	(void)state;
	for (unsigned bad = 0; bad < 1U << FIGURES; bad++) {
		struct store_path_figures figures = figures_of(bad);
		assert_int_equal(store_path_judge(&figures, TODAY),
				 lack_of(bad));
		figures.last_day = TODAY + 2;
		assert_int_equal(store_path_judge(&figures, TODAY),
				 STORE_PATH_AHEAD);
	}
}

static void test_each_lack_has_words(void **state)
{
	(void)state;
	for (int i = 0; i < STORE_PATH_LACKS; i++) {
		enum store_path_lack lack = (enum store_path_lack)i;
		assert_non_null(store_path_lack_text(lack));
		assert_non_null(store_path_lack_words(lack));
	}
	assert_int_equal(store_path_lack(NULL, NULL, TODAY),
			 STORE_PATH_LACKS_CLIENT);
}

/* --- a table, and mail that comes --- */

struct world {
	struct store_paths paths;
	struct siphash_key key;
	int day;
};

static void world_open(struct world *world)
{
	world->key = siphash_key((const uint8_t *)"0123456789abcdef");
	world->day = TODAY;
	store_paths_init(&world->paths);
	store_paths_clear(&world->paths, &world->key);
	store_paths_loaded(&world->paths);
}

/* As if the file had taken all. */
static void be_written(struct store_paths *paths)
{
	for (size_t i = 0; i < paths->dirty_count; i++)
		paths->places[paths->dirty[i]].is_dirty = false;
	paths->dirty_count = paths->change_count = 0;
}

/* From where what comes. */
struct mail {
	const char *ip;
	const char *name; /* confirmed; NULL: none */
	const char *author;
	const char *spf;      /* passes for that; NULL: for nobody */
	const char *signer;   /* d= of a signature that passed; NULL: none */
	const char *selector; /* NULL: "s" */
	bool is_lost;	      /* the signature does not count: it fails */
	const char *applied;  /* NULL: "none" */
};

static bool is_of(const char *domain, const char *author)
{
	return domain != NULL && strcmp(domain, author) == 0;
}

static struct store_entry entry_of(const struct mail *mail, int day,
				   char dkim[256])
{
	struct store_entry entry = example_entry();
	struct store_tuple *tuple = &entry.tuple;
	bool has_signed = is_of(mail->signer, mail->author) && !mail->is_lost;
	bool has_spf = is_of(mail->spf, mail->author);

	(void)snprintf(dkim, 256,
		       "[{\"domain\":\"%s\",\"selector\":\"%s\",\"result\":"
		       "\"%s\",\"aligned\":%s}]",
		       mail->signer == NULL ? "x.test" : mail->signer,
		       mail->selector == NULL ? "s" : mail->selector,
		       mail->is_lost ? "fail" : "pass",
		       is_of(mail->signer, mail->author) ? "true" : "false");
	entry.time_s = (int64_t)day * DAY_S + 3600;
	tuple->client_ip = mail->ip;
	tuple->client_name = mail->name == NULL ? "" : mail->name;
	tuple->author_domain = mail->author;
	tuple->spf_result = mail->spf == NULL ? "fail" : "pass";
	tuple->spf_domain = mail->spf == NULL ? "" : mail->spf;
	tuple->dkim = mail->signer == NULL ? "[]" : dkim;
	tuple->is_spf_aligned = has_spf;
	tuple->is_dkim_aligned = has_signed;
	tuple->dmarc_result = has_spf || has_signed ? "pass" : "fail";
	tuple->applied = mail->applied == NULL ? "none" : mail->applied;
	return entry;
}

static void send(struct world *world, const struct mail *mail)
{
	char dkim[256];
	struct store_entry entry = entry_of(mail, world->day, dkim);
	struct store_path_marks marks =
	    store_path_read(&entry.tuple, &world->key);

	store_paths_note(&world->paths, &marks, &entry);
	be_written(&world->paths);
}

static const struct store_path *find(struct world *world,
				     const struct mail *mail, bool is_client)
{
	struct store_path_name name = {.kind = STORE_PATH_CLIENT};

	assert_true(store_path_client(
	    mail->ip, mail->name == NULL ? "" : mail->name, &name));
	if (!is_client)
		assert_true(store_path_author(mail->author, &name));
	return store_paths_find(&world->paths,
				store_path_numbers(&name, &world->key).path);
}

/* Of the author's path through the client, or of the client as a forwarder. */
static enum store_path_lack lack(struct world *world, const struct mail *mail,
				 bool is_client)
{
	bool is_loaded;

	store_paths_settle(&world->paths, (int64_t)world->day * DAY_S);
	enum store_path_lack found = store_path_lack(
	    find(world, mail, true), find(world, mail, is_client), world->day);
	if (!is_client)
		assert_int_equal(store_paths_has_credit(
				     &world->paths, mail->ip,
				     mail->name == NULL ? "" : mail->name,
				     mail->author, (int64_t)world->day * DAY_S,
				     &is_loaded),
				 found == STORE_PATH_LACKS_NOTHING);
	return found;
}

static const char *const orgs[] = {"one.test",	"two.test",  "three.test",
				   "four.test", "five.test", "six.test"};

/* Each organization has a server of its own, which sends directly. */
static struct mail direct(size_t org)
{
	static const char *const ips[] = {"198.51.100.1", "203.0.113.1",
					  "192.88.99.1",  "192.0.3.1",
					  "192.0.4.1",	  "192.0.5.1"};

	return (struct mail){.ip = ips[org],
			     .author = orgs[org],
			     .spf = orgs[org],
			     .signer = orgs[org]};
}

/* Somebody else brings it, with the signature it has. */
static struct mail through(size_t org, const char *ip, const char *name,
			   const char *spf)
{
	return (struct mail){.ip = ip,
			     .name = name,
			     .author = orgs[org],
			     .spf = spf,
			     .signer = orgs[org]};
}

static struct mail forwarded(size_t org)
{
	return through(org, "192.0.2.10", "mx.forward.test", "forward.test");
}

/* Some days on which all organizations send directly and by that way. */
static void pass_days(struct world *world, size_t count, int days,
		      struct mail (*by)(size_t org))
{
	for (int i = 0; i < days; i++, world->day++) {
		for (size_t org = 0; org < count; org++) {
			struct mail own = direct(org);
			struct mail other = by(org);
			send(world, &own);
			send(world, &other);
		}
	}
}

static void test_forwarder_has_credit(void **state)
{
	struct world world;
	struct mail mail = forwarded(0);
	struct mail own = direct(0);

	(void)state;
	world_open(&world);
	pass_days(&world, 3, 7, forwarded);
	assert_int_equal(lack(&world, &mail, false), STORE_PATH_LACKS_NOTHING);
	assert_int_equal(lack(&world, &mail, true), STORE_PATH_LACKS_NOTHING);
	/* Who sends his own earns nothing by it: nothing speaks for him but
	 * what speaks for his mail anyway. */
	assert_int_equal(lack(&world, &own, false), STORE_PATH_UNSEEN);
	store_paths_done(&world.paths);
}

static void test_two_organizations_make_no_forwarder(void **state)
{
	struct world world;
	struct mail mail = forwarded(0);

	(void)state;
	world_open(&world);
	pass_days(&world, 2, 7, forwarded);
	assert_int_equal(lack(&world, &mail, false), STORE_PATH_LACKS_NOTHING);
	assert_int_equal(lack(&world, &mail, true), STORE_PATH_FEW);
	store_paths_done(&world.paths);
}

/* --- games --- */

static struct mail rented(size_t org)
{
	return through(org, "192.0.2.99", "vps.rented.test", NULL);
}

/* Newsletters come from those who send for everybody: what was signed there
 * and is sent once more from a rented host bears no witness. */
static void test_newsletters_buy_nothing(void **state)
{
	static const char provider[] = "198.18.0.1";
	struct world world;
	char domain[32];

	(void)state;
	world_open(&world);
	for (int day = 0; day < 10; day++, world.day++) {
		for (int i = 0; i < 25; i++) {
			(void)snprintf(domain, sizeof domain, "news%d.test", i);
			send(&world, &(const struct mail){.ip = provider,
							  .author = domain,
							  .spf = domain,
							  .signer = domain});
			send(&world,
			     &(const struct mail){.ip = "192.0.2.99",
						  .name = "vps.rented.test",
						  .author = domain,
						  .signer = domain});
		}
	}
	struct mail mail = {.ip = "192.0.2.99",
			    .name = "vps.rented.test",
			    .author = "news7.test"};
	assert_int_equal(lack(&world, &mail, false), STORE_PATH_UNSEEN);
	assert_int_equal(lack(&world, &mail, true), STORE_PATH_UNSEEN);
	store_paths_done(&world.paths);
}

/* A host beside the forwarder, both without a confirmed name. */
static struct mail unnamed(size_t org)
{
	return through(org, "192.0.2.10", NULL, "forward.test");
}

static void test_neighbour_spoils_it(void **state)
{
	struct world world;
	struct mail mail = unnamed(0);

	(void)state;
	world_open(&world);
	pass_days(&world, 3, 8, unnamed);
	assert_int_equal(lack(&world, &mail, true), STORE_PATH_LACKS_NOTHING);
	for (size_t i = 0; i < 4; i++) {
		send(&world, &(const struct mail){.ip = "192.0.2.66",
						  .author = orgs[i]});
		assert_int_equal(lack(&world, &mail, true),
				 STORE_PATH_LACKS_NOTHING);
	}
	send(&world,
	     &(const struct mail){.ip = "192.0.2.66", .author = orgs[4]});
	assert_int_equal(lack(&world, &mail, true), STORE_PATH_FAILS_MANY);
	assert_int_equal(lack(&world, &mail, false), STORE_PATH_FAILS_MANY);
	store_paths_done(&world.paths);
}

/* With a name of his own he is another client. */
static void test_named_neighbour_is_another(void **state)
{
	struct world world;
	struct mail mail = forwarded(0);
	struct mail his = rented(0);

	(void)state;
	world_open(&world);
	pass_days(&world, 3, 8, forwarded);
	send(&world, &his);
	assert_int_equal(lack(&world, &his, false), STORE_PATH_NEW);
	assert_int_equal(lack(&world, &mail, false), STORE_PATH_LACKS_NOTHING);
	store_paths_done(&world.paths);
}

static void test_shared_sender_has_none(void **state)
{
	struct world world;
	struct mail mail = forwarded(0);

	(void)state;
	world_open(&world);
	pass_days(&world, 3, 8, forwarded);
	struct mail customer = {.ip = "192.0.2.11",
				.name = "b.forward.test",
				.author = "own1.test",
				.spf = "own1.test"};
	send(&world, &customer);
	assert_int_equal(lack(&world, &mail, true), STORE_PATH_LACKS_NOTHING);
	customer.author = customer.spf = "own2.test";
	send(&world, &customer);
	assert_int_equal(lack(&world, &mail, true), STORE_PATH_IS_SHARED);
	/* What was signed there bears no witness either. */
	store_paths_done(&world.paths);
}

/* Genuine messages sent once more do buy credit, with a week of patience: it
 * proposes only, and it is gone with the fifth author that fails. */
static void test_replay_and_warm_up(void **state)
{
	struct world world;
	struct mail mail = rented(0);

	(void)state;
	world_open(&world);
	for (int day = 0; day < 7; day++) {
		pass_days(&world, 3, 1, rented);
		world.day--;
		assert_int_equal(lack(&world, &mail, true), STORE_PATH_NEW);
		world.day++;
	}
	assert_int_equal(lack(&world, &mail, true), STORE_PATH_LACKS_NOTHING);
	for (size_t i = 0; i < 5; i++)
		send(&world, &(const struct mail){.ip = "192.0.2.99",
						  .name = "vps.rented.test",
						  .author = orgs[i]});
	assert_int_equal(lack(&world, &mail, true), STORE_PATH_FAILS_MANY);
	/* The day after does not make it good. */
	world.day += 20;
	send(&world, &mail);
	assert_int_equal(lack(&world, &mail, true), STORE_PATH_FAILS_MANY);
	store_paths_done(&world.paths);
}

/* Two days are too few, however long ago the first was. */
static void test_days_are_counted(void **state)
{
	struct world world;
	struct mail mail = forwarded(0);

	(void)state;
	world_open(&world);
	pass_days(&world, 3, 1, forwarded);
	world.day += 10;
	pass_days(&world, 3, 1, forwarded);
	assert_int_equal(lack(&world, &mail, false), STORE_PATH_NEW);
	pass_days(&world, 3, 1, forwarded);
	assert_int_equal(lack(&world, &mail, false), STORE_PATH_LACKS_NOTHING);
	store_paths_done(&world.paths);
}

/* One author that fails often: a quarter of all. */
static void test_a_quarter_fails(void **state)
{
	struct world world;
	struct mail mail = forwarded(0);
	struct mail spoof = {
	    .ip = "192.0.2.10", .name = "mx.forward.test", .author = orgs[0]};

	(void)state;
	world_open(&world);
	pass_days(&world, 3, 8, forwarded);
	for (int i = 0; i < 7; i++) /* beside 24 that passed */
		send(&world, &spoof);
	assert_int_equal(lack(&world, &mail, false), STORE_PATH_LACKS_NOTHING);
	send(&world, &spoof);
	assert_int_equal(lack(&world, &mail, false), STORE_PATH_FAILS);
	store_paths_done(&world.paths);
}

/* The direct sender must be in another network, under another name. */
static struct mail nearby(size_t org)
{
	static const char *const ips[] = {"198.51.100.9", "203.0.113.9",
					  "192.88.99.9"};

	return through(org, ips[org], "vps.rented.test", NULL);
}

static void test_witness_is_in_another_network(void **state)
{
	struct world world;
	struct mail mail = nearby(0);

	(void)state;
	world_open(&world);
	/* Each in the network of the organization that it repeats. */
	for (int day = 0; day < 8; day++, world.day++) {
		struct mail own = direct(0);
		send(&world, &own);
		send(&world, &mail);
	}
	assert_int_equal(lack(&world, &mail, false), STORE_PATH_UNSEEN);
	store_paths_done(&world.paths);
}

static void test_clock_that_was_ahead(void **state)
{
	struct world world;
	struct mail mail = forwarded(0);

	(void)state;
	world_open(&world);
	pass_days(&world, 3, 8, forwarded);
	world.day -= 30;
	assert_int_equal(lack(&world, &mail, false), STORE_PATH_AHEAD);
	pass_days(&world, 3, 1, forwarded);
	world.day--;
	assert_int_equal(lack(&world, &mail, false), STORE_PATH_NEW);
	world.day += 7;
	assert_int_equal(lack(&world, &mail, false), STORE_PATH_LACKS_NOTHING);
	world.day += 60;
	assert_int_equal(lack(&world, &mail, false), STORE_PATH_GONE);
	store_paths_done(&world.paths);
}

/* An old past does not cover a new present. */
static void test_counts_are_halved(void **state)
{
	struct world world;
	struct mail mail = forwarded(0);

	(void)state;
	world_open(&world);
	for (int i = 0; i < 16; i++)
		send(&world, &mail);
	world.day += 29;
	send(&world, &mail);
	assert_int_equal(find(&world, &mail, false)->dkim, 17);
	world.day += 1;
	send(&world, &mail);
	assert_int_equal(find(&world, &mail, false)->dkim, 9);
	store_paths_done(&world.paths);
}

/* --- what is no path --- */

static void test_strangers_make_none(void **state)
{
	struct world world;
	char long_name[160];

	(void)state;
	world_open(&world);
	(void)snprintf(long_name, sizeof long_name, "%0100d.test", 1);
	const struct mail mails[] = {
	    {.ip = "192.0.2.1", .author = "spoofed.test"}, /* only failed */
	    {.ip = "unknown", .author = "a.test", .spf = "a.test"},
	    {.ip = "", .author = "a.test", .spf = "a.test"},
	    {.ip = "192.0.2.1", .author = ""},
	};
	for (size_t i = 0; i < sizeof mails / sizeof mails[0]; i++)
		send(&world, &mails[i]);
	assert_int_equal(world.paths.count, 0);
	send(&world, &(const struct mail){.ip = "192.0.2.1",
					  .author = long_name,
					  .spf = long_name});
	assert_int_equal(world.paths.count, 0);
	store_paths_done(&world.paths);
}

static void test_nothing_is_known_before_it_is_read(void **state)
{
	struct world world;
	struct mail mail = forwarded(0);
	bool is_loaded = true;

	(void)state;
	world_open(&world);
	store_paths_clear(&world.paths, &world.key);
	send(&world, &mail);
	assert_int_equal(world.paths.count, 0);
	assert_false(store_paths_has_credit(&world.paths, mail.ip, mail.name,
					    mail.author, NOON_S, &is_loaded));
	assert_false(is_loaded);
	store_paths_done(&world.paths);
}

/* --- bounds --- */

/* One client with made-up domains, and one domain from everywhere: a share. */
static void test_nobody_has_more_than_a_share(void **state)
{
	struct world world;
	char text[32];

	(void)state;
	world_open(&world);
	for (int i = 0; i < 3 * STORE_PATHS_SHARE; i++) {
		(void)snprintf(text, sizeof text, "d%d.test", i);
		send(&world, &(const struct mail){.ip = "192.0.2.1",
						  .author = text,
						  .spf = text});
	}
	assert_true(world.paths.count <= STORE_PATHS_SHARE);
	for (int i = 0; i < 3 * STORE_PATHS_SHARE; i++) {
		(void)snprintf(text, sizeof text, "10.%d.%d.1", i >> 8 & 255,
			       i & 255);
		send(&world, &(const struct mail){.ip = text,
						  .author = "a.test",
						  .spf = "a.test"});
	}
	/* A client's own path has no organization but its own. */
	assert_true(world.paths.count <= 3 * STORE_PATHS_SHARE);
	store_paths_done(&world.paths);
}

/* From many networks with many domains, on one day: what stood two days
 * stays, whatever comes. */
static void test_a_flood_drives_out_no_old_path(void **state)
{
	struct world world;
	struct mail mail = forwarded(0);
	char ip[32];
	char domain[32];

	(void)state;
	world_open(&world);
	pass_days(&world, 3, 7, forwarded);
	size_t before = world.paths.count;
	for (int i = 0; i < 120000; i++) {
		(void)snprintf(ip, sizeof ip, "%d.%d.%d.1", 11 + (i >> 16),
			       i >> 8 & 255, i & 255);
		(void)snprintf(domain, sizeof domain, "flood%d.test", i / 3);
		send(&world, &(const struct mail){
				 .ip = ip, .author = domain, .spf = domain});
	}
	assert_true(world.paths.count > 150000);
	assert_true(world.paths.count <=
		    (size_t)STORE_PATHS_BUCKETS * STORE_PATHS_PLACES);
	assert_true(before > 10);
	assert_int_equal(lack(&world, &mail, true), STORE_PATH_LACKS_NOTHING);
	store_paths_done(&world.paths);
}

static void test_memory_is_bounded(void **state)
{
	size_t places = (size_t)STORE_PATHS_BUCKETS * STORE_PATHS_PLACES;
	size_t bytes =
	    places * (sizeof(struct store_path) + sizeof(struct store_path *)) +
	    STORE_PATHS_CHANGES * sizeof(struct store_paths_change) +
	    STORE_PATHS_DIRTY * sizeof(uint32_t) +
	    2 * STORE_PATHS_SLOTS * sizeof(uint16_t);

	(void)state;
	assert_true(places >= 200000);
	assert_true(bytes <= 32 * MEBIBYTE);
}

/* --- alarms --- */

static bool take(struct world *world, struct store_path_alarm *alarm)
{
	return store_paths_take_alarm(&world->paths, alarm);
}

static struct mail broken(size_t org)
{
	return (struct mail){.ip = "192.0.2.10",
			     .name = "mx.forward.test",
			     .author = orgs[org],
			     .spf = "forward.test",
			     .signer = orgs[org],
			     .is_lost = true,
			     .applied = "reject"};
}

static void test_first_refusal_is_told_once(void **state)
{
	struct world world;
	struct mail mail = forwarded(0);
	struct mail refused = broken(0);
	struct store_path_alarm alarm;

	(void)state;
	world_open(&world);
	send(&world, &mail);
	send(&world, &refused); /* of one day: no past */
	assert_false(take(&world, &alarm));
	pass_days(&world, 3, 35, forwarded);
	send(&world, &refused);
	assert_true(take(&world, &alarm));
	assert_string_equal(alarm.name.client, "forward.test");
	assert_string_equal(alarm.name.subject, orgs[0]);
	assert_int_equal(alarm.days, 35);
	assert_string_equal(alarm.reference, "");
	send(&world, &refused);
	send(&world, &refused);
	assert_false(take(&world, &alarm));
	assert_int_equal(find(&world, &refused, false)->refused, 3);
	assert_int_equal(store_paths_broken(&world.paths), 1);
	/* What passes again and fails again is no news within a month. */
	send(&world, &mail);
	assert_int_equal(find(&world, &refused, false)->broken_s, 0);
	send(&world, &refused);
	assert_false(take(&world, &alarm));
	send(&world, &mail);
	world.day += 31;
	send(&world, &refused);
	assert_true(take(&world, &alarm));
	store_paths_done(&world.paths);
}

static void test_what_is_let_in_is_no_alarm(void **state)
{
	struct world world;
	struct mail failed = broken(0);
	struct store_path_alarm alarm;

	(void)state;
	world_open(&world);
	pass_days(&world, 3, 3, forwarded);
	failed.applied = "none";
	send(&world, &failed);
	assert_false(take(&world, &alarm));
	failed.applied = "quarantine";
	send(&world, &failed);
	assert_true(take(&world, &alarm));
	store_paths_done(&world.paths);
}

/* Spoofs by the same host, once a month, keep an alarm back for a week only. */
static void test_spoofs_silence_nothing(void **state)
{
	struct world world;
	struct mail refused = broken(0);
	struct store_path_alarm alarm;

	(void)state;
	world_open(&world);
	pass_days(&world, 3, 10, forwarded);
	send(&world, &refused);
	assert_true(take(&world, &alarm));
	for (int month = 0; month < 3; month++) {
		pass_days(&world, 3, 29, forwarded);
		send(&world, &refused);
		assert_false(take(&world, &alarm));
	}
	/* Now it does break. */
	for (int day = 1; day < 7; day++) {
		world.day++;
		send(&world, &refused);
		assert_int_equal(take(&world, &alarm), day == 6);
	}
	store_paths_done(&world.paths);
}

/* That nothing passed for a week says nothing of who passes once a month. */
static void test_who_comes_seldom_has_not_ceased(void **state)
{
	struct world world;
	struct mail refused = broken(0);
	struct store_path_alarm alarm;

	(void)state;
	world_open(&world);
	for (int i = 0; i < 4; i++, world.day += 19)
		pass_days(&world, 3, 1, forwarded);
	world.day -= 19;
	send(&world, &refused);
	assert_true(take(&world, &alarm));
	pass_days(&world, 3, 1, forwarded);
	world.day += 10;
	send(&world, &refused);
	assert_false(take(&world, &alarm));
	store_paths_done(&world.paths);
}

/* --- who is no stranger --- */

static unsigned days_of(struct world *world, const char *author)
{
	bool is_loaded;
	unsigned days = store_paths_author_days(
	    &world->paths, author, (int64_t)world->day * DAY_S, &is_loaded);

	assert_true(is_loaded);
	return days;
}

/* Mail that was kept from people makes nobody known to them. */
static void test_what_is_refused_earns_no_days(void **state)
{
	static const char *const applied[] = {"reject", "quarantine", "tag",
					      "tempfail"};
	struct world world;
	struct mail mail = direct(0);

	(void)state;
	world_open(&world);
	for (size_t i = 0; i < 8; i++, world.day++) {
		mail.applied = applied[i % 4];
		send(&world, &mail);
	}
	assert_int_equal(days_of(&world, orgs[0]), 0);
	mail.applied = "none";
	send(&world, &mail);
	assert_int_equal(days_of(&world, orgs[0]), 0); /* today */
	world.day++;
	assert_int_equal(days_of(&world, orgs[0]), 1);
	store_paths_done(&world.paths);
}

/* Full of paths that keep their places, and of waiting changes: an
 * organization finds a place all the same, and keeps it. */
static void test_a_flood_keeps_no_organization_out(void **state)
{
	struct world world;
	struct mail mail = direct(0);
	struct store_path_name name = {.kind = STORE_PATH_ORG};

	(void)state;
	world_open(&world);
	assert_true(store_path_org(orgs[0], &name));
	uint64_t number = store_path_numbers(&name, &world.key).path;
	for (uint64_t i = 1; i <= STORE_PATHS_PLACES; i++)
		assert_true(store_paths_load(
		    &world.paths, &(const struct store_path){
				      .number = number % STORE_PATHS_BUCKETS +
						i * STORE_PATHS_BUCKETS,
				      .network = i,
				      .org = i,
				      .days = 40,
				      .last_day = TODAY,
				      .kind = STORE_PATH_AUTHOR}));
	world.paths.change_count = STORE_PATHS_CHANGES - 16;
	send(&world, &mail);
	world.day++;
	assert_int_equal(days_of(&world, orgs[0]), 1);
	assert_null(find(&world, &mail, false));
	store_paths_done(&world.paths);
}

/* A forwarder that begins to modify breaks all its paths at once. */
static void test_of_one_client_some_are_told(void **state)
{
	struct world world;
	struct store_path_alarm alarm;
	int told = 0;

	(void)state;
	world_open(&world);
	pass_days(&world, 6, 3, forwarded);
	for (size_t i = 0; i < 6; i++) {
		struct mail refused = broken(i);
		send(&world, &refused);
	}
	while (take(&world, &alarm))
		told++;
	assert_int_equal(told, STORE_PATHS_TOLD);
	assert_int_equal(store_paths_broken(&world.paths), 6);
	store_paths_done(&world.paths);
}

/* --- the file --- */

static struct store *open_at(const char *path, const struct clock *clock)
{
	struct store_settings settings = {
	    .sqlite = path,
	    .keep_incidents_ms = (int64_t)3650 * DAY_S * 1000,
	    .keep_results_ms = (int64_t)3650 * DAY_S * 1000,
	};
	struct store *store;
	struct error err;

	if (!store_open(&settings, "mx.example", clock, &store, &err))
		fail_msg("%s", err.words);
	return store;
}

static void record(struct store *store, const struct mail *mail, int day,
		   const char *reference)
{
	char dkim[256];
	struct store_entry entry = entry_of(mail, day, dkim);

	if (reference != NULL) {
		entry.has_incident = true;
		entry.incident = example_incident(reference).incident;
		entry.incident.time_s = entry.time_s;
	}
	assert_int_equal(store_record(store, &entry, 20000), STORE_COMMITTED);
}

/* A day of mail, in a run of its own. */
static void run_day(const struct place *place, int day, const struct mail *last,
		    const char *reference)
{
	struct clock clock = clock_fixed((int64_t)day * DAY_S + 7200);
	struct store *store = open_at(place->path, &clock);

	for (size_t org = 0; org < 3; org++) {
		struct mail own = direct(org);
		struct mail other = forwarded(org);
		record(store, &own, day, NULL);
		record(store, &other, day, NULL);
	}
	if (last != NULL)
		record(store, last, day, reference);
	store_close(store);
}

static struct store_path_list read_list(TALLOC_CTX *mem,
					const struct place *place, int day)
{
	struct store_path_list list;
	struct error err;

	if (!store_path_list_read(mem, open_reader(mem, place->path),
				  (int64_t)day * DAY_S, &list, &err))
		fail_msg("%s", err.words);
	return list;
}

static bool note_broken(void *context, const struct store_path_broken *path)
{
	struct store_path_broken *found = context;

	*found = *path;
	assert_string_equal(path->client, "forward.test");
	assert_string_equal(path->author, orgs[1]);
	assert_string_equal(path->reference, "K7QX-2M4D");
	return true;
}

static void test_the_file_remembers(void **state)
{
	struct place place = place_make();
	TALLOC_CTX *mem = mem_context(NULL);
	struct mail refused = broken(1);
	struct mail mail = forwarded(0);
	struct store_path_broken found = {.refused = 0};
	struct error err;

	(void)state;
	for (int i = 0; i < 8; i++)
		run_day(&place, TODAY + i, i == 7 ? &refused : NULL,
			"K7QX-2M4D");
	struct store_path_list list = read_list(mem, &place, TODAY + 7);
	const struct store_path_known *known =
	    store_path_list_find(&list, mail.ip, mail.name, mail.author);
	assert_non_null(known);
	assert_int_equal(known->lack, STORE_PATH_LACKS_NOTHING);
	assert_int_equal(known->path.dkim, 8);
	assert_int_equal(known->path.credit, 8);
	assert_int_equal(known->path.days, 8);
	known = store_path_list_client(&list, mail.ip, mail.name);
	assert_non_null(known);
	assert_int_equal(known->path.orgs, 3);
	assert_null(store_path_list_find(&list, mail.ip, "", mail.author));
	assert_true(store_paths_broken_since(open_reader(mem, place.path), 0,
					     note_broken, &found, &err));
	assert_int_equal(found.refused, 1);
	assert_int_equal(found.days, 8);
	mem_free(mem);
	place_remove(&place);
}

/* What the evaluation asks (path_knowledge.h): at once, from memory. */
static void test_a_store_answers_for_the_evaluation(void **state)
{
	struct place place = place_make();
	struct clock clock = clock_fixed((int64_t)(TODAY + 8) * DAY_S);
	struct verdict verdict = {
	    .time_s = (int64_t)(TODAY + 8) * DAY_S,
	    .client = {.address = {.family = NET_IPV4,
				   .bytes = {192, 0, 2, 10}}},
	    .author = {.domain = "news.one.test"},
	    .evidence = {.iprev = {.name = "mx.forward.test"}},
	};
	bool is_loaded;

	(void)state;
	for (int i = 0; i < 8; i++)
		run_day(&place, TODAY + i, NULL, NULL);
	struct store *store = open_at(place.path, &clock);
	struct path_source paths = path_knowledge(store);
	assert_true(paths.is_known(paths.context, &verdict));
	verdict.author.domain = "four.test";
	assert_false(paths.is_known(paths.context, &verdict));
	verdict.author.domain = NULL;
	assert_false(paths.is_known(paths.context, &verdict));
	verdict.author.domain = "one.test";
	verdict.evidence.iprev.name = NULL;
	assert_false(paths.is_known(paths.context, &verdict));
	assert_int_equal(
	    store_author_days(store, "a.one.test", verdict.time_s, &is_loaded),
	    8);
	assert_int_equal(store_author_days(store, "one.test",
					   verdict.time_s - DAY_S, &is_loaded),
			 7);
	assert_int_equal(
	    store_author_days(store, "four.test", verdict.time_s, &is_loaded),
	    0);
	assert_int_equal(
	    store_author_days(store, "", verdict.time_s, &is_loaded), 0);
	assert_true(is_loaded);
	store_close(store);
	assert_null(path_knowledge(NULL).is_known);
	place_remove(&place);
}

/* What was erased comes back with new mail alone, and begins anew. */
static void test_erased_rows_stay_away(void **state)
{
	struct place place = place_make();
	TALLOC_CTX *mem = mem_context(NULL);
	struct clock clock = clock_fixed((int64_t)TODAY * DAY_S + 7200);
	struct mail mail = forwarded(0);
	struct store_db *db;
	struct error err;

	(void)state;
	run_day(&place, TODAY - 1, NULL, NULL);
	struct store *store = open_at(place.path, &clock);
	record(store, &mail, TODAY, NULL);
	assert_true(store_db_open(place.path, STORE_DB_WRITE, &db, &err));
	if (!store_db_run(db,
			  "DELETE FROM path WHERE subject LIKE "
			  "'%one.test'",
			  &err))
		fail_msg("%s", err.words);
	store_db_close(db);
	store_close(store); /* writes what it counted */
	struct store_path_list list = read_list(mem, &place, TODAY);
	assert_null(
	    store_path_list_find(&list, mail.ip, mail.name, mail.author));
	mail = forwarded(1);
	assert_non_null(
	    store_path_list_find(&list, mail.ip, mail.name, mail.author));
	mem_free(mem);
	place_remove(&place);
}

/* As many as there are places, with names as they usually are. */
static const char many_sql[] =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
    "i < 200000) INSERT INTO path (number, kind, client, network, subject, "
    "spf, dkim, failed, first_day, last_day, days, since_day) SELECT "
    "i * 46116860184273 - 4611686018427387904, i % 3, 'client' || (i / 4) || "
    "'.example', '192.0.2.0/24', 'sel2026._domainkey.author' || i || "
    "'.example', 100, 100, 1, 20500, 20570, 40, 20560 FROM n";

static void test_the_file_at_its_bound(void **state)
{
	struct place place = place_make();
	struct clock clock = clock_fixed(NOON_S);
	TALLOC_CTX *mem = mem_context(NULL);
	struct mail mail = direct(0);
	struct store_db *db;
	struct error err;
	int64_t before;
	int64_t after;

	(void)state;
	store_close(open_at(place.path, &clock));
	assert_true(store_db_open(place.path, STORE_DB_WRITE, &db, &err));
	assert_true(store_db_number(db, "PRAGMA page_count", &before, &err));
	if (!store_db_run(db, many_sql, &err))
		fail_msg("%s", err.words);
	assert_true(store_db_number(db, "PRAGMA page_count", &after, &err));
	store_db_close(db);
	assert_true((size_t)(after - before) * 4096 <= 32 * MEBIBYTE);
	/* The first answer does not wait for them: no row of them is loaded
	 * when it is given, for their numbers are none of the file's key. */
	struct store *store = open_at(place.path, &clock);
	record(store, &mail, TODAY, NULL);
	store_close(store);
	struct store_path_list list = read_list(mem, &place, TODAY);
	assert_true(list.count >= 190000);
	mem_free(mem);
	place_remove(&place);
}

/* --- */

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_combination_is_judged),
	    cmocka_unit_test(test_each_lack_has_words),
	    cmocka_unit_test(test_forwarder_has_credit),
	    cmocka_unit_test(test_two_organizations_make_no_forwarder),
	    cmocka_unit_test(test_newsletters_buy_nothing),
	    cmocka_unit_test(test_neighbour_spoils_it),
	    cmocka_unit_test(test_named_neighbour_is_another),
	    cmocka_unit_test(test_shared_sender_has_none),
	    cmocka_unit_test(test_replay_and_warm_up),
	    cmocka_unit_test(test_days_are_counted),
	    cmocka_unit_test(test_a_quarter_fails),
	    cmocka_unit_test(test_witness_is_in_another_network),
	    cmocka_unit_test(test_clock_that_was_ahead),
	    cmocka_unit_test(test_counts_are_halved),
	    cmocka_unit_test(test_strangers_make_none),
	    cmocka_unit_test(test_nothing_is_known_before_it_is_read),
	    cmocka_unit_test(test_nobody_has_more_than_a_share),
	    cmocka_unit_test(test_a_flood_drives_out_no_old_path),
	    cmocka_unit_test(test_memory_is_bounded),
	    cmocka_unit_test(test_first_refusal_is_told_once),
	    cmocka_unit_test(test_what_is_let_in_is_no_alarm),
	    cmocka_unit_test(test_spoofs_silence_nothing),
	    cmocka_unit_test(test_who_comes_seldom_has_not_ceased),
	    cmocka_unit_test(test_what_is_refused_earns_no_days),
	    cmocka_unit_test(test_a_flood_keeps_no_organization_out),
	    cmocka_unit_test(test_of_one_client_some_are_told),
	    cmocka_unit_test(test_the_file_remembers),
	    cmocka_unit_test(test_a_store_answers_for_the_evaluation),
	    cmocka_unit_test(test_erased_rows_stay_away),
	    cmocka_unit_test(test_the_file_at_its_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
