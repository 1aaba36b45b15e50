/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_ENGINE_CHOICE_H
#define AUTH_ENGINE_CHOICE_H

/*
 * engine_choice - who verifies; the values of dkim.engine and spf.engine
 */

enum engine_choice { ENGINE_ALIGND, ENGINE_LIBRARY };

/* "alignd", "libopendkim"; "alignd", "libspf2". */
const char *engine_dkim_text(int choice);
const char *engine_spf_text(int choice);

#endif
