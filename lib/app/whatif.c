/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * whatif.c - the recorded results of a period under a new configuration
 */
#include "lib/app/whatif.h"

struct run {
	struct store_replay *replay;
	const struct whatif_question *question;
	struct replay_rules as_new_mode; /* running, in the new mode */
	struct whatif_counts counts;
	/* Hundredths of messages that shares have not given away yet: what
	 * rounding takes from one tuple the next one gets. */
	int64_t carry;
};

/* The tuple at hand. */
struct judged {
	const struct store_tuple *tuple;
	enum disposition from;
	bool is_draw_recorded;
};

static bool is_full(const struct replay_rules *rules)
{
	return rules != NULL && rules->decide.honor_pct == HONOR_PCT_FULL;
}

/* Would those rules do it as well? A draw counts as what most draws give. */
static bool agrees(TALLOC_CTX *mem, const struct replay_rules *rules,
		   const struct judged *judged, enum disposition to)
{
	struct replay replay;

	if (!replay_tuple(mem, rules, judged->tuple, judged->is_draw_recorded,
			  &replay))
		return false;
	const struct replay_outcome *outcome =
	    replay.kept_percent >= 50 ? &replay.kept : &replay.sampled_out;
	return outcome->applied == to;
}

static void weigh_cause(TALLOC_CTX *mem, struct run *run,
			const struct judged *judged, enum disposition to,
			int64_t messages)
{
	struct whatif_counts *counts = &run->counts;

	if (replay_was_monitored(judged->tuple))
		counts->was_monitored += messages;
	if (run->question->running == NULL)
		return;
	if (agrees(mem, run->question->running, judged, to))
		counts->as_running += messages;
	else if (agrees(mem, &run->as_new_mode, judged, to))
		counts->by_mode_alone += messages;
}

static bool count_outcome(TALLOC_CTX *mem, struct run *run,
			  const struct judged *judged,
			  const struct replay_outcome *outcome,
			  int64_t messages, struct error *err)
{
	struct whatif_counts *counts = &run->counts;
	enum disposition to = outcome->applied;

	if (messages == 0)
		return true;
	counts->matrix[judged->from][to] += messages;
	if (outcome->skipped != NULL)
		counts->skipped += messages;
	if (counts->unlike_running >= 0 &&
	    !agrees(mem, run->question->running, judged, to))
		counts->unlike_running += messages;
	if (judged->from == to)
		return true;
	counts->changed += messages;
	if (identity_is_own(&run->question->new->own_names,
			    judged->tuple->author_domain))
		counts->own += messages;
	weigh_cause(mem, run, judged, to, messages);
	return store_replay_note(run->replay, disposition_text(to), messages,
				 err);
}

static int64_t take_share(struct run *run, int64_t messages, int percent)
{
	if (percent == 100)
		return messages;
	if (percent == 0)
		return 0;
	run->counts.sampled += messages;
	run->carry += messages % 100 * percent;
	int64_t kept = messages / 100 * percent + run->carry / 100;
	run->carry %= 100;
	return kept;
}

static bool count_tuple(TALLOC_CTX *mem, struct run *run, int64_t messages,
			const struct store_tuple *tuple, struct error *err)
{
	struct judged judged = {.tuple = tuple,
				.is_draw_recorded =
				    is_full(run->question->running)};
	struct replay replay;

	run->counts.tuples++;
	run->counts.messages += messages;
	if (tuple->imported[0] != '\0')
		run->counts.imported += messages;
	if (tuple->client_ip[0] == '\0') {
		run->counts.others += messages;
		return true;
	}
	if (!replay_disposition(tuple->applied, &judged.from) ||
	    !replay_tuple(mem, run->question->new, tuple,
			  judged.is_draw_recorded, &replay)) {
		run->counts.unreadable += messages;
		return true;
	}
	if (replay.is_rcpt_unknown)
		run->counts.rcpt_unknown += messages;
	int64_t kept = take_share(run, messages, replay.kept_percent);
	return count_outcome(mem, run, &judged, &replay.kept, kept, err) &&
	       count_outcome(mem, run, &judged, &replay.sampled_out,
			     messages - kept, err);
}

static bool on_tuple(void *context, int64_t messages,
		     const struct store_tuple *tuple, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	bool ok = count_tuple(mem, context, messages, tuple, err);

	mem_free(mem);
	return ok;
}

bool whatif_count(struct store_replay *replay,
		  const struct whatif_question *question,
		  struct whatif_counts *counts, struct error *err)
{
	struct run run = {.replay = replay, .question = question};
	bool is_compared = question->is_compared && question->running != NULL;

	run.counts.unlike_running = is_compared ? 0 : -1;
	if (question->running == NULL) {
		run.counts.as_running = -1;
		run.counts.by_mode_alone = -1;
	} else {
		run.as_new_mode = *question->running;
		run.as_new_mode.decide.mode = question->new->decide.mode;
	}
	if (!store_replay_tuples(replay, on_tuple, &run, err))
		return false;
	*counts = run.counts;
	return true;
}
