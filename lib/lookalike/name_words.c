/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * name_words.c - what of a person's name a reader's eye keeps, word by word
 *
 * Tested by test_people.
 */
#include "lib/lookalike/name_words.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include "lib/lookalike/skeleton.h"

#define WORD_UNITS                                                             \
	64 /* no name has a longer word; what follows is not read              \
	    */

struct word {
	size_t length;
	uint16_t units[WORD_UNITS];
	size_t letters;
	bool has_case;
	bool is_small_last; /* its last letter is a small one */
};

enum part { PART_OF_WORD, PART_OF_NONE, PART_BETWEEN };

static enum part part_of(UChar32 c)
{
	bool is_mark = (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0;
	bool is_unseen =
	    u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);

	/* Hangul's fillers are letters, and shown as a blank. */
	if (u_isalnum(c) || is_mark)
		return is_unseen && !is_mark ? PART_BETWEEN : PART_OF_WORD;
	/* "O'Neill", with either apostrophe */
	if (c == '\'' || c == 0x2019 || c == 0x02bc || c == 0x00b4 || c == '`')
		return PART_OF_NONE;
	return is_unseen ? PART_OF_NONE : PART_BETWEEN;
}

/* Letters in white on black, of which Unicode does not say what they are. */
static UChar32 letter_on_black(UChar32 c)
{
	static const struct {
		UChar32 from;
		UChar32 to;
	} alphabets[] = {
	    {0x1f150, 0x1f169}, /* circles */
	    {0x1f170, 0x1f189}, /* squares */
	    {0x1f1e6, 0x1f1ff}, /* of flags */
	};

	for (size_t i = 0; i < COUNT_OF(alphabets); i++) {
		if (c >= alphabets[i].from && c <= alphabets[i].to)
			return (UChar32)'A' + (c - alphabets[i].from);
	}
	return c;
}

/* The one letter or digit among them, or `otherwise`. */
static UChar32 only_letter(const UChar32 *characters, int32_t count,
			   UChar32 otherwise)
{
	UChar32 found = otherwise;
	int letters = 0;

	for (int32_t i = 0; i < count; i++) {
		if (!u_isalnum(characters[i]))
			continue; /* "(a)" */
		found = characters[i];
		letters++;
	}
	return letters == 1 ? found : otherwise;
}

/* The letter or digit that a symbol is made of, or the character. */
static UChar32 letter_within(UChar32 c)
{
	UErrorCode code = U_ZERO_ERROR;
	const UNormalizer2 *forms = unorm2_getNFKCInstance(&code);
	UChar units[8];
	UChar32 characters[8];
	int32_t count = 0;

	if (c < 0x80 || u_isalnum(c) || U_FAILURE(code))
		return c;
	int32_t length = unorm2_getDecomposition(
	    forms, c, units, (int32_t)COUNT_OF(units), &code);
	if (length <= 0 || U_FAILURE(code))
		return letter_on_black(c);
	(void)u_strToUTF32(characters, (int32_t)COUNT_OF(characters), &count,
			   units, length, &code);
	return U_FAILURE(code) ? c : only_letter(characters, count, c);
}

static void add_letter(struct word *word, UChar32 c)
{
	if (word->length + U16_LENGTH(c) > WORD_UNITS)
		return;
	U16_APPEND_UNSAFE(word->units, word->length, c);
	word->letters += u_isalnum(c) ? 1 : 0;
	word->has_case |= u_tolower(c) != u_toupper(c);
	word->is_small_last = u_islower(c);
}

/* Small letters, and one form of what Unicode has several of: wide letters,
 * those of mathematics. */
static bool fold_case(const uint16_t *text, size_t length, uint16_t *units,
		      size_t room, size_t *count)
{
	UErrorCode code = U_ZERO_ERROR;
	const UNormalizer2 *folder = unorm2_getNFKCCasefoldInstance(&code);
	int32_t made =
	    U_FAILURE(code)
		? 0
		: unorm2_normalize(folder, (const UChar *)text, (int32_t)length,
				   (UChar *)units, (int32_t)room, &code);

	*count = U_FAILURE(code) ? 0 : (size_t)made;
	return U_SUCCESS(code);
}

/* False: it has no form. */
static bool make_form(const struct word *word, enum name_way way,
		      struct lookalike_form *form)
{
	struct lookalike_form shown = {.length = word->length};
	struct lookalike_form small;

	memcpy(shown.units, word->units, word->length * sizeof word->units[0]);
	if (way == NAME_AS_IT_STANDS &&
	    !skeleton_make_units(word->units, word->length, shown.units,
				 LOOKALIKE_FORM_UNITS, &shown.length))
		return false;
	if (!fold_case(shown.units, shown.length, small.units,
		       LOOKALIKE_FORM_UNITS, &small.length) ||
	    !skeleton_make_units(small.units, small.length, form->units,
				 LOOKALIKE_FORM_UNITS, &form->length))
		return false;
	lookalike_form_fold(form);
	return form->length > 0;
}

/* Any number of them may stand before a name. */
static void let_initials_go(struct name_words *words)
{
	size_t kept = 0;

	for (size_t i = 0; i < words->count; i++) {
		if (words->is_initial[i])
			continue;
		words->forms[kept] = words->forms[i];
		words->is_initial[kept++] = false;
	}
	words->count = kept;
}

static void end_word(struct name_words *words, struct word *word,
		     enum name_way way)
{
	if (words->count == LIMIT_NAME_WORDS)
		let_initials_go(words);
	if (word->length > 0 && words->count < LIMIT_NAME_WORDS &&
	    make_form(word, way, &words->forms[words->count])) {
		words->is_initial[words->count] =
		    word->letters == 1 && word->has_case;
		words->count++;
	}
	*word = (struct word){.length = 0};
}

/* What stands behind a right-to-left override, to its end, is shown from its
 * end on. */
static void turn_overridden(UChar32 *characters, int32_t count)
{
	for (int32_t i = 0; i < count; i++) {
		if (characters[i] != 0x202e)
			continue;
		characters[i] = 0x200e; /* once */
		int32_t from = i + 1;
		int32_t end = from;
		while (end < count &&
		       (characters[end] < 0x202a || characters[end] > 0x202e))
			end++;
		i = end - 1;
		for (; from < end - 1; from++, end--) {
			UChar32 first = u_charMirror(characters[from]);
			characters[from] = u_charMirror(characters[end - 1]);
			characters[end - 1] = first;
		}
	}
}

/* One by one, as they are shown. */
static const UChar32 *to_characters(TALLOC_CTX *mem, const char *text,
				    int32_t *count)
{
	int32_t room = (int32_t)strlen(text); /* one takes a byte or more */
	UChar *units = mem_array(mem, UChar, (size_t)room + 1);
	UChar32 *characters = mem_array(mem, UChar32, (size_t)room + 1);
	UErrorCode code = U_ZERO_ERROR;
	int32_t length = 0;

	*count = 0;
	(void)u_strFromUTF8WithSub(units, room + 1, &length, text, room, 0xfffd,
				   NULL, &code);
	(void)u_strToUTF32WithSub(characters, room + 1, count, units, length,
				  0xfffd, NULL, &code);
	turn_overridden(characters, *count);
	return characters;
}

static bool is_taken_apart(const struct name_words *words)
{
	for (size_t i = 0; i < words->count; i++) {
		if (!words->is_initial[i])
			return false;
	}
	return true;
}

struct name_words name_words_split(TALLOC_CTX *mem, const char *text,
				   enum name_way way)
{
	struct name_words words = {
	    .forms = mem_array(mem, struct lookalike_form, LIMIT_NAME_WORDS),
	    .is_initial = mem_array(mem, bool, LIMIT_NAME_WORDS),
	};
	struct word word = {.length = 0};
	int32_t count;
	const UChar32 *characters = to_characters(mem, text, &count);

	for (int32_t i = 0; i < count; i++) {
		UChar32 c = letter_within(characters[i]);
		switch (part_of(c)) {
		case PART_OF_WORD:
			words.has_seam |= word.is_small_last && u_isupper(c);
			add_letter(&word, c);
			break;
		case PART_OF_NONE:
			words.has_seam |= word.length > 0;
			break;
		case PART_BETWEEN:
			end_word(&words, &word, way);
		}
	}
	end_word(&words, &word, way);
	words.has_seam |= is_taken_apart(&words);
	return words;
}

/* What closes a bracket or quote that `c` opens; 0: it opens none. */
static UChar32 closing_of(UChar32 c)
{
	if (c == '"' || c == 0x201c || c == 0x201d || c == 0x201e)
		return '"';
	if (c == 0x00ab)
		return 0x00bb;
	return u_getIntPropertyValue(c, UCHAR_BIDI_PAIRED_BRACKET_TYPE) ==
		       U_BPT_OPEN
		   ? u_getBidiPairedBracket(c)
		   : 0;
}

static bool closes(UChar32 c, UChar32 closing)
{
	return c == closing || (closing == '"' && c >= 0x201c && c <= 0x201f);
}

/* Behind what is closed; the next character where nothing is. */
static int32_t past_bracket(const UChar32 *characters, int32_t at,
			    int32_t count, int *unclosed)
{
	UChar32 closing = closing_of(characters[at]);

	if (closing == 0 || *unclosed == LIMIT_NAME_BRACKETS)
		return at + 1;
	for (int32_t i = at + 1; i < count; i++) {
		if (closes(characters[i], closing))
			return i + 1;
	}
	++*unclosed;
	return at + 1;
}

const char *name_words_unbracketed(TALLOC_CTX *mem, const char *text)
{
	int32_t count;
	const UChar32 *characters = to_characters(mem, text, &count);
	uint8_t *bytes =
	    mem_array(mem, uint8_t, U8_MAX_LENGTH * (size_t)count + 1);
	size_t length = 0;
	bool is_cut = false;
	int unclosed = 0;

	for (int32_t at = 0, next; at < count; at = next) {
		next = past_bracket(characters, at, count, &unclosed);
		is_cut |= next > at + 1;
		uint32_t c = next > at + 1 ? ' ' : (uint32_t)characters[at];
		U8_APPEND_UNSAFE(bytes, length, c);
	}
	return is_cut ? (const char *)bytes : NULL;
}
