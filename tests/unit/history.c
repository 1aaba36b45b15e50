/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * history.c - random histories of a few hosts' stores, and a fleet that adds up
 */
#include "tests/unit/unit.h"

#include "tests/unit/history.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/store/store_db.h"
#include "lib/store/store_query.h"
#include "lib/store/store_writer.h"
#include "tests/unit/store_fixture.h"

#define HOSTS 3
#define STEPS 40
#define HOUR_S 3600
#define NAME_ROOM 160

const char *history_domain(unsigned at)
{
	static const char *const domains[HISTORY_DOMAINS] = {
	    "a.test", "b.test", "c.test", "d.test", "e.test", "f.test"};

	return domains[at];
}

/* --- what was committed, by name of segment --- */

struct message {
	unsigned number;
	unsigned domain;
	bool is_incident;
	bool is_counted;
};

struct line {
	uint8_t ident[STORE_SEGMENT_IDENT];
	struct message *messages;
	size_t count;
};

/* A file as it was at a moment: the database and its log. */
struct image {
	char *bytes[2];
	size_t lengths[2];
};

struct set_clock {
	struct clock base;
	int64_t now_s;
	int64_t monotonic_ms;
};

struct host {
	unsigned number;
	char path[NAME_ROOM];
	bool is_there;
	bool is_running;
	struct set_clock clock;
	struct store_settings settings;
	struct store_passed passed;
	struct store_paths paths;
	struct store_budget *budget;
	struct store_writer writer;
	struct image backup;
};

struct history {
	struct dice dice;
	unsigned number;
	const struct history_fleet *fleet;
	char folder[64];
	struct image empty; /* a store without rows */
	struct host hosts[HOSTS];
	struct line *lines;
	size_t line_count;
	unsigned messages; /* the number of the last one */
	unsigned acts;
	bool is_alone; /* the only one that is run: its steps are told */
};

static struct line *find_line(struct history *history, const uint8_t *ident)
{
	for (size_t i = 0; i < history->line_count; i++) {
		if (memcmp(history->lines[i].ident, ident,
			   STORE_SEGMENT_IDENT) == 0)
			return &history->lines[i];
	}
	history->lines = heap_resized(history->lines, sizeof history->lines[0],
				      history->line_count + 1);
	struct line *made = &history->lines[history->line_count++];
	*made = (struct line){.count = 0};
	memcpy(made->ident, ident, STORE_SEGMENT_IDENT);
	return made;
}

/* The message is number `at` of that segment in some file. */
static void place_message(struct line *line, size_t at, struct message message)
{
	if (at < line->count)
		fail_msg("two histories under one name: message %u and %u are "
			 "both number %zu",
			 line->messages[at].number, message.number, at);
	assert_int_equal(at, line->count);
	line->messages = heap_resized(line->messages, sizeof line->messages[0],
				      line->count + 1);
	line->messages[line->count++] = message;
}

/* --- files --- */

static const char *const ends[] = {"", "-wal"};

static void forget_image(struct image *image)
{
	for (size_t i = 0; i < 2; i++)
		heap_free(image->bytes[i]);
	*image = (struct image){.lengths = {0, 0}};
}

static struct image take_image(const char *path)
{
	struct image image = {.lengths = {0, 0}};
	char name[NAME_ROOM + 8];

	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(name, sizeof name, "%s%s", path, ends[i]);
		FILE *file = fopen(name, "rb");
		if (file == NULL)
			continue;
		assert_int_equal(fseek(file, 0, SEEK_END), 0);
		image.lengths[i] = (size_t)ftell(file);
		rewind(file);
		image.bytes[i] = heap_block(image.lengths[i] + 1);
		assert_int_equal(
		    fread(image.bytes[i], 1, image.lengths[i], file),
		    image.lengths[i]);
		(void)fclose(file);
	}
	return image;
}

static void put_image(const struct image *image, const char *path)
{
	char name[NAME_ROOM + 8];

	(void)snprintf(name, sizeof name, "%s-shm", path);
	(void)unlink(name);
	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(name, sizeof name, "%s%s", path, ends[i]);
		(void)unlink(name);
		if (image->bytes[i] == NULL)
			continue;
		FILE *file = fopen(name, "wb");
		assert_non_null(file);
		assert_int_equal(
		    fwrite(image->bytes[i], 1, image->lengths[i], file),
		    image->lengths[i]);
		assert_int_equal(fclose(file), 0);
	}
}

static struct store_db *open_db(const struct host *host)
{
	struct store_db *db;
	struct error err = {.words = ""};

	if (!store_db_open(host->path, STORE_DB_WRITE, &db, &err))
		fail_msg("%s", err.words);
	return db;
}

/* --- a host --- */

static int64_t set_now_s(const struct clock *clock)
{
	return ((const struct set_clock *)clock)->now_s;
}

static int64_t set_monotonic_ms(const struct clock *clock)
{
	return ((const struct set_clock *)clock)->monotonic_ms;
}

static void open_writer(struct host *host, struct store_writer *writer)
{
	struct error err = {.words = ""};

	store_writer_init(writer, &host->settings, &host->passed, &host->paths,
			  host->budget, &host->clock.base);
	if (!store_writer_open(writer, &err))
		fail_msg("%s", err.words);
}

static void start(struct host *host)
{
	if (host->is_running)
		return;
	store_passed_init(&host->passed);
	store_paths_init(&host->paths);
	host->budget = store_budget_new(0, &host->passed, random_system());
	open_writer(host, &host->writer);
	host->is_running = true;
}

static void drop(struct host *host)
{
	if (!host->is_running)
		return;
	store_writer_done(&host->writer);
	store_budget_free(host->budget);
	store_paths_done(&host->paths);
	store_passed_done(&host->passed);
	host->is_running = false;
}

static void stop(struct host *host)
{
	struct error err = {.words = ""};

	if (host->is_running && !store_writer_finish(&host->writer, &err))
		fail_msg("%s", err.words);
	drop(host);
}

static void run_due(struct host *host)
{
	struct error err = {.words = ""};

	if (!host->is_running)
		return;
	for (int i = 0; i < 50 && store_writer_upkeep_in_ms(&host->writer) == 0;
	     i++) {
		if (!store_writer_upkeep(&host->writer, &err))
			fail_msg("%s", err.words);
	}
}

static void begin_host(struct history *history, struct host *host,
		       const struct image *image)
{
	*host = (struct host){
	    .number = (unsigned)(host - history->hosts),
	    .is_there = true,
	    .clock = {.base = {set_now_s, set_monotonic_ms, 0},
		      .now_s = history->fleet->base_s},
	    .settings = {.keep_incidents_ms = (int64_t)3650 * 86400000,
			 .keep_results_ms = (int64_t)3650 * 86400000,
			 .postgresql = "host=pg.test"},
	};
	(void)snprintf(host->path, sizeof host->path, "%s/%u.db",
		       history->folder, host->number);
	host->settings.sqlite = host->path;
	put_image(image, host->path);
}

/* --- counting --- */

static struct store_item *make_item(struct history *history,
				    const struct host *host,
				    struct message *message)
{
	struct store_entry entry = example_entry();
	char reference[32];

	*message = (struct message){
	    .number = ++history->messages,
	    .domain = dice_below(&history->dice, HISTORY_DOMAINS),
	    .is_incident = dice_below(&history->dice, 3) == 0,
	};
	message->is_counted =
	    !message->is_incident && dice_below(&history->dice, 4) == 0;
	(void)snprintf(reference, sizeof reference, "M%u", message->number);
	if (message->is_incident)
		entry = example_incident(reference);
	/* Some are told a moment late. */
	entry.time_s =
	    host->clock.now_s - (dice_below(&history->dice, 8) == 0 ? 20 : 0);
	if (entry.time_s < 0)
		entry.time_s = 0;
	entry.incident.time_s = entry.time_s;
	entry.tuple.author_domain = history_domain(message->domain);
	entry.is_counted = message->is_counted;
	entry.place.hour_s = entry.time_s - entry.time_s % HOUR_S;
	(void)snprintf(entry.place.reference, sizeof entry.place.reference,
		       "C%u", dice_below(&history->dice, 2));
	return store_item_new(&entry, "mx");
}

/* Where the message came to stand, by what is in the file. */
static void note_committed(struct history *history, struct store_db *db,
			   int64_t segment_id, const struct message *messages,
			   size_t count)
{
	struct store_statement *row;
	struct error err = {.words = ""};
	struct span ident;

	assert_true(store_query_open(
	    db,
	    "SELECT ident, sum(count) FROM segment JOIN result USING "
	    "(segment_id) WHERE segment_id = ?",
	    STORE_VALUES(store_number(segment_id)), &row, &err));
	assert_true(store_db_next(row, &err));
	ident = store_db_column_bytes(row, 0, STORE_SEGMENT_IDENT);
	assert_int_equal(ident.length, STORE_SEGMENT_IDENT);
	struct line *line = find_line(history, (const uint8_t *)ident.data);
	size_t behind = (size_t)store_db_column_number(row, 1);
	for (size_t i = 0; i < count; i++)
		place_message(line, behind - count + i, messages[i]);
	assert_true(store_db_end(row));
}

#define GROUP 4

/* Those of one segment together, in the order in which they were counted. */
static void note_group(struct history *history, const struct host *host,
		       struct store_item *const *items,
		       const struct message *messages, size_t count)
{
	struct store_db *db = open_db(host);

	for (size_t i = 0; i < count; i++) {
		struct message of_segment[GROUP];
		size_t held = 0;
		bool is_first = true;
		for (size_t j = 0; j < count; j++) {
			if (items[j]->segment_id != items[i]->segment_id)
				continue;
			is_first = is_first && j >= i;
			of_segment[held++] = messages[j];
		}
		if (is_first)
			note_committed(history, db, items[i]->segment_id,
				       of_segment, held);
	}
	store_db_close(db);
}

static void write_group(struct history *history, struct host *host,
			struct store_writer *writer)
{
	struct message messages[GROUP];
	struct store_item *items[GROUP] = {NULL};
	size_t count = 1 + dice_below(&history->dice, GROUP);
	struct store_item *left;
	struct error err = {.words = ""};
	uint64_t groups = 0;

	for (size_t i = 0; i < count; i++) {
		items[i] = make_item(history, host, &messages[i]);
		if (i > 0)
			items[i - 1]->next = items[i];
	}
	if (!store_writer_write(writer, items[0], &groups, &left, &err))
		fail_msg("%s", err.words);
	note_group(history, host, items, messages, count);
	for (size_t i = 0; i < count; i++)
		store_item_free(items[i]);
}

/* --- the steps --- */

static void count_messages(struct history *history, struct host *host)
{
	start(host);
	write_group(history, host, &host->writer);
}

static void act(struct history *history, struct host *host)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_db *db = open_db(host);
	struct store_acts_writer *writer;
	struct error err = {.words = ""};
	char note[32];
	int64_t incident;

	assert_true(store_query_number(
	    db,
	    "SELECT incident_id FROM incident ORDER BY (incident_id * 7 + ?) % "
	    "13 LIMIT 1",
	    STORE_VALUES(store_number(dice_below(&history->dice, 13))), 0,
	    &incident, &err));
	store_db_close(db);
	(void)snprintf(note, sizeof note, "A%u", history->acts + 1);
	const struct store_act made = {host->clock.now_s, "ann", ACT_CONFIRM,
				       note};
	if (incident != 0) {
		history->acts++;
		assert_true(store_acts_open(mem, host->path, &writer, &err));
		if (!store_acts_add(writer, incident, &made, &err))
			fail_msg("%s", err.words);
	}
	mem_free(mem);
}

static void pass(struct host *host, int64_t seconds)
{
	host->clock.now_s += seconds;
	if (host->clock.now_s < 0) /* as a kernel does not let it be */
		host->clock.now_s = 0;
	host->clock.monotonic_ms += (seconds < 0 ? 60 : seconds) * 1000;
	run_due(host);
}

static void pass_minutes(struct history *history, struct host *host)
{
	pass(host, 60 * (1 + (int64_t)dice_below(&history->dice, 50)));
}

static void pass_hour(struct history *history, struct host *host)
{
	int64_t now_s = host->clock.now_s;

	pass(host,
	     HOUR_S - now_s % HOUR_S + (int64_t)dice_below(&history->dice, 90));
}

static void turn_clock(struct history *history, struct host *host)
{
	int64_t base_s = history->fleet->base_s;
	bool may_stray =
	    !history->fleet->loses_strays || history->number % 2 == 0;
	const int64_t turns[] = {-HOUR_S, HOUR_S, base_s - host->clock.now_s,
				 -60,
				 (may_stray ? 5 : base_s) - host->clock.now_s};

	pass(host, turns[dice_below(&history->dice, 5)]);
}

static void kill_daemon(struct history *history, struct host *host)
{
	struct image image = take_image(host->path);

	(void)history;
	drop(host);
	put_image(&image, host->path);
	forget_image(&image);
}

/* The log ends anywhere. */
static void lose_power(struct history *history, struct host *host)
{
	struct image image = take_image(host->path);

	drop(host);
	image.lengths[1] =
	    dice_below(&history->dice, (unsigned)image.lengths[1] + 1);
	put_image(&image, host->path);
	forget_image(&image);
}

static void stop_cleanly(struct history *history, struct host *host)
{
	(void)history;
	stop(host);
}

static void back_up(struct history *history, struct host *host)
{
	(void)history;
	forget_image(&host->backup);
	host->backup = take_image(host->path);
}

static void restore(struct history *history, struct host *host)
{
	(void)history;
	if (host->backup.bytes[0] == NULL)
		return;
	drop(host);
	put_image(&host->backup, host->path);
}

/* Of a host as it runs, under another name. */
static void clone_host(struct history *history, struct host *host)
{
	struct image image = take_image(host->path);

	for (size_t i = 0; i < HOSTS; i++) {
		struct host *other = &history->hosts[i];
		if (other->is_there)
			continue;
		begin_host(history, other, &image);
		other->clock.now_s = host->clock.now_s;
		break;
	}
	forget_image(&image);
}

/* A second daemon opens the same file, counts and is killed, while the first
 * one runs. */
static void count_beside(struct history *history, struct host *host)
{
	struct store_writer writer;

	start(host);
	open_writer(host, &writer);
	write_group(history, host, &writer);
	store_writer_done(&writer);
}

static void forward(struct history *history, struct host *host)
{
	history->fleet->forward(history->fleet->context, host->number,
				host->path, host->clock.now_s, false,
				&history->dice);
}

static void save_fleet(struct history *history, struct host *host)
{
	(void)host;
	history->fleet->save(history->fleet->context);
}

static void play_fleet_back(struct history *history, struct host *host)
{
	(void)host;
	if (!history->fleet->loses_strays || history->number % 2 != 0)
		history->fleet->play_back(history->fleet->context);
}

struct step {
	const char *what;
	unsigned weight;
	void (*run)(struct history *history, struct host *host);
};

static const struct step steps[] = {
    {"count", 12, count_messages},
    {"act", 3, act},
    {"minutes", 4, pass_minutes},
    {"hour", 3, pass_hour},
    {"clock", 2, turn_clock},
    {"kill", 3, kill_daemon},
    {"power", 2, lose_power},
    {"stop", 2, stop_cleanly},
    {"backup", 2, back_up},
    {"restore", 2, restore},
    {"clone", 2, clone_host},
    {"beside", 1, count_beside},
    {"forward", 8, forward},
    {"fleet-saved", 1, save_fleet},
    {"fleet-back", 1, play_fleet_back},
};

static const struct step *draw_step(struct history *history)
{
	unsigned all = 0;

	for (size_t i = 0; i < COUNT_OF(steps); i++)
		all += steps[i].weight;
	unsigned at = dice_below(&history->dice, all);
	for (size_t i = 0;; i++) {
		if (at < steps[i].weight)
			return &steps[i];
		at -= steps[i].weight;
	}
}

static struct host *draw_host(struct history *history)
{
	struct host *host = &history->hosts[dice_below(&history->dice, HOSTS)];

	return host->is_there ? host : &history->hosts[0];
}

/* --- what comes out --- */

struct judgement {
	struct history *history;
	struct history_claim *claims;
	size_t claim_count;
	unsigned char *incidents; /* by number, how often */
	unsigned char *acts;
};

static void judge_claim(void *to, const struct history_claim *claim)
{
	struct judgement *judgement = to;
	const struct line *line = find_line(judgement->history, claim->ident);
	int64_t domains[HISTORY_DOMAINS] = {0};
	int64_t counted = 0;

	assert_true(claim->messages <= (int64_t)line->count);
	for (int64_t i = 0; i < claim->messages; i++) {
		domains[line->messages[i].domain]++;
		counted += line->messages[i].is_counted;
	}
	assert_memory_equal(domains, claim->domains, sizeof domains);
	assert_int_equal(counted, claim->counted);
	judgement->claims =
	    heap_resized(judgement->claims, sizeof judgement->claims[0],
			 judgement->claim_count + 1);
	judgement->claims[judgement->claim_count++] = *claim;
}

/* Under the name under which it was committed. */
static void judge_incident(void *to, const uint8_t *ident,
			   const char *reference)
{
	struct judgement *judgement = to;
	const struct line *line = find_line(judgement->history, ident);
	unsigned number = (unsigned)strtoul(reference + 1, NULL, 10);
	bool is_of_line = false;

	assert_in_range(number, 1, judgement->history->messages);
	judgement->incidents[number]++;
	for (size_t i = 0; i < line->count; i++)
		is_of_line |= line->messages[i].number == number &&
			      line->messages[i].is_incident;
	assert_true(is_of_line);
	assert_int_equal(judgement->incidents[number], 1);
}

static void judge_act(void *to, const char *note)
{
	struct judgement *judgement = to;
	unsigned number = (unsigned)strtoul(note + 1, NULL, 10);

	assert_in_range(number, 1, judgement->history->acts);
	assert_int_equal(++judgement->acts[number], 1);
}

static int64_t claimed(const struct judgement *judgement, struct span ident)
{
	for (size_t i = 0; i < judgement->claim_count; i++) {
		if (memcmp(judgement->claims[i].ident, ident.data,
			   STORE_SEGMENT_IDENT) == 0)
			return judgement->claims[i].messages;
	}
	return 0;
}

/* All that is left in a file is in the fleet. */
static void judge_segments(struct judgement *judgement, struct store_db *db)
{
	struct store_statement *rows;
	struct error err = {.words = ""};

	assert_true(store_db_prepare(
	    db,
	    "SELECT ident, sum(count) FROM result LEFT JOIN segment USING "
	    "(segment_id) GROUP BY segment_id",
	    &rows, &err));
	while (store_db_next(rows, &err))
		assert_true(
		    claimed(judgement, store_db_column_bytes(
					   rows, 0, STORE_SEGMENT_IDENT)) >=
		    store_db_column_number(rows, 1));
	assert_true(store_db_end(rows));
}

static void judge_texts(const unsigned char *there, struct store_db *db,
			const char *sql)
{
	struct store_statement *rows;
	struct error err = {.words = ""};

	assert_true(store_db_prepare(db, sql, &rows, &err));
	while (store_db_next(rows, &err))
		assert_int_equal(
		    there[strtoul(store_db_column_text(rows, 0) + 1, NULL, 10)],
		    1);
	assert_true(store_db_end(rows));
}

static void judge_file(struct judgement *judgement, const struct host *host)
{
	struct store_db *db = open_db(host);

	judge_segments(judgement, db);
	judge_texts(judgement->incidents, db, "SELECT reference FROM incident");
	judge_texts(judgement->acts, db, "SELECT note FROM act");
	store_db_close(db);
}

static void judge(struct history *history)
{
	struct judgement judgement = {
	    .history = history,
	    .incidents = heap_zeroed(history->messages + 1, 1),
	    .acts = heap_zeroed(history->acts + 1, 1),
	};
	const struct history_fleet *fleet = history->fleet;

	fleet->tell(fleet->context, judge_claim, judge_incident, judge_act,
		    &judgement);
	for (size_t i = 0; i < HOSTS; i++) {
		if (history->hosts[i].is_there)
			judge_file(&judgement, &history->hosts[i]);
	}
	heap_free(judgement.claims);
	heap_free(judgement.incidents);
	heap_free(judgement.acts);
}

/* --- a history --- */

/* Everybody comes to rest, and the forwarder has its way. */
static void end_steps(struct history *history)
{
	for (size_t i = 0; i < HOSTS; i++) {
		struct host *host = &history->hosts[i];
		if (!host->is_there)
			continue;
		stop(host);
		start(host); /* seals what a second daemon left */
		stop(host);
		history->fleet->forward(history->fleet->context, host->number,
					host->path, host->clock.now_s, true,
					&history->dice);
	}
}

static void run_history(struct history *history, unsigned number)
{
	history->number = number;
	history->dice = dice_of(number, 0, 0);
	begin_host(history, &history->hosts[0], &history->empty);
	for (unsigned i = 0; i < STEPS; i++) {
		struct host *host = draw_host(history);
		const struct step *step = draw_step(history);
		if (history->is_alone)
			(void)fprintf(stderr, "host %u: %s\n", host->number,
				      step->what);
		step->run(history, host);
	}
	end_steps(history);
	judge(history);
}

static void end_history(struct history *history)
{
	for (size_t i = 0; i < HOSTS; i++) {
		drop(&history->hosts[i]);
		forget_image(&history->hosts[i].backup);
		history->hosts[i].is_there = false;
	}
	for (size_t i = 0; i < history->line_count; i++)
		heap_free(history->lines[i].messages);
	heap_free(history->lines);
	history->lines = NULL;
	history->line_count = 0;
	history->messages = 0;
	history->acts = 0;
	history->fleet->forget(history->fleet->context);
}

/* No disk is waited for where there is memory to write to. */
static void make_folder(struct history *history)
{
	const char *below = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

	(void)snprintf(history->folder, sizeof history->folder,
		       "%s/alignd-history-XXXXXX", below);
	assert_non_null(mkdtemp(history->folder));
}

static void remove_folder(const struct history *history)
{
	DIR *folder = opendir(history->folder);
	struct dirent *file;

	assert_non_null(folder);
	while ((file = readdir(folder)) != NULL) {
		if (file->d_name[0] != '.')
			(void)unlinkat(dirfd(folder), file->d_name, 0);
	}
	(void)closedir(folder);
	assert_int_equal(rmdir(history->folder), 0);
}

static void make_empty(struct history *history)
{
	struct host *host = &history->hosts[0];

	begin_host(history, host, &history->empty);
	start(host);
	stop(host);
	history->empty = take_image(host->path);
}

static struct history history;

void histories_run(const struct history_fleet *fleet, unsigned first,
		   unsigned count)
{
	history = (struct history){.fleet = fleet, .is_alone = count == 1};
	make_folder(&history);
	make_empty(&history);
	for (unsigned i = first; i < first + count; i++) {
		(void)fprintf(stderr, "\rhistory %u ", i);
		run_history(&history, i);
		end_history(&history);
	}
	(void)fprintf(stderr, "\n");
	forget_image(&history.empty);
	remove_folder(&history);
}

int histories_clean(void **state)
{
	(void)state;
	if (history.folder[0] == '\0' || access(history.folder, F_OK) != 0)
		return 0;
	if (history.is_alone)
		(void)fprintf(stderr, "left in %s\n", history.folder);
	else
		remove_folder(&history);
	return 0;
}
