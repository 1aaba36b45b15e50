/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_IMPORT_TRANSLATION_H
#define TOOLS_IMPORT_TRANSLATION_H

/*
 * translation - what the settings of the old daemons become here
 *
 * Plain data, filled by translate.c, take.c and conclude.c, written as two
 * files by write.c, shown by print.c. Every line that was read is in it: as an
 * origin of a setting or an override, or as a note with its reason.
 *
 * Which clients are trusted, and whether mail is refused at all, is what the
 * daemon did that decided it: OpenDMARC where its file is given, else
 * policyd-spf, else OpenDKIM. The lists of the others let in no more than that
 * one did; they are questions.
 */

#include "lib/app/config.h"
#include "lib/import/old_conf.h"
#include "lib/import/old_hosts.h"
#include "lib/import/old_list.h"

/* A setting that is written; its value stands in the translation's config. */
struct translated_setting {
	const char *name; /* "trust.networks" */
	const char *from; /* where it comes from, for the comment */
};

struct translated_override {
	const char *text; /* the section */
	const char *from; /* for the comment */
	bool is_proposal; /* written as a comment: somebody must decide */
};

struct translated_note {
	enum old_fate fate;
	const char *file;
	int line;	  /* 0: no line says it */
	const char *text; /* "IgnoreMailFrom example.com" */
	const char *why;
	bool is_fault; /* the line could not be taken as it stands */
	bool is_hole;  /* so that more would get in */
};

struct translation {
	TALLOC_CTX *mem;
	const struct old_conf *confs[OLD_KINDS]; /* NULL: not given */
	const char *paths[OLD_KINDS];		 /* theirs, escaped */
	struct config *config;
	size_t setting_count;
	struct translated_setting *settings;
	size_t override_count;
	struct translated_override *overrides;
	size_t note_count;
	struct translated_note *notes;
	bool has_hole;
};

/* Reads nothing but the lists that the files name. */
struct translation *translate(TALLOC_CTX *mem,
			      const struct old_conf *const confs[OLD_KINDS]);

/* --- for translate.c, take.c, conclude.c --- */

/* take.c: a line whose setting has an equal. */
void translation_take(struct translation *translation, enum old_kind kind,
		      const struct old_line *line);

/* take.c: the items that a line names. What cannot be read of them is a fault,
 * and a hole where what is missing may take out what is there. */
struct old_list *translation_list(struct translation *translation,
				  const struct old_line *line,
				  enum old_kind kind, enum old_list_form form,
				  bool is_hole);

/* translate.c: does a setting that can refuse mail refuse none with this value?
 * `is_clear` is false where the value cannot be read. */
bool translation_is_harmless(const struct old_line *line, bool *is_clear);

/* conclude.c: what no line decides by itself. */
void translation_conclude_all(struct translation *translation);

/* The daemon whose lists and refusals count. */
enum old_kind translation_leader(const struct translation *translation);

void translation_note(struct translation *translation, enum old_fate fate,
		      const struct old_line *line, const char *why);
/* Likewise for a line that is not taken as it stands. */
void translation_fault(struct translation *translation,
		       const struct old_line *line, const char *why,
		       bool is_hole);
void translation_faults(struct translation *translation,
			const struct old_faults *faults);
/* What no line says. */
void translation_remark(struct translation *translation, enum old_fate fate,
			enum old_kind kind, const char *text, const char *why);

/* Sets it, from that line; the first kind that sets one wins, and what a later
 * one wants is noted. What the setting's row refuses is noted with its words,
 * and false. */
bool translation_set(struct translation *translation,
		     const struct old_line *line, const char *name,
		     const char *value);
/* A list grows by one item. */
bool translation_add(struct translation *translation,
		     const struct old_line *line, const char *name,
		     const char *item);
/* From no line: `from` says from what. */
void translation_conclude(struct translation *translation, const char *name,
			  const char *value, const char *from);
/* Was it set? */
bool translation_has(const struct translation *translation, const char *name);

/* The clients of a list; `from` is a line, or NULL for a default. */
void translation_networks(struct translation *translation,
			  const struct net_list *networks, const char *from);

/* An override whose scope of that kind ("host") has the items. */
struct translated_scope {
	const struct old_line *line;
	const char *kind;
	const struct text_list *items;
	const char *reason; /* "trusted_forwarder" */
	/* NULL: in force. Else somebody must decide, these words say why, and
	 * it is written as a comment. */
	const char *question;
};
void translation_override(struct translation *translation,
			  const struct translated_scope *scope);
/* A section as it is, as a proposal. */
void translation_propose(struct translation *translation,
			 const struct old_line *line, const char *text);

/* "RejectFailures true (/etc/opendmarc.conf:12)" */
const char *translation_origin(TALLOC_CTX *mem, const struct old_line *line);

#endif
