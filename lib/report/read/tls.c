/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tls.c - the JSON of one TLS report
 * Tested by test_alignctl_tls_reports.
 */
#include "lib/report/read/tls.h"

#include <string.h>

#include "lib/base/json.h"
#include "lib/base/limits.h"
#include "lib/base/net.h"
#include "lib/base/strbuf.h"

#define CHUNK 16384

struct reading {
	TALLOC_CTX *mem;
	const struct received_reader *reader;
	struct received_tls_report report;
	size_t good;	  /* policies */
	const char *lost; /* why the last that is none was left out */
	struct text_list notes;
	size_t further_notes;
};

static void note_fault(struct reading *reading, const char *words)
{
	struct text_list *notes = &reading->notes;

	if (notes->count == LIMIT_RECEIVED_NOTES) {
		reading->further_notes++;
		return;
	}
	notes->items = mem_resize(reading->mem, notes->items, const char *,
				  notes->count + 1);
	notes->items[notes->count++] = words;
}

/* --- all of the bytes --- */

static bool read_bytes(TALLOC_CTX *mem, const struct received_stream *stream,
		       struct strbuf *bytes, struct error *err)
{
	char *buffer = mem_array(mem, char, CHUNK);
	ssize_t got;

	strbuf_init(bytes, mem, LIMIT_RECEIVED_JSON_BYTES);
	while ((got = stream->read(stream->context, buffer, CHUNK, err)) > 0) {
		strbuf_add(bytes, buffer, (size_t)got);
		if (strbuf_is_full(bytes))
			return error_set(
			    err, ERROR_INPUT, "it has more than %d MiB of JSON",
			    LIMIT_RECEIVED_JSON_BYTES / (1024 * 1024));
	}
	return got == 0;
}

/* --- its shape, before a tree is made of it --- */

/* Behind the text that begins at `at`. */
static size_t skip_text(struct span text, size_t at)
{
	for (at++; at < text.length && text.data[at] != '"'; at++)
		at += text.data[at] == '\\';
	return at + 1;
}

/* Why no tree is made of it; NULL: it may be. */
static const char *refuse_shape(struct span text)
{
	size_t depth = 0;
	size_t values = 1;

	if (memchr(text.data, '\0', text.length) != NULL)
		return "it is JSON with a NUL in it";
	for (size_t at = 0; at < text.length;) {
		char c = text.data[at];
		depth += c == '{' || c == '[';
		depth -= (c == '}' || c == ']') && depth > 0;
		values += c == ',' || c == '{' || c == '[';
		at = c == '"' ? skip_text(text, at) : at + 1;
		if (depth > LIMIT_RECEIVED_JSON_NESTING)
			return "its JSON is nested more than " LIMIT_WORD(
			    LIMIT_RECEIVED_JSON_NESTING) " deep";
		if (values > LIMIT_RECEIVED_JSON_VALUES)
			return "its JSON has more than " LIMIT_WORD(
			    LIMIT_RECEIVED_JSON_VALUES) " values";
	}
	return NULL;
}

/* --- values --- */

static const char *clean(struct reading *reading, const char *text)
{
	return text == NULL
		   ? ""
		   : text_escape(reading->mem, span_trim(span_of(text)),
				 LIMIT_RECEIVED_VALUE_BYTES, true);
}

static const char *text_at(struct reading *reading, const struct json *object,
			   const char *key)
{
	return clean(reading, json_get_text(object, key));
}

/* Names of domains, words of fixed lists. */
static const char *word_at(struct reading *reading, const struct json *object,
			   const char *key)
{
	char *word = mem_strdup(reading->mem, text_at(reading, object, key));

	text_lower(word);
	return word;
}

static const char *address_at(struct reading *reading,
			      const struct json *object, const char *key)
{
	struct net_address address;

	if (!net_address_parse(text_at(reading, object, key), &address))
		return "";
	return net_address_copy(reading->mem, &address);
}

/* As a number, and as a text that is one. */
static bool count_at(const struct json *object, const char *key, int64_t *count)
{
	const char *text = json_get_text(object, key);

	if (text != NULL)
		return text_number64(span_of(text), 0, RECEIVED_COUNT_MAX,
				     count);
	*count = json_get_number(object, key, -1);
	return *count >= 0 && *count <= RECEIVED_COUNT_MAX;
}

/* A text, or texts of a list with blanks between; "" for all else. */
static const char *texts_at(struct reading *reading, const struct json *object,
			    const char *key)
{
	const struct json *list = json_get(reading->mem, object, key);
	struct strbuf all;

	if (list == NULL)
		return text_at(reading, object, key);
	strbuf_init(&all, reading->mem, LIMIT_RECEIVED_VALUE_BYTES);
	for (size_t i = 0; i < json_count(list); i++) {
		const char *text = clean(reading, json_item_text(list, i));
		if (all.length > 0 && *text != '\0')
			strbuf_add_char(&all, ' ');
		strbuf_add_text(&all, text);
	}
	return strbuf_text(&all);
}

/* "mail.example.test", though it says "mail.example.test EHLO reply: ..." or
 * gives all lines of the reply. */
static const char *host_at(struct reading *reading, const struct json *object,
			   const char *key)
{
	const char *text = json_get_text(object, key);
	struct span all = span_trim(span_of(text));
	size_t length = 0;

	/* "250-mail.example.test at your service" */
	if (all.length > 4 && ascii_is_digit(all.data[0]) &&
	    ascii_is_digit(all.data[1]) && ascii_is_digit(all.data[2]) &&
	    (all.data[3] == '-' || all.data[3] == ' '))
		all = span_trim(span_from(all, 4));
	while (length < all.length && !ascii_is_blank(all.data[length]))
		length++;
	char *host = text_escape(reading->mem, span_make(all.data, length),
				 LIMIT_RECEIVED_VALUE_BYTES, true);
	text_lower(host);
	return host;
}

/* --- dates --- */

static bool take_digits(struct span *rest, size_t digits, long *number)
{
	*number = 0;
	if (rest->length < digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		if (!ascii_is_digit(rest->data[i]))
			return false;
		*number = *number * 10 + (rest->data[i] - '0');
	}
	*rest = span_from(*rest, digits);
	return true;
}

static bool take_mark(struct span *rest, const char *set)
{
	if (rest->length == 0 || !ascii_is_one_of(rest->data[0], set))
		return false;
	*rest = span_from(*rest, 1);
	return true;
}

/* Days from 1970 to a day of the Gregorian calendar, by the eras of 400 years
 * that begin in March. */
static int64_t days_to(long year, long month, long day)
{
	long shifted = month > 2 ? year : year - 1;
	long era = shifted / 400;
	long of_era = shifted - era * 400;
	long of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year - 719468;
}

/* "+02:00", "-0800", "Z", and nothing, which is UTC. */
static bool take_zone(struct span rest, long *offset_s)
{
	long sign = rest.length > 0 && rest.data[0] == '-' ? -1 : 1;
	long hours;
	long minutes;

	*offset_s = 0;
	if (rest.length == 0 || span_equals_nocase(rest, "Z"))
		return true;
	if (!take_mark(&rest, "+-") || !take_digits(&rest, 2, &hours))
		return false;
	(void)take_mark(&rest, ":");
	if (!take_digits(&rest, 2, &minutes) || rest.length > 0 || hours > 23 ||
	    minutes > 59)
		return false;
	*offset_s = sign * (hours * 3600 + minutes * 60);
	return true;
}

static bool take_clock(struct span *rest, long *clock_s)
{
	long hour;
	long minute;
	long second;

	if (!take_digits(rest, 2, &hour) || !take_mark(rest, ":") ||
	    !take_digits(rest, 2, &minute) || !take_mark(rest, ":") ||
	    !take_digits(rest, 2, &second) || hour > 24 || minute > 59 ||
	    second > 60)
		return false;
	if (take_mark(rest, ".,"))
		while (take_mark(rest, "0123456789"))
			continue;
	*clock_s = hour * 3600 + minute * 60 + second;
	return true;
}

int64_t received_tls_time(const char *text)
{
	struct span rest = span_trim(span_of(text));
	long year;
	long month;
	long day;
	long clock_s = 0;
	long offset_s;

	if (!take_digits(&rest, 4, &year) || !take_mark(&rest, "-") ||
	    !take_digits(&rest, 2, &month) || !take_mark(&rest, "-") ||
	    !take_digits(&rest, 2, &day) || year < 1970 || month < 1 ||
	    month > 12 || day < 1 || day > 31)
		return 0;
	if (take_mark(&rest, "Tt ") && !take_clock(&rest, &clock_s))
		return 0;
	if (!take_zone(span_trim(rest), &offset_s))
		return 0;
	int64_t time_s = days_to(year, month, day) * 86400 + clock_s - offset_s;
	return time_s > 0 ? time_s : 0;
}

static int64_t time_at(struct reading *reading, const struct json *range,
		       const char *key)
{
	const char *text = text_at(reading, range, key);
	int64_t time_s = received_tls_time(text);

	if (time_s == 0)
		note_fault(reading,
			   mem_printf(reading->mem,
				      "%s is \"%.60s\" (allowed: a time such "
				      "as 2016-04-01T00:00:00Z)",
				      key, text));
	return time_s;
}

/* --- failures --- */

static bool read_failure(struct reading *reading, const struct json *item,
			 struct received_tls_failure *failure)
{
	*failure = (struct received_tls_failure){
	    .result_type = word_at(reading, item, "result-type"),
	    .sending_ip = address_at(reading, item, "sending-mta-ip"),
	    .mx_hostname = host_at(reading, item, "receiving-mx-hostname"),
	    .mx_helo = host_at(reading, item, "receiving-mx-helo"),
	    .receiving_ip = address_at(reading, item, "receiving-ip"),
	    .reason = text_at(reading, item, "failure-reason-code"),
	    .information = text_at(reading, item, "additional-information"),
	};
	if (*failure->result_type == '\0')
		failure->result_type = "unknown";
	return count_at(item, "failed-session-count", &failure->sessions);
}

/* One where there should be a list of one is read too. */
static size_t count_details(const struct json *details)
{
	size_t count = json_count(details);

	return count == 0 && json_get_text(details, "result-type") != NULL
		   ? 1
		   : count;
}

static const struct json *detail_at(struct reading *reading,
				    const struct json *details, size_t index)
{
	return json_count(details) == 0
		   ? details
		   : json_item(reading->mem, details, index);
}

static void read_failures(struct reading *reading, const struct json *policy,
			  struct received_tls_policy *read)
{
	const struct json *details =
	    json_get(reading->mem, policy, "failure-details");
	size_t count = count_details(details);
	struct received_tls_failure *failures;

	if (count > LIMIT_RECEIVED_FAILURES) {
		note_fault(reading,
			   mem_printf(reading->mem,
				      "%zu of the failure details of a policy "
				      "are not read",
				      count - LIMIT_RECEIVED_FAILURES));
		count = LIMIT_RECEIVED_FAILURES;
	}
	failures = mem_array(reading->mem, struct received_tls_failure, count);
	for (size_t i = 0; i < count; i++) {
		const struct json *item = detail_at(reading, details, i);
		struct received_tls_failure *next =
		    &failures[read->failure_count];
		if (!read_failure(reading, item, next))
			note_fault(reading,
				   "failed-session-count is no number from 0 "
				   "to 1,000,000,000,000: the detail is left "
				   "out");
		else if (next->sessions > 0)
			read->failure_count++;
	}
	read->failures = failures;
}

/* --- policies --- */

static bool read_summary(struct reading *reading, const struct json *policy,
			 struct received_tls_policy *read)
{
	const struct json *summary = json_get(reading->mem, policy, "summary");

	if (summary == NULL) {
		reading->lost = "a policy has no summary";
		note_fault(reading, reading->lost);
		return read->failure_count > 0;
	}
	if (count_at(summary, "total-successful-session-count",
		     &read->successful) &&
	    count_at(summary, "total-failure-session-count", &read->failed))
		return true;
	reading->lost = "a session count of a summary is no number from 0 to "
			"1,000,000,000,000: the policy is left out";
	note_fault(reading, reading->lost);
	return false;
}

static void read_policy(struct reading *reading, const struct json *item)
{
	const struct json *policy = json_get(reading->mem, item, "policy");
	struct received_tls_policy read = {
	    .type = word_at(reading, policy, "policy-type"),
	    .domain = word_at(reading, policy, "policy-domain"),
	    .mx_hosts = texts_at(reading, policy, "mx-host"),
	};

	if (*read.type == '\0')
		read.type = "unknown";
	if (*read.domain == '\0')
		note_fault(reading, "a policy does not say of which domain it "
				    "is (policy-domain)");
	read_failures(reading, item, &read);
	if (!read_summary(reading, item, &read))
		return;
	reading->good++;
	reading->reader->tls_policy(reading->reader->context, &read);
}

static void read_policies(struct reading *reading, const struct json *root)
{
	const struct json *list = json_get(reading->mem, root, "policies");
	size_t count = json_count(list);

	if (count > LIMIT_RECEIVED_POLICIES) {
		note_fault(reading,
			   mem_printf(reading->mem,
				      "%zu of its policies are not "
				      "read",
				      count - LIMIT_RECEIVED_POLICIES));
		count = LIMIT_RECEIVED_POLICIES;
	}
	for (size_t i = 0; i < count; i++)
		read_policy(reading, json_item(reading->mem, list, i));
}

static void read_head(struct reading *reading, const struct json *root)
{
	const struct json *range = json_get(reading->mem, root, "date-range");

	reading->report = (struct received_tls_report){
	    .org_name = text_at(reading, root, "organization-name"),
	    .contact = text_at(reading, root, "contact-info"),
	    .report_id = text_at(reading, root, "report-id"),
	    .begin_s = time_at(reading, range, "start-datetime"),
	    .end_s = time_at(reading, range, "end-datetime"),
	};
}

/* --- one report --- */

/* Why it is refused; NULL: the reader was told all of it. */
static const char *read_report(struct reading *reading, struct span text)
{
	const char *why = refuse_shape(text);

	if (why != NULL)
		return why;
	const struct json *root = json_read(reading->mem, text.data);
	if (root == NULL)
		return "it is damaged JSON";
	if (json_get(reading->mem, root, "policies") == NULL)
		return "it is JSON, but no TLS report: it has no \"policies\"";
	read_head(reading, root);
	read_policies(reading, root);
	if (reading->good > 0)
		return NULL;
	return reading->lost != NULL ? reading->lost : "it has no policies";
}

static void tell_report(struct reading *reading, const char *name)
{
	if (reading->further_notes > 0) {
		size_t count = reading->further_notes;
		reading->notes.items[LIMIT_RECEIVED_NOTES - 1] =
		    mem_printf(reading->mem, "%zu further faults", count + 1);
	}
	reading->reader->tls_report(reading->reader->context, name,
				    &reading->report, &reading->notes);
}

void received_tls(const char *name, const struct received_stream *stream,
		  const struct received_reader *reader)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct reading reading = {.mem = mem, .reader = reader};
	struct strbuf bytes;
	struct error err;
	const char *why = err.words;

	if (read_bytes(mem, stream, &bytes, &err)) {
		struct span text = span_make(strbuf_text(&bytes), bytes.length);
		if (span_starts(text, "\xef\xbb\xbf"))
			text = span_from(text, 3);
		why = read_report(&reading, text);
	}
	if (why != NULL)
		reader->refused(reader->context, name, why);
	else
		tell_report(&reading, name);
	mem_free(mem);
}
