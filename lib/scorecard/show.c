/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * show.c - a card for a terminal and for programs
 *
 * Keys are always there, null where there is nothing: alignctl(8) documents
 * them, tests/tools/scorecard.schema.json holds them to that.
 * Tested by test_alignctl_scorecard.
 */
#include "lib/scorecard/show.h"

#include "lib/scorecard/evidence.h"
#include "lib/stats/number.h"
#include "lib/stats/write.h"

#define NAME_COLUMNS 40	  /* of a domain, to people */
#define FINDINGS_SHOWN 20 /* to people; the others are in --json */

/* --- opening --- */

static void put_notes(struct show *show, const char *key,
		      const struct text_list *notes)
{
	show_data(show, key, value_list(notes, " "));
	for (size_t i = 0; i < notes->count; i++)
		show_sentence(show, 0, notes->items[i]);
}

static void put_coverage(struct show *show, const struct card *card)
{
	const struct card_coverage *coverage = &card->coverage;
	struct show *object = show_object(show, "coverage");

	show_data(object, "record_since", value_time_given(coverage->record_s));
	show_data(object, "kept_since", value_time_given(coverage->kept_s));
	show_data(object, "days", value_number(coverage->days));
	show_data(object, "days_counted", value_number(coverage->days_counted));
	show_data(object, "over", value_flag(coverage->is_over));
	show_data(object, "whole", value_flag(coverage->is_whole));
}

static void put_opening(struct show *show, const struct card *card)
{
	const struct card_setup *setup = card->setup;
	struct text_list notes = card_notes(show, card);

	show_line(show, "Scorecard of inbound mail, %s: %s%s%s",
		  setup->month.text,
		  setup->host == NULL ? "host and mode not known" : setup->host,
		  setup->host == NULL ? "" : ", mode now: ",
		  setup->host == NULL ? "" : setup->mode);
	show_line(show, "%s", card_span(show, card));
	show_data(show, "month", value_text(setup->month.text));
	show_data(show, "since", value_time(setup->month.since_s));
	show_data(show, "until", value_time(setup->month.until_s));
	show_data(show, "generated", value_time(setup->now_s));
	show_data(show, "host", value_text(setup->host));
	show_data(show, "mode", value_text(setup->mode));
	put_coverage(show, card);
	show_space(show);
	put_notes(show, "notes", &notes);
	if (card->stats->total.messages > 0)
		show_sentence(show, 0, stats_report_words(show, &card->report));
}

/* --- mail --- */

static const struct table_column mail_columns[] = {
    {.title = "class"},
    {.title = "messages", .is_right = true},
    {.title = "passed", .is_right = true},
    {.title = "failed", .is_right = true},
    {.title = "no DMARC", .is_right = true},
    {.title = "refused", .is_right = true},
    {.title = "held", .is_right = true},
    {.title = "named", .is_right = true},
    {.title = "TLS 1.2+", .is_right = true},
    TABLE_END,
};

static void add_mail_row(struct table *table, const char *name,
			 const struct stats_tally *tally)
{
	const int64_t *results = tally->by[STATS_RESULT];
	const int64_t *applied = tally->by[STATS_APPLIED];
	int64_t all = tally->messages;
	const struct value cells[] = {
	    value_text(text_escape(table, span_of(name), NAME_COLUMNS, true)),
	    value_text(stats_count(table, all)),
	    value_text(stats_share(table, results[DMARC_RESULT_PASS], all)),
	    value_text(stats_share(table, results[DMARC_RESULT_FAIL], all)),
	    value_text(stats_share(table, results[DMARC_RESULT_NONE], all)),
	    value_text(stats_count(table, applied[DISPOSITION_REJECT])),
	    value_text(stats_count(table, applied[DISPOSITION_QUARANTINE])),
	    value_text(
		stats_share(table, tally->by[STATS_PTR][PTR_CONFIRMED], all)),
	    value_text(stats_share(table, stats_tally_modern_tls(tally), all)),
	};

	table_add(table, cells, COUNT_OF(cells));
}

static void put_domains(struct show *show, const struct stats_class *class)
{
	const struct stats_table *table = class->domains;
	struct show *list = show_list(show_quiet(show), "domains");

	for (size_t i = 0; i < table->kept; i++) {
		struct show *row = show_add(list);
		show_data(row, "domain", value_given(table->rows[i].name));
		stats_put_tally(row, &table->rows[i].tally);
		mem_free(row);
	}
	show_data(show, "left_off",
		  value_number((int64_t)(table->count - table->kept)));
}

static void put_classes(struct show *show, const struct card *card)
{
	struct table *people = show_table(
	    show, NULL, "Inbound mail by class of author domain", mail_columns);
	struct show *list = show_list(show, "classes");
	struct text_list notes = card_class_notes(show, card);

	for (size_t i = 0; i < CARD_CLASSES; i++) {
		const struct stats_class *class = &card->stats->classes[i];
		struct show *row = show_add(list);
		show_data(row, "class", value_text(card_class_words[i].word));
		stats_put_tally(row, &class->total);
		put_domains(row, class);
		add_mail_row(people, card_class_words[i].label, &class->total);
		mem_free(row);
	}
	add_mail_row(people, "All", &card->stats->total);
	put_notes(show, "class_notes", &notes);
}

static void tell_domains(struct show *show, const struct card *card)
{
	static const enum card_class told[] = {CARD_OWN, CARD_PUBLIC,
					       CARD_PARTNERS, CARD_REST};

	for (size_t i = 0; i < COUNT_OF(told); i++) {
		const struct stats_table *domains =
		    card->stats->classes[told[i]].domains;
		struct table *table = show_table(
		    show, NULL,
		    mem_printf(show, "%s, by messages (%zu domain%s)",
			       card_class_words[told[i]].label, domains->count,
			       domains->count == 1 ? "" : "s"),
		    mail_columns);
		for (size_t j = 0; j < domains->kept; j++)
			add_mail_row(table, domains->rows[j].name,
				     &domains->rows[j].tally);
	}
}

static void put_reasons(struct show *show, const struct card *card)
{
	static const struct table_column columns[] = {
	    {.key = "reason", .title = "what was done, and why"},
	    {.key = "messages", .title = "messages", .is_right = true},
	    TABLE_END,
	};
	struct table *table =
	    show_table(show, "reasons", "What was not simply let in", columns);
	struct stats_rows rows = card_reasons(show, card);

	for (size_t i = 0; i < rows.count; i++) {
		int64_t messages = rows.items[i].tally.messages;
		const struct value cells[] = {
		    value_text(rows.items[i].name),
		    value_words(value_number(messages),
				stats_count(table, messages)),
		};
		table_add(table, cells, COUNT_OF(cells));
	}
}

/* --- clients --- */

static void tell_dimension(struct show *show, const char *heading,
			   enum stats_dimension_id id,
			   const struct stats_tally *tally)
{
	static const struct table_column columns[] = {
	    {.title = ""},
	    {.title = "messages", .is_right = true},
	    {.title = "share", .is_right = true},
	    TABLE_END,
	};
	const struct stats_dimension *dimension = &stats_dimensions[id];
	struct table *table = show_table(show, NULL, heading, columns);

	for (size_t i = 0; i < dimension->count; i++) {
		int64_t count = tally->by[id][i];
		const struct value cells[] = {
		    value_text(dimension->words[i].label),
		    value_text(stats_count(table, count)),
		    value_text(stats_share(table, count, tally->messages)),
		};
		if (count > 0)
			table_add(table, cells, COUNT_OF(cells));
	}
}

/* --- own domains --- */

static void put_severities(struct show *show, const size_t *open)
{
	struct show *object = show_object(show_quiet(show), "open");

	for (size_t i = PAST_SEVERITIES; i-- > 0;)
		show_data(object,
			  posture_severity_text((enum posture_severity)i),
			  value_number((int64_t)open[i]));
}

static void put_own_domains(struct show *show, const struct posture_past *past)
{
	struct show *list = show_list(show, "domains");

	for (size_t i = 0; i < past->domain_count; i++) {
		const struct past_domain *domain = &past->domains[i];
		struct show *row = show_add(list);
		show_data(row, "domain", value_text(domain->domain));
		show_data(row, "looked", value_time_given(domain->look_s));
		show_data(row, "looked_whole",
			  value_time_given(domain->whole_s));
		put_severities(row, domain->open);
		show_data(row, "opened", value_number((int64_t)domain->opened));
		show_data(row, "closed", value_number((int64_t)domain->closed));
		mem_free(row);
	}
}

static const char *state_of(const struct past_finding *found)
{
	if (!found->is_open)
		return "closed";
	return found->is_opened ? "opened" : "open";
}

static void put_findings(struct show *show, const struct posture_past *past)
{
	static const struct table_column columns[] = {
	    {.key = "domain", .title = "domain"},
	    {.key = "finding", .title = "finding"},
	    {.key = "detail"},
	    {.key = "severity", .title = "severity"},
	    {.key = "state", .title = "state"},
	    {.key = "since", .title = "since"},
	    {.key = "closed", .title = "closed"},
	    {.key = "title"},
	    TABLE_END,
	};
	struct table *table =
	    show_table(show, "findings", "Findings about own domains", columns);
	size_t shown = 0;

	for (size_t i = 0; i < past->count; i++) {
		const struct past_finding *found = &past->findings[i];
		const struct value cells[] = {
		    value_text(found->domain),
		    value_text(found->name),
		    value_text(found->detail),
		    value_text(posture_severity_text(found->severity)),
		    value_text(state_of(found)),
		    value_time(found->first_s),
		    value_time_given(found->closed_s),
		    value_text(found->kind == NULL ? NULL : found->kind->title),
		};
		if (found->severity > POSTURE_INFO && shown++ < FINDINGS_SHOWN)
			table_add(table, cells, COUNT_OF(cells));
		else
			table_add_quietly(table, cells, COUNT_OF(cells));
	}
}

static void put_posture(struct show *show, const struct card *card)
{
	const struct posture_past *past = card->posture;
	struct show *object = show_object(show, "posture");

	show_space(show);
	show_sentence(show, 0, posture_past_words(show, past));
	put_severities(object, past->open);
	show_data(object, "opened", value_number((int64_t)past->opened));
	show_data(object, "closed", value_number((int64_t)past->closed));
	put_own_domains(object, past);
	put_findings(object, past);
}

/* --- evidence --- */

static void tell_evidence(struct show *show, const struct evidence *row)
{
	TALLOC_CTX *mem = mem_context(NULL);

	show_sentence(show, 2,
		      mem_printf(mem, "%s%s%s: %s. %s", row->number,
				 *row->number == '\0' ? "" : " ", row->asked,
				 evidence_state_label(row->state), row->shown));
	show_sentence(show, 6,
		      mem_printf(mem, "%s; %s. Not shown: %s", row->method,
				 row->date, row->not_shown));
	mem_free(mem);
}

static void put_evidence(struct show *show, const struct card *card)
{
	static const struct table_column columns[] = {
	    {.key = "standard"}, {.key = "number"}, {.key = "asked"},
	    {.key = "state"},	 {.key = "shown"},  {.key = "method"},
	    {.key = "date"},	 {.key = "host"},   {.key = "not_shown"},
	    TABLE_END,
	};
	struct table *table = show_table(show, "evidence", NULL, columns);
	struct evidence_list list = evidence_of(show, card);

	for (size_t i = 0; i < list.count; i++) {
		const struct evidence *row = &list.items[i];
		const struct value cells[] = {
		    value_text(row->standard),
		    value_text(row->number),
		    value_text(row->asked),
		    value_text(evidence_state_word(row->state)),
		    value_text(row->shown),
		    value_text(row->method),
		    value_text(row->date),
		    value_text(row->host),
		    value_text(row->not_shown),
		};
		table_add_quietly(table, cells, COUNT_OF(cells));
		if (i == 0 || row->standard != row[-1].standard) {
			show_space(show);
			show_line(show, "Evidence for %s", row->standard);
		}
		tell_evidence(show, row);
	}
}

void card_show(struct show *show, const struct card *card)
{
	const struct stats_tally *all = &card->stats->total;

	put_opening(show, card);
	stats_put_tally(show_object(show_quiet(show), "total"), all);
	show_data(show, "counted_incidents",
		  value_number(card->stats->counted_incidents));
	put_classes(show, card);
	if (all->messages > 0)
		tell_domains(show, card);
	put_reasons(show, card);
	tell_dimension(show, "Transport", STATS_TLS, all);
	tell_dimension(show, "Names of the clients (PTR)", STATS_PTR, all);
	put_posture(show, card);
	put_evidence(show, card);
}
