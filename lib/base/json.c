/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json.c - writing and reading small JSON documents
 *
 * The only file that includes jansson. A struct json is a counted handle on a
 * jansson value; its destructor drops the count, so that parents and children
 * may die in any order. jansson allocates through the heap wrappers, which
 * never fail; what is left to fail in a setter is a bug of ours and asserts.
 * Keys are our own constants. A document belongs to one thread at a time.
 */
#include "lib/base/json.h"

#include <assert.h>
#include <jansson.h>
#include <pthread.h>
#include <string.h>

#include "lib/base/json_write.h"
#include "lib/base/strbuf.h"

struct json {
	json_t *value;
};

static void use_our_heap(void)
{
	json_set_alloc_funcs(heap_block, heap_free);
}

static void start(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_once(&once, use_our_heap);
}

static int drop(struct json *json)
{
	json_decref(json->value);
	return 0;
}

/* Takes over one count of `value`. */
static struct json *wrap(TALLOC_CTX *mem, json_t *value)
{
	struct json *json = mem_new(mem, struct json);

	json->value = value;
	talloc_set_destructor(json, drop);
	return json;
}

struct json *json_new_object(TALLOC_CTX *mem)
{
	start();
	return wrap(mem, json_object());
}

struct json *json_new_array(TALLOC_CTX *mem)
{
	start();
	return wrap(mem, json_array());
}

/* How many bytes at the start of `s` may stay: one printable ASCII character
 * or one longer UTF-8 sequence; 0 when the first byte must be escaped. */
static size_t clean_length(struct span s)
{
	unsigned char first = (unsigned char)s.data[0];

	if (first < 0x80)
		return first >= 0x20 && first != 0x7f ? 1 : 0;
	for (size_t length = 2; length <= 4 && length <= s.length; length++) {
		if (text_is_utf8(span_make(s.data, length)))
			return length;
	}
	return 0;
}

static bool is_plain(char c)
{
	return c >= ' ' && c < 0x7f;
}

/* How many bytes at the start of `s` may stay, as far as they go. */
static size_t clean_run(struct span s)
{
	size_t run = 0;
	size_t length;

	do {
		while (run < s.length && is_plain(s.data[run]))
			run++;
		length =
		    run == s.length
			? 0
			: clean_length(span_make(s.data + run, s.length - run));
		run += length;
	} while (length > 0);
	return run;
}

static json_t *escaped_value(struct span rest)
{
	struct strbuf clean;

	strbuf_init(&clean, mem_context(NULL), 4 * rest.length);
	while (rest.length > 0) {
		size_t used = clean_run(rest);
		strbuf_add(&clean, rest.data, used);
		if (used < rest.length)
			strbuf_printf(
			    &clean, "\\x%02x",
			    (unsigned)(unsigned char)rest.data[used++]);
		rest = span_make(rest.data + used, rest.length - used);
	}
	json_t *value = json_stringn(strbuf_text(&clean), clean.length);
	mem_free(clean.mem);
	return value;
}

static json_t *text_value(const char *text)
{
	struct span whole = span_of(text);

	if (text == NULL)
		return json_null();
	/* Nearly every text is clean as it is. */
	if (clean_run(whole) == whole.length)
		return json_stringn_nocheck(whole.data, whole.length);
	return escaped_value(whole);
}

static void put_value(struct json *object, const char *key, json_t *value)
{
	int failed = json_object_set_new(object->value, key, value);

	assert(failed == 0);
	(void)failed;
}

static void add(struct json *array, json_t *value)
{
	int failed = json_array_append_new(array->value, value);

	assert(failed == 0);
	(void)failed;
}

void json_put_text(struct json *object, const char *key, const char *text)
{
	put_value(object, key, text_value(text));
}

void json_put_number(struct json *object, const char *key, int64_t number)
{
	put_value(object, key, json_integer(number));
}

void json_put_flag(struct json *object, const char *key, bool flag)
{
	put_value(object, key, json_boolean(flag));
}

void json_put_null(struct json *object, const char *key)
{
	put_value(object, key, json_null());
}

void json_put(struct json *object, const char *key, const struct json *child)
{
	put_value(object, key, json_incref(child->value));
}

void json_add_text(struct json *array, const char *text)
{
	add(array, text_value(text));
}

struct json *json_new_texts(TALLOC_CTX *mem, const struct text_list *texts)
{
	struct json *array = json_new_array(mem);

	for (size_t i = 0; i < texts->count; i++)
		json_add_text(array, texts->items[i]);
	return array;
}

void json_add(struct json *array, const struct json *child)
{
	add(array, json_incref(child->value));
}

/* --- as text -------------------------------------------------------------- */

/* Left to jansson is what it takes care for: numbers, and what only a text of
 * somebody else's can hold, a control character. */
static void write_carefully(struct strbuf *out, const json_t *value)
{
	char *dumped = json_dumps(value, JSON_COMPACT | JSON_ENSURE_ASCII |
					     JSON_ENCODE_ANY);

	assert(dumped != NULL);
	strbuf_add_text(out, dumped);
	heap_free(dumped);
}

static void write_text(struct strbuf *out, const json_t *value)
{
	struct span text =
	    span_make(json_string_value(value), json_string_length(value));

	if (clean_run(text) == text.length)
		json_write_quoted(out, text);
	else
		write_carefully(out, value);
}

static void write_value(struct strbuf *out, json_t *value);

static void write_object(struct strbuf *out, json_t *object)
{
	void *first = json_object_iter(object);

	strbuf_add_char(out, '{');
	for (void *at = first; at != NULL;
	     at = json_object_iter_next(object, at)) {
		const char *key = json_object_iter_key(at);
		if (at != first)
			strbuf_add_char(out, ',');
		json_write_quoted(out, span_of(key));
		strbuf_add_char(out, ':');
		write_value(out, json_object_iter_value(at));
	}
	strbuf_add_char(out, '}');
}

static void write_array(struct strbuf *out, json_t *array)
{
	strbuf_add_char(out, '[');
	for (size_t i = 0; i < json_array_size(array); i++) {
		if (i > 0)
			strbuf_add_char(out, ',');
		write_value(out, json_array_get(array, i));
	}
	strbuf_add_char(out, ']');
}

/* What we built or read: no deeper than jansson reads (2048). */
static void write_value(struct strbuf *out, json_t *value)
{
	if (json_is_object(value))
		write_object(out, value);
	else if (json_is_array(value))
		write_array(out, value);
	else if (json_is_string(value))
		write_text(out, value);
	else
		write_carefully(out, value);
}

char *json_text(TALLOC_CTX *mem, const struct json *value)
{
	struct strbuf out;

	strbuf_init(&out, mem, SIZE_MAX / 2);
	write_value(&out, value->value);
	return strbuf_text(&out);
}

/* --- within a bound ------------------------------------------------------- */

/* As JSON_ENSURE_ASCII writes a character of so many bytes of UTF-8. */
static size_t written_bytes(const char *at, size_t length)
{
	if (length == 1)
		return *at == '"' || *at == '\\' ? 2 : 1;
	return length == 4 ? 12 : 6;
}

/* The bytes of the text, up to its end, whose form takes at most `max`;
 * *written is what it takes. */
static size_t fitting(struct span text, size_t max, size_t *written)
{
	size_t at = 0;

	*written = 0;
	while (at < text.length) {
		struct span rest = span_make(text.data + at, text.length - at);
		size_t step =
		    is_plain(*rest.data) ? 1 : text_utf8_character(rest);
		if (step == 0)
			step = 1;
		size_t takes = written_bytes(text.data + at, step);
		if (takes > max - *written)
			break;
		*written += takes;
		at += step;
	}
	return at;
}

size_t json_text_bytes(const char *text)
{
	size_t written;

	(void)fitting(span_of(text), SIZE_MAX, &written);
	return written;
}

#define CUT_MARK "... (cut: "
#define ESCAPE_BYTES 4 /* "\\xHH": none is cut through */

const char *json_cut(TALLOC_CTX *mem, const char *text, size_t length,
		     size_t max)
{
	struct span whole = span_of(text);
	size_t written;

	if (whole.length >= length &&
	    (whole.length <= max / 12 ||
	     fitting(whole, max, &written) == whole.length))
		return text;
	const char *mark = mem_printf(mem, CUT_MARK "%zu bytes)", length);
	size_t room = strlen(mark) < max ? max - strlen(mark) : 0;
	size_t kept = fitting(whole, room, &written);
	for (size_t i = 1; i < ESCAPE_BYTES && i <= kept; i++) {
		if (kept < whole.length && text[kept - i] == '\\') {
			kept -= i;
			break;
		}
	}
	return mem_printf(mem, "%.*s%s", (int)kept, text, mark);
}

size_t json_uncut_length(const char *text)
{
	const char *mark = NULL;

	for (const char *at = text; (at = strstr(at, CUT_MARK)) != NULL; at++)
		mark = at;
	return mark == NULL ? strlen(text) : (size_t)(mark - text);
}

/* How much is kept of a value's parts. */
struct portion {
	size_t text_bytes;
	size_t items; /* of a list */
};

static json_t *portion_of(TALLOC_CTX *mem, json_t *value,
			  const struct portion *portion);

static json_t *text_portion(TALLOC_CTX *mem, const json_t *value,
			    const struct portion *portion)
{
	const char *text = json_string_value(value);

	return json_string_nocheck(
	    json_cut(mem, text, strlen(text), portion->text_bytes));
}

static json_t *list_portion(TALLOC_CTX *mem, const json_t *value,
			    const struct portion *portion)
{
	json_t *list = json_array();
	size_t count = json_array_size(value);
	size_t kept = count < portion->items ? count : portion->items;

	for (size_t i = 0; i < kept; i++)
		(void)json_array_append_new(
		    list, portion_of(mem, json_array_get(value, i), portion));
	if (kept == count)
		return list;
	json_t *mark =
	    json_is_string(json_array_get(value, 0))
		? json_string(mem_printf(mem, "(%zu more)", count - kept))
		: json_pack("{s:I}", "left_out", (json_int_t)(count - kept));
	(void)json_array_append_new(list, mark);
	return list;
}

static json_t *object_portion(TALLOC_CTX *mem, json_t *value,
			      const struct portion *portion)
{
	json_t *object = json_object();
	const char *key;
	json_t *member;

	json_object_foreach(value, key, member)
	{
		(void)json_object_set_new(object, key,
					  portion_of(mem, member, portion));
	}
	return object;
}

/* As deep as what we write. */
static json_t *portion_of(TALLOC_CTX *mem, json_t *value,
			  const struct portion *portion)
{
	if (json_is_string(value))
		return text_portion(mem, value, portion);
	if (json_is_array(value))
		return list_portion(mem, value, portion);
	if (json_is_object(value))
		return object_portion(mem, value, portion);
	return json_incref(value);
}

static char *cut_whole(TALLOC_CTX *mem, const struct json *value, size_t length)
{
	if (!json_is_array(value->value))
		return mem_printf(mem, "{\"cut\":%zu}", length);
	return mem_printf(mem,
			  json_is_string(json_array_get(value->value, 0))
			      ? "[\"(cut: %zu bytes)\"]"
			      : "[{\"cut\":%zu}]",
			  length);
}

const char *json_within(TALLOC_CTX *mem, const char *text, size_t max)
{
	if (strlen(text) <= max)
		return text;
	TALLOC_CTX *scratch = mem_context(mem);
	char *kept = json_text_within(mem, json_read(scratch, text), max);
	mem_free(scratch);
	return kept;
}

char *json_text_within(TALLOC_CTX *mem, const struct json *value, size_t max)
{
	static const struct portion portions[] = {
	    {JSON_PART_MAX, SIZE_MAX},
	    {JSON_PART_MAX, 20},
	    {512, 20},
	    {256, 20},
	    {128, 10},
	    {96, 3},
	};
	char *text = json_text(mem, value);
	size_t length = strlen(text);

	for (size_t i = 0; strlen(text) > max; i++) {
		if (i == COUNT_OF(portions))
			return cut_whole(mem, value, length);
		TALLOC_CTX *scratch = mem_context(mem);
		struct json *part = wrap(
		    scratch, portion_of(scratch, value->value, &portions[i]));
		mem_free(text);
		text = json_text(mem, part);
		mem_free(scratch);
	}
	return text;
}

/* --- reading -------------------------------------------------------------- */

struct json *json_read(TALLOC_CTX *mem, const char *text)
{
	json_error_t unused;

	start();
	json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, &unused);
	return value == NULL ? NULL : wrap(mem, value);
}

/* The jansson value; its getters find nothing in NULL and in other kinds. */
static const json_t *value_of(const struct json *json)
{
	return json == NULL ? NULL : json->value;
}

const char *json_get_text(const struct json *object, const char *key)
{
	return json_string_value(json_object_get(value_of(object), key));
}

int64_t json_get_number(const struct json *object, const char *key,
			int64_t otherwise)
{
	const json_t *value = json_object_get(value_of(object), key);

	return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

bool json_get_flag(const struct json *object, const char *key)
{
	return json_is_true(json_object_get(value_of(object), key));
}

static struct json *share(TALLOC_CTX *mem, json_t *value)
{
	if (!json_is_object(value) && !json_is_array(value))
		return NULL;
	return wrap(mem, json_incref(value));
}

struct json *json_get(TALLOC_CTX *mem, const struct json *object,
		      const char *key)
{
	return share(mem, json_object_get(value_of(object), key));
}

void json_put_members(struct json *object, const char *text)
{
	TALLOC_CTX *scratch = mem_context(NULL);
	struct json *members = json_read(scratch, text);
	int failed = members == NULL
			 ? -1
			 : json_object_update(object->value, members->value);

	assert(failed == 0);
	(void)failed;
	mem_free(scratch);
}

size_t json_count(const struct json *array)
{
	return json_array_size(value_of(array));
}

struct json *json_item(TALLOC_CTX *mem, const struct json *array, size_t index)
{
	return share(mem, json_array_get(value_of(array), index));
}

const char *json_item_text(const struct json *array, size_t index)
{
	return json_string_value(json_array_get(value_of(array), index));
}
