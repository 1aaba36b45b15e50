/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * whatif_show.c - what was found by whatif, in words and for programs
 *
 * Keys are always there, null where there is nothing: alignctl(8) documents
 * them, tests/tools/whatif.schema.json holds them to that.
 * Tested by test_alignctl_whatif.
 */
#include "lib/app/whatif_report.h"

#include <inttypes.h>

#include "lib/base/clock.h"

#define HOUR_S 3600

/* What becomes of mail, in one word of the postmaster's. */
static const char *fate(enum disposition disposition)
{
	static const char *const words[] = {
	    [DISPOSITION_NONE] = "delivered",
	    [DISPOSITION_TAG] = "tagged",
	    [DISPOSITION_QUARANTINE] = "held",
	    [DISPOSITION_REJECT] = "refused",
	    [DISPOSITION_TEMPFAIL] = "deferred",
	};

	return words[disposition];
}

/* As the store has it, which may be a word that alignd never writes. */
static struct value fate_named(const char *text)
{
	enum disposition disposition;

	return value_words(
	    value_text(text),
	    replay_disposition(text, &disposition) ? fate(disposition) : NULL);
}

/* --- the heading --- */

/* `defaults`: of which release; NULL for today's. */
static void put_config(struct show *show, const char *key,
		       const struct whatif_config *named, const char *defaults)
{
	const struct config *config = named->config;
	const char *mode = config_mode_text(config->daemon.mode);
	struct show *object = show_object(show, key);
	TALLOC_CTX *mem = object;

	show_member(show, key, "%s: mode %s, overrides: %s%s%s", named->path,
		    mode, config_overrides_text(mem, config),
		    defaults == NULL ? "" : ", defaults of ",
		    defaults == NULL ? "" : defaults);
	show_data(object, "file", value_text(named->path));
	show_data(object, "mode", value_text(mode));
	show_data(object, "overrides_file", value_text(config->overrides_path));
	show_data(object, "overrides",
		  value_number(config->overrides == NULL
				   ? 0
				   : (int64_t)config->overrides->count));
}

/* A copy of the file elsewhere has lost its overrides without a word. */
static bool has_lost_overrides(const struct whatif_report *report)
{
	const struct config *running = report->running.config;

	return running != NULL && config_own_overrides(running) > 0 &&
	       report->new.config->overrides_path == NULL;
}

static const char *period_text(TALLOC_CTX *mem,
			       const struct store_hours *period)
{
	char first[CLOCK_TEXT];
	char end[CLOCK_TEXT];

	if (period->is_empty)
		return "nothing";
	return mem_printf(mem, "%s to %s", clock_text(period->first_s, first),
			  clock_text(period->last_s + HOUR_S, end));
}

static void put_period(struct show *show, const char *key,
		       const struct store_hours *period)
{
	if (period->is_empty) {
		show_data(show, key, value_none());
		return;
	}
	struct show *object = show_object(show, key);
	show_data(object, "from", value_time(period->first_s));
	show_data(object, "to", value_time(period->last_s + HOUR_S));
}

/* The settings of which the question is. */
static void put_defaults(struct show *show, const struct whatif_report *report)
{
	show_data(show, "defaults", value_text(report->defaults));
	struct show *list = show_list(show, "changed_defaults");
	for (size_t i = 0; i < report->changed_count; i++) {
		const struct whatif_setting *setting = &report->changed[i];
		struct show *item = show_add(list);
		show_member(item, "", "%s was %s, is %s", setting->name,
			    setting->running, setting->new);
		show_data(item, "setting", value_text(setting->name));
		show_data(item, "running", value_text(setting->running));
		show_data(item, "new", value_text(setting->new));
	}
	if (report->defaults != NULL && report->changed_count == 0)
		show_member(show, "",
			    "every setting has the value it had: what changes "
			    "below comes of overrides and files changed since "
			    "the mail was recorded");
}

static void put_heading(struct show *show, const struct whatif_report *report)
{
	show_line(show, "recorded mail under %s", report->new.path);
	put_config(show, "new", &report->new, NULL);
	show_put(show, "set", report->set.count == 0 ? NULL : "with",
		 value_list(&report->set, ", "));
	if (has_lost_overrides(report))
		show_member(show, "",
			    "none of the running configuration's overrides: "
			    "--overrides FILE names them");
	if (report->running.config != NULL) {
		put_config(show, "running", &report->running, report->defaults);
	} else {
		show_data(show, "running", value_none());
		show_member(show, "running", "not known: %s",
			    report->running_problem);
	}
	put_defaults(show, report);
	show_put(show, "store", "store", value_text(report->store));
	show_data(show, "since", value_time_given(report->since_s));
	show_data(show, "until", value_time_given(report->until_s));
	show_member(show, "recorded", "%s",
		    period_text(show, &report->recorded));
	put_period(show, "period", &report->recorded);
	put_period(show, "recorded", &report->whole);
}

/* --- the totals --- */

/* Messages that come to `to` and came to something else. */
static int64_t newly(const struct whatif_counts *counts, enum disposition to)
{
	int64_t sum = 0;

	for (int from = 0; from < DISPOSITIONS; from++) {
		if (from != (int)to)
			sum += counts->matrix[from][to];
	}
	return sum;
}

static void put_newly(struct show *show, const struct whatif_counts *counts)
{
	struct show *object = show_object(show, "newly");

	for (int i = 0; i < DISPOSITIONS; i++) {
		enum disposition to = (enum disposition)i;
		int64_t count = newly(counts, to);
		show_put(object, disposition_text(to),
			 count == 0 ? NULL
				    : mem_printf(object, "newly %s", fate(to)),
			 value_number(count));
	}
}

/* What stays is for programs, which add up. */
static void put_matrix(struct show *show, const struct whatif_counts *counts)
{
	static const struct table_column columns[] = {
	    {.key = "from", .title = "was"},
	    {.key = "to", .title = "would be"},
	    {.key = "messages", .title = "messages", .is_right = true},
	    TABLE_END,
	};
	struct table *table = show_table(show, "matrix", NULL, columns);

	for (int i = 0; i < DISPOSITIONS * DISPOSITIONS; i++) {
		int from = i / DISPOSITIONS;
		int to = i % DISPOSITIONS;
		const struct value cells[] = {
		    fate_named(disposition_text((enum disposition)from)),
		    fate_named(disposition_text((enum disposition)to)),
		    value_number(counts->matrix[from][to]),
		};
		if (counts->matrix[from][to] == 0)
			continue;
		if (from == to)
			table_add_quietly(table, cells, COUNT_OF(cells));
		else
			table_add(table, cells, COUNT_OF(cells));
	}
}

struct note {
	const char *key;
	int64_t count; /* below 0: not known */
	const char *words;
};

static void put_notes(struct show *show, const struct note *notes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct note *note = &notes[i];
		struct value number =
		    note->count < 0 ? value_none() : value_number(note->count);
		show_data(show, note->key, number);
		if (note->count > 0)
			show_member(show, value_shown(show, number), "%s",
				    note->words);
	}
}

/* What must be known to read the numbers. */
static void put_caveats(struct show *show, const struct whatif_counts *counts)
{
	const struct note of_all[] = {
	    {"not_evaluated", counts->skipped,
	     "would not be evaluated at all: trust.networks names their "
	     "source"},
	    {"sampled", counts->sampled,
	     "stand under a pct between 1 and 99, by which dmarc.honor_pct = "
	     "full draws lots: counted by expected share"},
	    {"unreadable", counts->unreadable,
	     "left out: their rows hold words that alignd never writes"},
	    {"rcpt_unknown", counts->rcpt_unknown,
	     "went to more kinds of recipients than are told apart: counted as "
	     "if no override named a recipient"},
	    {"others", counts->others,
	     "left out: they were counted without their senders, past what is "
	     "told apart in an hour"},
	    {"imported", counts->imported,
	     "were imported from OpenDMARC, and are not exact: it did not "
	     "record evidence of indirect mail, np, t and pct of the record, "
	     "and the client's confirmed name"},
	};
	const struct note of_changed[] = {
	    {"own", counts->own,
	     "of those that change are mail in names of your own or protected "
	     "ones (own.domains, protect.names): look whether a server of "
	     "yours sent it"},
	    {"was_monitored", counts->was_monitored,
	     "of those that change were let through by monitor mode when they "
	     "were recorded"},
	    {"as_running", counts->as_running,
	     "of those that change would fare so under the running "
	     "configuration as well: the record is older than it"},
	    {"by_mode_alone", counts->by_mode_alone,
	     "of those that change differ by the mode alone: with it, the "
	     "running configuration would do the same"},
	};
	struct value unlike = counts->unlike_running < 0
				  ? value_none()
				  : value_number(counts->unlike_running);
	struct show *apart = show_apart(show);

	show_space(show);
	put_notes(apart, of_all, COUNT_OF(of_all));
	put_notes(show, of_changed, COUNT_OF(of_changed));
	/* The answer to --defaults, so 0 is told as well. */
	show_data(show, "unlike_running", unlike);
	if (counts->unlike_running >= 0)
		show_member(show, value_shown(show, unlike), "%s",
			    "of all fare otherwise than under those defaults");
	show_join(show, apart);
}

static void put_counts(struct show *show, const struct whatif_counts *counts)
{
	show_data(show, "tuples", value_number(counts->tuples));
	show_put(show, "messages", "messages", value_number(counts->messages));
	show_put(show, "unchanged", "unchanged",
		 value_number(counts->messages - counts->changed -
			      counts->unreadable - counts->others));
	show_data(show, "changed", value_number(counts->changed));
	put_newly(show, counts);
	put_matrix(show, counts);
	put_caveats(show, counts);
}

/* --- what cannot be said --- */

static void put_gaps(struct show *show, const struct whatif_report *report)
{
	if (report->running.config == NULL) {
		show_data(show, "not_replayed", value_none());
		return;
	}
	if (report->gap_count > 0) {
		show_space(show);
		show_line(show, "Not answered: these settings differ too, and "
				"the record cannot tell what they would do");
	}
	struct show *list = show_list(show, "not_replayed");
	for (size_t i = 0; i < report->gap_count; i++) {
		const struct replay_gap *gap = &report->gaps[i];
		struct show *item = show_add(list);
		show_line(item, "  %s: %s -> %s", gap->setting, gap->running,
			  gap->new);
		show_line(item, "    %s", gap->why);
		show_data(item, "setting", value_text(gap->setting));
		show_data(item, "running", value_text(gap->running));
		show_data(item, "new", value_text(gap->new));
		show_data(item, "why", value_text(gap->why));
	}
}

/* --- the lists --- */

static void put_left_out(struct show *show, const char *key, long left_out)
{
	show_data(show, key, value_number(left_out));
	if (left_out > 0)
		show_line(show,
			  "  and %ld more lines: --limit N shows N of "
			  "them",
			  left_out);
}

static void put_domains(struct show *show, const struct whatif_changes *domains)
{
	static const struct table_column columns[] = {
	    {.key = "author_domain", .title = "author domain"},
	    {.key = "from", .title = "was"},
	    {.key = "to", .title = "would be"},
	    {.key = "messages", .title = "messages", .is_right = true},
	    {.key = "sources", .title = "sources", .is_right = true},
	    TABLE_END,
	};
	struct table *table =
	    show_table(show, "domains", "By author domain", columns);

	for (size_t i = 0; i < domains->count; i++) {
		const struct store_change *change = &domains->items[i];
		const struct value cells[] = {
		    value_given(change->author_domain),
		    fate_named(change->applied),
		    fate_named(change->outcome),
		    value_number(change->messages),
		    value_number(change->sources),
		};
		table_add(table, cells, COUNT_OF(cells));
	}
	put_left_out(show, "domains_left_out", domains->left_out);
}

static void put_sources(struct show *show, const struct whatif_changes *sources)
{
	static const struct table_column columns[] = {
	    {.key = "author_domain", .title = "author domain"},
	    {.key = "client_ip", .title = "source"},
	    {.key = "client_name", .title = "confirmed name"},
	    {.key = "from", .title = "was"},
	    {.key = "to", .title = "would be"},
	    {.key = "messages", .title = "messages", .is_right = true},
	    {.key = "references", .title = "incidents"},
	    TABLE_END,
	};
	struct table *table = show_table(show, "sources", "By source", columns);

	for (size_t i = 0; i < sources->count; i++) {
		const struct store_change *change = &sources->items[i];
		const struct value cells[] = {
		    value_given(change->author_domain),
		    value_text(change->client_ip),
		    value_given(change->client_name),
		    fate_named(change->applied),
		    fate_named(change->outcome),
		    value_number(change->messages),
		    value_list(&sources->references[i], " "),
		};
		table_add(table, cells, COUNT_OF(cells));
	}
	put_left_out(show, "sources_left_out", sources->left_out);
}

static bool has_reference(const struct whatif_changes *sources)
{
	for (size_t i = 0; i < sources->count; i++) {
		if (sources->references[i].count > 0)
			return true;
	}
	return false;
}

static void put_changes(struct show *show, const struct whatif_report *report)
{
	put_domains(show, &report->domains);
	put_sources(show, &report->sources);
	show_space(show);
	if (report->counts.changed == 0)
		show_line(show, "nothing would change");
	else if (has_reference(&report->sources))
		show_line(show, "to see one: alignctl explain REF");
	else
		show_line(show, "no incident stands behind these: plainly fine "
				"mail leaves none, others are purged");
}

/* --- */

static void say_empty(struct show *show, const struct whatif_report *report)
{
	show_space(show);
	if (report->whole.is_empty)
		show_line(show, "no results are recorded in this store yet");
	else
		show_line(show, "no results in that period; recorded is %s",
			  period_text(show, &report->whole));
}

struct show *whatif_show(TALLOC_CTX *mem, const struct whatif_report *report)
{
	struct show *whole = show_new(mem);
	struct show *show = whole;

	put_heading(whole, report);
	if (report->recorded.is_empty) {
		say_empty(whole, report);
		show = show_quiet(whole);
	}
	struct show *gaps = show_apart(show);
	put_counts(show, &report->counts);
	put_gaps(gaps, report);
	put_changes(show, report);
	show_join(show, gaps);
	return whole;
}
