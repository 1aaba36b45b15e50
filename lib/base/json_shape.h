/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_JSON_SHAPE_H
#define BASE_JSON_SHAPE_H

/*
 * json_shape - is a text JSON of the kind that we write?
 *
 * For what comes back from a file that somebody else may have written to. Much
 * faster than reading it: a review looks at a hundred thousand rows. No text
 * in it holds a control character (C0, DEL, C1), spelled out or escaped, since
 * json_put_text() writes none; numbers are whole ones of at most 18 digits.
 * What passes can still be refused by json_read() (a key twice), which is
 * NULL then, as any other JSON that cannot be read.
 */

#include <stdbool.h>

#include "lib/base/text.h"

enum json_shape {
	JSON_OBJECT_SHAPE,
	JSON_OBJECTS_SHAPE, /* a list of nothing but objects */
	JSON_TEXTS_SHAPE,   /* a list of nothing but texts */
};

bool json_has_shape(struct span text, enum json_shape shape);

#endif
