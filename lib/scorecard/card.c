/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * card.c - what is said of a month, whatever the form
 * Tested by test_alignctl_scorecard.
 */
#include "lib/scorecard/card.h"

#include <inttypes.h>

#include "lib/stats/number.h"

#define DAY_S 86400
#define NOTES_MAX 8

const struct card_class_words card_class_words[CARD_CLASSES] = {
    [CARD_OWN] = {"own", "Own domains"},
    [CARD_PUBLIC] = {"public_sector", "Public sector"},
    [CARD_PARTNERS] = {"partners", "Partners"},
    [CARD_REST] = {"rest", "The rest"},
    [CARD_NONE] = {"none", "No author domain"},
};

/* --- classes --- */

/* Those of the setup, and own.domains as a list to look up. */
struct classes {
	struct domain_list own;
	const struct card_setup *setup;
};

static size_t class_of(const void *context, const struct store_trait *trait)
{
	const struct classes *classes = context;
	const char *domain = trait->author_domain;

	if (domain[0] == '\0')
		return CARD_NONE;
	if (domain_list_covers(&classes->own, domain))
		return CARD_OWN;
	if (domain_list_covers(&classes->setup->public_sector, domain))
		return CARD_PUBLIC;
	return domain_list_covers(&classes->setup->partners, domain)
		   ? CARD_PARTNERS
		   : CARD_REST;
}

size_t card_domains(const struct card *card, enum card_class class)
{
	return class == CARD_NONE ? 0
				  : card->stats->classes[class].domains->count;
}

/* --- reading --- */

static int days_counted(const struct card *card)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct stats_series days =
	    stats_series_fold(mem, &card->stats->hours, STATS_DAY);
	int count = (int)days.count;

	mem_free(mem);
	return count;
}

static void find_coverage(struct card *card)
{
	const struct card_setup *setup = card->setup;
	const struct month *month = &setup->month;
	struct card_coverage *coverage = &card->coverage;

	coverage->is_over = month->until_s <= setup->now_s;
	coverage->days =
	    coverage->is_over
		? month_days(month)
		: (int)((setup->now_s - month->since_s) / DAY_S + 1);
	coverage->days_counted = days_counted(card);
	if (setup->keep_s > 0)
		coverage->kept_s = setup->now_s - setup->keep_s;
	coverage->is_whole = coverage->is_over && coverage->record_s > 0 &&
			     coverage->record_s <= month->since_s &&
			     coverage->kept_s <= month->since_s;
}

static bool read_counters(struct card *card, struct store_reader *reader,
			  struct stats **stats, struct error *err)
{
	const struct card_setup *setup = card->setup;
	struct classes classes = {
	    .own = domain_list_of(card, setup->own),
	    .setup = setup,
	};
	const struct stats_classes asked = {CARD_CLASSES, class_of, &classes};
	const struct stats_request request = {
	    .period = {.since_s = setup->month.since_s,
		       .until_s = setup->month.until_s},
	    .wants = {[STATS_BY_REASON] = true},
	    .classes = &asked,
	    .limit = setup->limit,
	};

	return store_counters_first(reader, &card->coverage.record_s, err) &&
	       store_month_read(reader, setup->month.since_s,
				setup->month.until_s, &card->reports, err) &&
	       stats_collect(card, reader, &request, stats, err);
}

bool card_make(TALLOC_CTX *mem, struct store_reader *reader,
	       const struct card_setup *setup,
	       const struct posture_past *posture, struct card **card,
	       struct error *err)
{
	struct card *made = mem_new(mem, struct card);
	struct stats *stats;

	made->setup = setup;
	made->posture = posture;
	if (!read_counters(made, reader, &stats, err)) {
		mem_free(made);
		return false;
	}
	made->stats = stats;
	made->report = (struct stats_report){
	    .stats = stats,
	    .generated_s = setup->now_s,
	    .period = {.since_s = setup->month.since_s,
		       .until_s = setup->month.until_s},
	    .host = setup->host,
	    .mode = setup->mode,
	    .limit = setup->limit,
	};
	find_coverage(made);
	*card = made;
	return true;
}

struct stats_rows card_reasons(TALLOC_CTX *mem, const struct card *card)
{
	return stats_report_top(mem, &card->report, "reason",
				card->stats->tables[STATS_BY_REASON]->kept);
}

const char *card_span(TALLOC_CTX *mem, const struct card *card)
{
	const struct month *month = &card->setup->month;

	return mem_printf(mem, "%s to %s UTC",
			  stats_step_label(mem, STATS_HOUR, month->since_s),
			  stats_step_label(mem, STATS_HOUR, month->until_s));
}

/* --- notes --- */

static struct text_list notes_new(TALLOC_CTX *mem)
{
	return (struct text_list){.items =
				      mem_array(mem, const char *, NOTES_MAX)};
}

static void add_note(struct text_list *notes, const char *words)
{
	if (notes->count < NOTES_MAX)
		notes->items[notes->count++] = words;
}

static const char *moment(TALLOC_CTX *mem, int64_t time_s)
{
	return mem_printf(mem, "%s UTC",
			  stats_step_label(mem, STATS_HOUR, time_s));
}

/* Why nothing is there, the nearest reason first. */
static const char *why_empty(TALLOC_CTX *mem, const struct card *card)
{
	const struct card_coverage *coverage = &card->coverage;
	const struct month *month = &card->setup->month;

	if (coverage->record_s == 0)
		return "The store has no message at all: alignd has judged "
		       "none yet, or another store is meant (--store FILE, "
		       "alignctl doctor).";
	if (coverage->kept_s >= month->until_s)
		return mem_printf(mem,
				  "Counters before %s are not kept any longer "
				  "(store.keep_results).",
				  moment(mem, coverage->kept_s));
	if (coverage->record_s >= month->until_s)
		return mem_printf(mem,
				  "The record begins later, on %s: alignd was "
				  "not there yet, or what is older was purged "
				  "(store.keep_results, store.max_size).",
				  moment(mem, coverage->record_s));
	return "alignd recorded mail before or after, but none in this month: "
	       "no mail came, or the mail server did not ask it (alignctl "
	       "doctor).";
}

static void add_limits(TALLOC_CTX *mem, const struct card *card,
		       struct text_list *notes)
{
	const struct card_coverage *coverage = &card->coverage;
	int64_t since_s = card->setup->month.since_s;

	if (coverage->kept_s > since_s)
		add_note(notes,
			 mem_printf(mem,
				    "The month is kept in part: counters "
				    "before %s are purged or about to be "
				    "(store.keep_results).",
				    moment(mem, coverage->kept_s)));
	else if (coverage->record_s > since_s)
		add_note(notes,
			 mem_printf(mem,
				    "The month is recorded in part: the "
				    "record begins on %s, by a start of "
				    "alignd or since what is older was purged "
				    "(store.max_size).",
				    moment(mem, coverage->record_s)));
	if (coverage->days_counted < coverage->days)
		add_note(notes,
			 mem_printf(mem,
				    "On %d of %d days no message is recorded.",
				    coverage->days - coverage->days_counted,
				    coverage->days));
}

struct text_list card_notes(TALLOC_CTX *mem, const struct card *card)
{
	struct text_list notes = notes_new(mem);

	if (!card->coverage.is_over)
		add_note(&notes, "The month is not over: the figures are of "
				 "its first days.");
	if (card->stats->total.messages == 0)
		add_note(&notes, why_empty(mem, card));
	else
		add_limits(mem, card, &notes);
	if (card->setup->host == NULL)
		add_note(&notes,
			 "The configuration could not be read: own domains, "
			 "lists, host and mode are not known.");
	return notes;
}

static const char *names(TALLOC_CTX *mem, size_t count)
{
	return mem_printf(mem, "%zu name%s", count, count == 1 ? "" : "s");
}

static const char *list_words(TALLOC_CTX *mem, const char *what,
			      const struct domain_list *list,
			      const char *setting)
{
	if (*list->path == '\0')
		return mem_printf(mem, "%s: no list is named (%s).", what,
				  setting);
	if (!list->is_there)
		return mem_printf(mem,
				  "%s: the list %s is not there, so that no "
				  "domain counts as such (%s).",
				  what, list->path, setting);
	return mem_printf(mem, "%s: %s of %s, and all below.", what,
			  names(mem, list->count), list->path);
}

struct text_list card_class_notes(TALLOC_CTX *mem, const struct card *card)
{
	const struct card_setup *setup = card->setup;
	struct text_list notes = notes_new(mem);

	if (setup->host == NULL)
		return notes;
	add_note(&notes,
		 setup->own->count == 0
		     ? "Own: none is named (own.domains)."
		     : mem_printf(mem, "Own: %s of own.domains, and all below.",
				  names(mem, setup->own->count)));
	add_note(&notes, list_words(mem, "Public sector", &setup->public_sector,
				    "scorecard.public_sector"));
	add_note(&notes, list_words(mem, "Partners", &setup->partners,
				    "scorecard.partners"));
	return notes;
}
