/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * simulate.c - the same weeks of mail under each setting
 *
 * simulate settings: their names.
 * simulate FORM SEED FOLDER [WORD]: for each setting and actor one line of what
 * became of that actor's mail; with a word, for the first setting and those
 * whose name has it. simulate.py makes tables of them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/simulate/site.h"
#include "tests/simulate/settings.h"

struct tally {
	unsigned long messages[ACTORS][FATES];
	unsigned long mailboxes[ACTORS][FATES];
};

/* One setting that is played. */
struct play {
	const struct setting_row *row;
	struct site *site;
	struct tally tally;
};

struct simulation {
	TALLOC_CTX *mem;
	const char *folder;
	struct traffic *traffic;
	struct play *plays;
	size_t count;
};

static bool open_play(struct simulation *simulation,
		      const struct setting_row *row, struct error *err)
{
	struct play *play = &simulation->plays[simulation->count];
	const char *folder = mem_printf(simulation->mem, "%s/%zu",
					simulation->folder, simulation->count);

	if (mkdir(folder, 0700) != 0)
		return error_set(err, ERROR_SYSTEM, "cannot make %s", folder);
	play->row = row;
	return site_open(folder, row, traffic_world(simulation->traffic),
			 simulation->count == 0 ? NULL
						: simulation->plays[0].site,
			 &play->site, err);
}

static bool has_any_of(const char *name, char *const *words)
{
	if (*words == NULL)
		return true;
	for (; *words != NULL; words++) {
		if (strstr(name, *words) != NULL)
			return true;
	}
	return false;
}

/* The first, which the others are measured against, and those whose name has
 * one of the words in it. */
static bool open_plays(struct simulation *simulation, char *const *words,
		       struct error *err)
{
	simulation->plays =
	    mem_array(simulation->mem, struct play, setting_row_count);
	for (size_t i = 0; i < setting_row_count; i++) {
		if (i > 0 && !has_any_of(setting_rows[i].name, words))
			continue;
		if (!open_play(simulation, &setting_rows[i], err))
			return false;
		simulation->count++;
	}
	return true;
}

static bool begin_day(struct simulation *simulation, unsigned day,
		      struct error *err)
{
	for (size_t i = 0; i < simulation->count; i++) {
		if (!site_begin_day(simulation->plays[i].site, day, err))
			return false;
	}
	return true;
}

static void send_mail(struct simulation *simulation, const struct mail *mail)
{
	for (size_t i = 0; i < simulation->count; i++) {
		struct play *play = &simulation->plays[i];
		enum fate fate = site_send(play->site, mail);
		play->tally.messages[mail->actor][fate]++;
		play->tally.mailboxes[mail->actor][fate] += mail->mailboxes;
	}
}

static bool send_all(struct simulation *simulation, struct error *err)
{
	const struct mail *mail;
	unsigned today = 0;

	while ((mail = traffic_next(simulation->traffic)) != NULL) {
		unsigned day =
		    (unsigned)((mail->time_s - TRAFFIC_START_S) / 86400);
		site_set_time(mail->time_s);
		for (; today < day; today++) {
			if (!begin_day(simulation, today + 1, err))
				return false;
		}
		send_mail(simulation, mail);
	}
	return true;
}

static void print_actor(const struct play *play, enum actor actor)
{
	const struct tally *tally = &play->tally;

	(void)printf("%s\t%s\t%s", play->row->name,
		     truth_text(actor_truth(actor)), actor_text(actor));
	for (unsigned f = 0; f < FATES; f++)
		(void)printf("\t%lu\t%lu", tally->messages[actor][f],
			     tally->mailboxes[actor][f]);
	(void)printf("\n");
}

static void print(const struct simulation *simulation)
{
	for (size_t i = 0; i < simulation->count; i++) {
		for (unsigned a = 0; a < ACTORS; a++)
			print_actor(&simulation->plays[i], (enum actor)a);
	}
}

static const struct traffic_form *find_form(const char *name)
{
	if (strcmp(name, "long") == 0)
		return &traffic_long;
	return strcmp(name, "short") == 0 ? &traffic_short : NULL;
}

static void print_settings(void)
{
	for (size_t i = 0; i < setting_row_count; i++)
		(void)printf("%s\n", setting_rows[i].name);
}

static int simulate(const char *folder, uint64_t seed,
		    const struct traffic_form *form, char *const *words)
{
	struct simulation simulation = {.mem = mem_context(NULL),
					.folder = folder};
	struct error err;

	simulation.traffic = traffic_new(simulation.mem, seed, form);
	if (!open_plays(&simulation, words, &err) ||
	    !send_all(&simulation, &err)) {
		(void)fprintf(stderr, "simulate: %s\n", err.words);
		return EXIT_FAILURE;
	}
	print(&simulation);
	for (size_t i = 0; i < simulation.count; i++)
		site_close(simulation.plays[i].site);
	mem_free(simulation.mem);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	const struct traffic_form *form = argc < 4 ? NULL : find_form(argv[1]);

	if (argc == 2 && strcmp(argv[1], "settings") == 0) {
		print_settings();
		return EXIT_SUCCESS;
	}
	if (form == NULL) {
		(void)fputs(
		    "usage: simulate settings\n"
		    "       simulate long|short SEED FOLDER [WORD...]\n",
		    stderr);
		return EXIT_FAILURE;
	}
	return simulate(argv[3], strtoull(argv[2], NULL, 10), form, argv + 4);
}
