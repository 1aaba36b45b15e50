/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record.c - the DMARC Policy Record
 *
 * RFC 9989 4.7 (tags), 4.8 (grammar), 4.10.1 (broken policy tags); RFC 7489
 * 6.3 for pct. Tags are first collected by name, then each is judged on its
 * own, so that an error in one never changes what another means.
 */
#include "lib/dmarc/record.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/dmarc/record_uri.h"

#define PROBLEM_BYTES 400 /* a few words for every tag there is */

/* The tags that mean something to us; others are ignored (4.7). */
enum tag {
	TAG_P,
	TAG_SP,
	TAG_NP,
	TAG_PSD,
	TAG_T,
	TAG_ADKIM,
	TAG_ASPF,
	TAG_PCT,
	TAG_FO,
	TAG_RUA,
	TAG_RUF,
	TAG_COUNT,
};

static const char *const tag_names[TAG_COUNT] = {
    [TAG_P] = "p",	 [TAG_SP] = "sp",   [TAG_NP] = "np",
    [TAG_PSD] = "psd",	 [TAG_T] = "t",	    [TAG_ADKIM] = "adkim",
    [TAG_ASPF] = "aspf", [TAG_PCT] = "pct", [TAG_FO] = "fo",
    [TAG_RUA] = "rua",	 [TAG_RUF] = "ruf",
};

bool record_knows_tag(struct span name)
{
	bool is_known = span_equals_nocase(name, "v");

	for (size_t i = 0; i < TAG_COUNT; i++)
		is_known = is_known || span_equals_nocase(name, tag_names[i]);
	return is_known;
}

struct found_tag {
	size_t count;	   /* how often it stands in the record */
	struct span value; /* of the first */
};

struct parse {
	TALLOC_CTX *mem;
	struct found_tag tags[TAG_COUNT];
	struct strbuf problem;
};

static void add_problem(struct parse *parse, const char *what,
			const char *words)
{
	if (parse->problem.length > 0)
		strbuf_add_text(&parse->problem, ", ");
	strbuf_printf(&parse->problem, "%s %s", what, words);
}

static bool is_wsp(char c)
{
	return c == ' ' || c == '\t';
}

/* Without WSP (RFC 5234) at both ends; CR and LF are no WSP. */
static struct span trim_wsp(struct span s)
{
	while (s.length > 0 && is_wsp(s.data[0])) {
		s.data++;
		s.length--;
	}
	while (s.length > 0 && is_wsp(s.data[s.length - 1]))
		s.length--;
	return s;
}

/* Cuts the next ";"-separated piece off `rest` and splits it at its "=". */
static bool next_piece(struct span *rest, struct span *name, struct span *value)
{
	struct span piece;
	bool has_more = span_cut(*rest, ';', &piece, rest);

	(void)span_cut(piece, '=', name, value);
	*name = trim_wsp(*name);
	*value = trim_wsp(*value);
	return has_more;
}

bool record_has_version(struct span text)
{
	struct span name;
	struct span value;

	if (text.length == 0 || is_wsp(text.data[0]))
		return false;
	(void)next_piece(&text, &name, &value);
	return span_equals_nocase(name, "v") && span_equals(value, "DMARC1");
}

static bool is_tag_name(struct span name)
{
	for (size_t i = 0; i < name.length; i++) {
		if (!ascii_is_alpha(name.data[i]))
			return false;
	}
	return name.length > 0;
}

static void collect_tag(struct parse *parse, struct span name,
			struct span value)
{
	for (size_t i = 0; i < TAG_COUNT; i++) {
		struct found_tag *tag = &parse->tags[i];
		if (!span_equals_nocase(name, tag_names[i]))
			continue;
		if (tag->count++ == 0)
			tag->value = value;
	}
}

static void collect_tags(struct parse *parse, struct span text)
{
	struct span name;
	struct span value;
	bool has_stray = false;
	bool has_more = next_piece(&text, &name, &value); /* the version */

	while (has_more) {
		has_more = next_piece(&text, &name, &value);
		if (is_tag_name(name))
			collect_tag(parse, name, value);
		else if (name.length > 0 || value.length > 0)
			has_stray = true;
	}
	if (has_stray)
		add_problem(parse, "text", "that is no tag");
}

static bool is_word(struct span value, const char *const *words, int *index)
{
	for (int i = 0; words[i] != NULL; i++) {
		if (span_equals_nocase(value, words[i])) {
			*index = i;
			return true;
		}
	}
	return false;
}

/*
 * The value of a tag as an index into `words`. False when it is broken; absent
 * is not broken. A tag that must not be doubled is broken when it is, since
 * nobody can tell which of two the domain owner meant.
 */
static bool read_word(struct parse *parse, enum tag which, bool is_unique,
		      const char *const *words, int *index)
{
	const struct found_tag *tag = &parse->tags[which];

	if (tag->count == 0)
		return true;
	if (tag->count > 1) {
		add_problem(parse, tag_names[which], "given twice");
		if (is_unique)
			return false;
	}
	if (is_word(tag->value, words, index))
		return true;
	add_problem(parse, tag_names[which], "invalid");
	return false;
}

static bool read_request(struct parse *parse, enum tag which,
			 enum request *request)
{
	static const char *const words[] = {"none", "quarantine", "reject",
					    NULL};
	int index = -1;
	bool is_fine = read_word(parse, which, true, words, &index);

	*request = (enum request)(REQUEST_NONE + index);
	return is_fine;
}

static bool read_strict(struct parse *parse, enum tag which)
{
	static const char *const words[] = {"r", "s", NULL};
	int index = 0;

	(void)read_word(parse, which, false, words, &index);
	return index == 1;
}

static bool read_test_mode(struct parse *parse)
{
	static const char *const words[] = {"n", "y", NULL};
	int index = 0;

	(void)read_word(parse, TAG_T, true, words, &index);
	return index == 1;
}

static enum psd read_psd(struct parse *parse)
{
	static const char *const words[] = {
	    [PSD_UNKNOWN] = "u", [PSD_YES] = "y", [PSD_NO] = "n", NULL};
	int index = PSD_UNKNOWN;

	(void)read_word(parse, TAG_PSD, true, words, &index);
	return (enum psd)index;
}

/* RFC 7489 6.4: 1*3DIGIT, 0 to 100; text_number would refuse "050". */
static int read_pct(struct parse *parse)
{
	struct span value = parse->tags[TAG_PCT].value;
	int pct = 0;

	if (parse->tags[TAG_PCT].count == 0)
		return -1;
	for (size_t i = 0; i < value.length && pct >= 0; i++)
		pct = ascii_is_digit(value.data[i]) && i < 3
			  ? pct * 10 + (value.data[i] - '0')
			  : -1;
	if (value.length > 0 && pct >= 0 && pct <= 100)
		return pct;
	add_problem(parse, "pct", "invalid");
	return -1;
}

/* Each of 0 1 d s at most once, 0 and 1 not together, in any order: that is
 * what the three alternatives of dmarc-fo (4.8) come to. */
static bool is_fo(struct span value)
{
	static const char options[] = "01ds";
	bool is_seen[4] = {false};

	for (size_t i = 0; i < value.length; i += 2) {
		char c = ascii_lower(value.data[i]);
		const char *at = memchr(options, c, sizeof is_seen);
		if (at == NULL || is_seen[at - options])
			return false;
		is_seen[at - options] = true;
		if (i + 1 < value.length && value.data[i + 1] != ':')
			return false;
	}
	return value.length % 2 == 1 && !(is_seen[0] && is_seen[1]);
}

static const char *read_fo(struct parse *parse)
{
	struct span value = parse->tags[TAG_FO].value;

	if (parse->tags[TAG_FO].count == 0)
		return "0";
	if (!is_fo(value)) {
		add_problem(parse, "fo", "invalid");
		return "0";
	}
	char *fo = mem_strndup(parse->mem, value.data, value.length);
	text_lower(fo);
	return fo;
}

static struct text_list read_uris(struct parse *parse, enum tag which)
{
	const struct found_tag *tag = &parse->tags[which];
	bool has_bad = false;

	if (tag->count == 0)
		return (struct text_list){0};
	struct text_list uris =
	    record_uri_list(parse->mem, tag->value, &has_bad);
	if (has_bad || uris.count == 0)
		add_problem(parse, tag_names[which], "has an invalid URI");
	return uris;
}

/*
 * p, sp and np together (4.10.1): one broken tag makes the whole record
 * "p=none", or nothing at all without a URI to report to. A p that is merely
 * absent is "p=none" too (4.7), and leaves sp and np standing.
 */
static void read_policies(struct parse *parse, struct record *record)
{
	bool is_p_fine = read_request(parse, TAG_P, &record->p);
	bool is_sp_fine = read_request(parse, TAG_SP, &record->sp);
	bool is_np_fine = read_request(parse, TAG_NP, &record->np);

	record->is_usable = true;
	if (!is_p_fine || !is_sp_fine || !is_np_fine) {
		record->is_usable = record->rua.count > 0;
		record->p = REQUEST_NONE;
		record->sp = REQUEST_ABSENT;
		record->np = REQUEST_ABSENT;
	} else if (record->p == REQUEST_ABSENT) {
		add_problem(parse, "p", "missing");
		record->p = REQUEST_NONE;
	}
}

static void read_tags(struct parse *parse, struct record *record)
{
	record->rua = read_uris(parse, TAG_RUA);
	record->ruf = read_uris(parse, TAG_RUF);
	read_policies(parse, record);
	record->is_adkim_strict = read_strict(parse, TAG_ADKIM);
	record->is_aspf_strict = read_strict(parse, TAG_ASPF);
	record->is_test_mode = read_test_mode(parse);
	record->psd = read_psd(parse);
	record->pct = read_pct(parse);
	record->fo = read_fo(parse);
}

struct record *record_parse(TALLOC_CTX *mem, struct span text)
{
	struct record *record = mem_new(mem, struct record);
	struct parse parse = {.mem = record};

	record->text =
	    text_escape(record, text, (size_t)4 * LIMIT_RECORD_BYTES, true);
	record->p = REQUEST_NONE;
	record->pct = -1;
	record->fo = "0";
	if (text.length > LIMIT_RECORD_BYTES) {
		record->problem = "record too long";
		return record;
	}
	strbuf_init(&parse.problem, record, PROBLEM_BYTES);
	collect_tags(&parse, text);
	read_tags(&parse, record);
	if (parse.problem.length > 0)
		record->problem = strbuf_text(&parse.problem);
	return record;
}

static const char *const requests[] = {
    [REQUEST_ABSENT] = NULL,
    [REQUEST_NONE] = "none",
    [REQUEST_QUARANTINE] = "quarantine",
    [REQUEST_REJECT] = "reject",
};

const char *request_text(enum request request)
{
	return requests[request];
}

int request_find(const char *text)
{
	return text[0] == '\0' ? REQUEST_ABSENT
			       : text_place(requests, COUNT_OF(requests), text);
}

const char *psd_text(enum psd psd)
{
	static const char *const words[] = {
	    [PSD_UNKNOWN] = "u", [PSD_YES] = "y", [PSD_NO] = "n"};

	return words[psd];
}
