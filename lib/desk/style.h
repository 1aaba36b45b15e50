/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DESK_STYLE_H
#define DESK_STYLE_H

/*
 * style - how the pages of the desk look, over the style of lib/stats/style.h
 */

extern const char desk_style[];

#endif
