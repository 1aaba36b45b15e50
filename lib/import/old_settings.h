/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IMPORT_OLD_SETTINGS_H
#define IMPORT_OLD_SETTINGS_H

/*
 * old_settings - what becomes of each setting of OpenDMARC, OpenDKIM and
 * policyd-spf
 *
 * One row a setting that the daemon documents, or reads although it does not:
 * opendmarc.conf(5) of 1.4.2, opendkim.conf(5) of 2.11, policyd-spf.conf(5) of
 * 3.0. The words stand as they are shown to people. Immutable.
 */

#include <stdbool.h>
#include <stddef.h>

enum old_kind { OLD_OPENDMARC, OLD_OPENDKIM, OLD_POLICYD_SPF, OLD_KINDS };

enum old_fate {
	OLD_TAKEN,	/* becomes `target` */
	OLD_QUESTION,	/* somebody must decide; written as a comment at most */
	OLD_REFUSED,	/* it refused or doubted mail there that is not here */
	OLD_NO_EQUAL,	/* has none, and lets nothing in */
	OLD_STAYS,	/* OpenDKIM goes on signing with it */
	OLD_NOT_NEEDED, /* nothing follows from it here */
	OLD_FATES,
};

struct old_setting {
	const char *name; /* NULL ends the table */
	enum old_fate fate;
	/* TAKEN: a setting of alignd; QUESTION: where a comment proposes one; or
	 * NULL */
	const char *target;
	const char *why;
	/* REFUSED: values that refuse nothing, with blanks around each; NULL:
	 * every value refuses. "0" stands for a flag's no. */
	const char *harmless;
	/* Read wrongly, or left out, it may let in more than it did there. */
	bool narrows;
};

extern const struct old_setting old_opendmarc_settings[];
extern const struct old_setting old_opendkim_settings[];
extern const struct old_setting old_policyd_spf_settings[];

/* "opendmarc", "opendkim", "policyd-spf". */
const char *old_kind_text(enum old_kind kind);
bool old_kind_named(const char *text, enum old_kind *kind);

const char *old_fate_text(enum old_fate fate);

const struct old_setting *old_settings_of(enum old_kind kind);

/* The row of that name, or NULL. Upper and lower case are the same but to
 * policyd-spf, as they are to the daemons. */
const struct old_setting *old_setting_named(enum old_kind kind,
					    const char *name);

#endif
