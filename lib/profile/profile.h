/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROFILE_PROFILE_H
#define PROFILE_PROFILE_H

/*
 * profile - what a body's rule book asks of a mail server: one table
 *
 * A profile is named by the setting `profile`. Its rows of kind PROFILE_SETTING
 * are defaults: they hold where no file sets the setting. The others are looked
 * at only: those about the host by `alignctl doctor --profile`, those about a
 * domain by `alignctl posture --profile` (lib/posture/judge_profile.h).
 * PROFILE_DECLARED is the body's own affair, which no program can see.
 *
 * Settings and findings are named as text, so that this folder needs to know
 * neither; test_profile holds that each of them exists. Immutable, pure.
 */

#include "lib/base/settings.h"

enum profile_id {
	PROFILE_RFC9989,
	PROFILE_UK_GOV,
	PROFILE_ISM_1799,
	PROFILE_BSI_TR_03182,
	PROFILE_CISA_BOD_18_01,
	PROFILES,
};

struct profile {
	const char *name;   /* "uk-gov" */
	const char *title;  /* whose rules they are */
	const char *source; /* the documents, with their dates */
};

/* How a row is looked at. The first three are about the host, the last is about
 * neither, the rest about a domain. */
enum profile_check {
	PROFILE_SETTING,   /* `subject` has the value `wanted`: a default */
	PROFILE_GIVEN,	   /* the setting `subject`, or `also`, is not empty */
	PROFILE_VALIDATED, /* the resolver's answers are validated (DNSSEC) */
	PROFILE_FINDINGS,  /* none of the findings of `subject`, blanks between
			    */
	PROFILE_SPF_ALL,   /* the SPF record ends in `wanted`, or in `also` */
	PROFILE_POLICY,	   /* the DMARC policy in force is `wanted` or `also` */
	PROFILE_RUA,	   /* the DMARC record's rua has the address `wanted` */
	PROFILE_KEY_TYPES, /* DKIM keys of the types `wanted`, blanks between */
	PROFILE_DECLARED,
};

/* What a row about a domain speaks of: it says nothing of one without it, and
 * is not met by what could not be looked at. */
enum profile_part {
	PART_NONE, /* of the host, or declared */
	PART_DOMAIN,
	PART_DMARC,
	PART_SPF,
	PART_KEYS,
	PART_MX,
	PART_STS,
	PART_TLS_RPT,
	PART_HOSTS, /* from which mail leaves */
	PART_DNSSEC,
	PART_LIVE,   /* mail servers, looked at by SMTP */
	PART_PARKED, /* domains that send no mail */
	PARTS,
};

struct profile_row {
	enum profile_id profile;
	enum profile_check check;
	enum profile_part part;
	const char *rule; /* "ISM-1799": where it is written */
	const char *asks; /* what it asks, in our words, one sentence */
	const char *subject;
	/* Of a setting, as struct setting has a default: a choice, a flag. */
	const char *wanted;
	/* Other values that meet the row, blanks between, or one other setting;
	 * NULL: none. */
	const char *also;
	const char *advice;  /* what to do where it is not met */
	const char *against; /* what an RFC says to the contrary: "RFC 9989
				7.4: ..."; NULL: nothing */
	const char *warning; /* what else is to be known of it; or NULL */
};

extern const struct profile profiles[PROFILES];
extern const struct setting_choice profile_choices[]; /* their names */

/* The one table, ended by a row without a rule; a profile's rows stand together
 * and in the order in which they are shown. */
extern const struct profile_row profile_rows[];

/* The profile of that name; false where there is none, with the names that can
 * be asked for. */
bool profile_find(const char *name, enum profile_id *profile, struct error *err)
    __attribute__((warn_unused_result));

/* Steps to the next row of the profile, to its first one from NULL; NULL: that
 * was the last. */
const struct profile_row *profile_next(enum profile_id profile,
				       const struct profile_row *row);

/* Is it about the host that alignd runs on? */
bool profile_is_about_host(const struct profile_row *row);

/* What the profile has for a default; NULL: nothing of its own. */
const struct profile_row *profile_default_of(enum profile_id profile,
					     const char *setting);

/* Does a value meet a row of kind PROFILE_SETTING? As a file spells it. */
bool profile_is_met_by(const struct profile_row *row, const char *value);

/* Is it one of the words between blanks? */
bool profile_has_word(const char *words, const char *word);

/*
 * Puts the profile's defaults into `values` where no file set anything else;
 * texts belong to `mem`. Returns where all values come from after that, below
 * `mem`.
 */
const struct settings_origins *
profile_apply(TALLOC_CTX *mem, enum profile_id profile,
	      const struct setting_section *sections,
	      const struct settings_origins *origins, void *values);

#endif
