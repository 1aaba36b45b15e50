/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain_show.c - an explanation and whose it is, for people and programs
 * Tested by test_alignctl_explain.
 */
#include <string.h>

#include "lib/base/clock.h"
#include "lib/explain/explain.h"

#define LINE_COLUMN 3

static const char *printable(TALLOC_CTX *mem, const char *text)
{
	return text == NULL ? NULL : text_printable(mem, text);
}

static void say_heading(struct show *show,
			const struct explain_subject *subject)
{
	const struct store_incident *incident = subject->incident;
	const char *queue_id = printable(show, incident->queue_id);
	const char *host = printable(show, incident->host);
	char time[CLOCK_TEXT];

	(void)clock_text(incident->time_s, time);
	if (subject->file != NULL)
		show_line(show, "%s, evaluated at %s",
			  printable(show, subject->file), time);
	else
		show_line(show, "%s, %s%s%s%s%s",
			  printable(show, incident->reference), time,
			  *queue_id == '\0' ? "" : ", queue id ", queue_id,
			  *host == '\0' ? "" : " on ", host);
	if (subject->note != NULL)
		show_sentence(show, 0, subject->note);
}

/* Whose it is. */
static void put_subject(struct show *show,
			const struct explain_subject *subject)
{
	const struct store_incident *incident = subject->incident;
	const struct {
		const char *key;
		const char *text;
	} members[] = {
	    {"queue_id", incident->queue_id},
	    {"host", incident->host},
	    {"author_domain", incident->author_domain},
	    {"result", incident->dmarc_result},
	    {"asked", incident->asked},
	    {"applied", incident->applied},
	};

	show_data(show, "file", value_given(printable(show, subject->file)));
	show_data(show, "reference",
		  value_given(subject->file != NULL
				  ? NULL
				  : printable(show, incident->reference)));
	show_data(show, "time", value_time(incident->time_s));
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
		show_data(show, members[i].key,
			  value_given(printable(show, members[i].text)));
}

static void put_decider(struct show *show,
			const struct explanation_decider *decider)
{
	show_data(show, "name", value_text(decider->name));
	show_data(show, "value", value_text(decider->value));
	show_data(show, "file", value_text(decider->file));
	show_data(show, "line",
		  decider->line == 0 ? value_none()
				     : value_number(decider->line));
	show_data(show, "text", value_text(decider->text));
	show_data(show, "by", value_text(decider->by));
}

static void put_step(struct show *show, size_t number,
		     const struct explanation_step *step)
{
	show_data(show, "name", value_text(step->name));
	show_data(show, "title", value_text(step->title));
	show_data(show, "lines", value_list(&step->lines, ""));
	show_space(show);
	show_line(show, "%2zu. %s", number, step->title);
	for (size_t i = 0; i < step->lines.count; i++) {
		/* a line that begins with blanks is set in by them */
		const char *line = step->lines.items[i];
		size_t blanks = strspn(line, " ");
		show_sentence(show, LINE_COLUMN + (int)blanks, line + blanks);
	}
}

static void put_answers(struct show *list,
			const struct explanation *explanation)
{
	for (size_t i = 0; i < explanation->answer_count; i++) {
		const struct explanation_answer *answer =
		    &explanation->answers[i];
		struct show *item = show_add(list);
		show_data(item, "decided", value_text(answer->decided));
		show_data(item, "type", value_text(answer->type));
		show_data(item, "name", value_text(answer->name));
		show_data(item, "dnssec", value_text(answer->security));
	}
}

struct show *explain_show(TALLOC_CTX *mem,
			  const struct explain_subject *subject,
			  const struct explanation *explanation)
{
	struct show *show = show_new(mem);

	say_heading(show, subject);
	put_subject(show, subject);
	put_decider(show_object(show, "decided_by"), &explanation->decider);
	show_data(show, "note", value_given(printable(show, subject->note)));
	struct show *steps = show_list(show, "steps");
	for (size_t i = 0; i < explanation->count; i++)
		put_step(show_add(steps), i + 1, &explanation->steps[i]);
	put_answers(show_list(show, "answers"), explanation);
	return show;
}
