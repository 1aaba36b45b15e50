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

#include "lib/lookalike/skeleton.h"

#define WORD_UNITS                                                             \
	64 /* no name has a longer word; what follows is not read              \
	    */

struct word {
	size_t length;
	uint16_t units[WORD_UNITS];
	size_t letters;
	bool has_case;
};

enum part { PART_OF_WORD, PART_OF_NONE, PART_BETWEEN };

static enum part part_of(UChar32 c)
{
	bool is_mark = (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0;

	if (u_isalnum(c) || is_mark)
		return PART_OF_WORD;
	/* "O'Neill", with either apostrophe */
	if (c == '\'' || c == 0x2019 || c == 0x00b4 || c == '`')
		return PART_OF_NONE;
	return u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)
		   ? PART_OF_NONE
		   : PART_BETWEEN;
}

static void add_letter(struct word *word, UChar32 c)
{
	if (word->length + U16_LENGTH(c) > WORD_UNITS)
		return;
	U16_APPEND_UNSAFE(word->units, word->length, c);
	word->letters += u_isalnum(c) ? 1 : 0;
	word->has_case |= u_tolower(c) != u_toupper(c);
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

static void end_word(struct name_words *words, struct word *word,
		     enum name_way way)
{
	if (word->length > 0 && words->count < LIMIT_NAME_WORDS &&
	    make_form(word, way, &words->forms[words->count])) {
		words->is_initial[words->count] =
		    word->letters == 1 && word->has_case;
		words->count++;
	}
	*word = (struct word){.length = 0};
}

/* One by one. */
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
	return characters;
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

	for (int32_t i = 0; i < count && words.count < LIMIT_NAME_WORDS; i++) {
		switch (part_of(characters[i])) {
		case PART_OF_WORD:
			add_letter(&word, characters[i]);
			break;
		case PART_OF_NONE:
			break;
		case PART_BETWEEN:
			end_word(&words, &word, way);
		}
	}
	end_word(&words, &word, way);
	return words;
}
