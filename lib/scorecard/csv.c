/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * csv.c - a card for spreadsheets: a figure a row
 *
 * What senders wrote cannot become a formula (lib/show/csv.h).
 * Tested by test_alignctl_scorecard.
 */
#include <inttypes.h>

#include "lib/scorecard/evidence.h"
#include "lib/scorecard/show.h"
#include "lib/show/csv.h"
#include "lib/stats/number.h"

/* Where a figure belongs. */
struct place {
	const char *part;  /* "class" */
	const char *class; /* "" for none, as the name */
	const char *name;
};

struct sheet {
	struct csv_row row;
	TALLOC_CTX *mem;
	const char *month;
};

static void begin(struct sheet *sheet, const struct place *place,
		  const char *measure)
{
	csv_add_quoted(&sheet->row, sheet->month);
	csv_add(&sheet->row, value_text(place->part));
	csv_add(&sheet->row, value_text(place->class));
	csv_add_quoted(&sheet->row, place->name);
	csv_add_quoted(&sheet->row, measure);
}

/* "96.123": a share in percent, to three places. */
static void add_figure(struct sheet *sheet, const struct place *place,
		       const char *measure, int64_t count, int64_t whole)
{
	int64_t millis = stats_share_millis(count, whole);

	begin(sheet, place, measure);
	csv_add(&sheet->row, value_number(count));
	csv_add(&sheet->row, whole <= 0
				 ? value_none()
				 : value_text(mem_printf(
				       sheet->mem, "%" PRId64 ".%03" PRId64,
				       millis / 1000, millis % 1000)));
	csv_add(&sheet->row, value_none());
	csv_end(&sheet->row);
}

static void add_words(struct sheet *sheet, const struct place *place,
		      const char *measure, const char *words)
{
	begin(sheet, place, measure);
	csv_add(&sheet->row, value_none());
	csv_add(&sheet->row, value_none());
	csv_add_quoted(&sheet->row, words);
	csv_end(&sheet->row);
}

/* --- mail --- */

static const enum stats_dimension_id dimensions[] = {
    STATS_RESULT, STATS_APPLIED, STATS_TLS, STATS_PTR};

static void add_tally(struct sheet *sheet, const struct place *place,
		      const struct stats_tally *tally)
{
	add_figure(sheet, place, "messages", tally->messages, 0);
	for (size_t i = 0; i < COUNT_OF(dimensions); i++) {
		const struct stats_dimension *dimension =
		    &stats_dimensions[dimensions[i]];
		for (size_t j = 0; j < dimension->count; j++)
			add_figure(
			    sheet, place,
			    mem_printf(sheet->mem, "%s_%s", dimension->name,
				       dimension->words[j].word),
			    tally->by[dimensions[i]][j], tally->messages);
	}
}

static void add_classes(struct sheet *sheet, const struct card *card)
{
	const struct place all = {"all", "", ""};

	add_tally(sheet, &all, &card->stats->total);
	for (size_t i = 0; i < CARD_CLASSES; i++) {
		const struct place place = {"class", card_class_words[i].word,
					    ""};
		add_tally(sheet, &place, &card->stats->classes[i].total);
		add_figure(sheet, &place, "domains",
			   (int64_t)card_domains(card, (enum card_class)i), 0);
	}
}

static void add_domains(struct sheet *sheet, const struct card *card)
{
	for (size_t i = 0; i < CARD_NONE; i++) {
		const struct stats_table *table =
		    card->stats->classes[i].domains;
		for (size_t j = 0; j < table->kept; j++) {
			const struct place place = {"domain",
						    card_class_words[i].word,
						    table->rows[j].name};
			add_tally(sheet, &place, &table->rows[j].tally);
		}
	}
}

static void add_reasons(struct sheet *sheet, const struct card *card)
{
	struct stats_rows rows = card_reasons(sheet->mem, card);

	for (size_t i = 0; i < rows.count; i++) {
		const struct place place = {"reason", "", rows.items[i].name};
		add_figure(sheet, &place, "messages",
			   rows.items[i].tally.messages,
			   card->stats->total.messages);
	}
}

/* --- own domains, evidence --- */

static void add_posture(struct sheet *sheet, const struct card *card)
{
	const struct posture_past *past = card->posture;

	for (size_t i = 0; i < past->domain_count; i++) {
		const struct past_domain *domain = &past->domains[i];
		const struct place place = {"posture", "own", domain->domain};
		if (domain->look_s == 0) {
			add_words(sheet, &place, "looked", "never");
			continue;
		}
		for (size_t j = PAST_SEVERITIES; j-- > 0;)
			add_figure(sheet, &place,
				   mem_printf(sheet->mem, "open_%s",
					      posture_severity_text(
						  (enum posture_severity)j)),
				   (int64_t)domain->open[j], 0);
		add_figure(sheet, &place, "opened", (int64_t)domain->opened, 0);
		add_figure(sheet, &place, "closed", (int64_t)domain->closed, 0);
	}
}

static void add_evidence(struct sheet *sheet, const struct card *card)
{
	struct evidence_list list = evidence_of(sheet->mem, card);

	for (size_t i = 0; i < list.count; i++) {
		const struct evidence *row = &list.items[i];
		const struct place place = {"evidence", row->standard,
					    row->asked};
		add_words(
		    sheet, &place, evidence_state_word(row->state),
		    mem_printf(sheet->mem, "%s%s%s (%s; %s; %s) Not shown: %s",
			       row->number, *row->number == '\0' ? "" : ": ",
			       row->shown, row->method, row->date, row->host,
			       row->not_shown));
	}
}

static void add_notes(struct sheet *sheet, const struct card *card)
{
	struct text_list notes = card_notes(sheet->mem, card);
	const struct place place = {"note", "", ""};

	for (size_t i = 0; i < notes.count; i++)
		add_words(sheet, &place, "", notes.items[i]);
}

void card_write_csv(FILE *file, const struct card *card)
{
	static const char *const titles[] = {"month",	"part",	   "class",
					     "name",	"measure", "count",
					     "percent", "words"};
	struct sheet sheet = {.row = {.file = file},
			      .mem = mem_context(NULL),
			      .month = card->setup->month.text};

	for (size_t i = 0; i < COUNT_OF(titles); i++)
		csv_add(&sheet.row, value_text(titles[i]));
	csv_end(&sheet.row);
	add_notes(&sheet, card);
	add_classes(&sheet, card);
	add_domains(&sheet, card);
	add_reasons(&sheet, card);
	add_posture(&sheet, card);
	add_evidence(&sheet, card);
	mem_free(sheet.mem);
}
