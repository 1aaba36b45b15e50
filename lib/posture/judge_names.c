/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * judge_names.c - names that anybody could register
 *
 * A record that leads to a name hands part of the domain to whoever owns it.
 * That a registrable name is not in the DNS says that it is free, or that its
 * owner is about to lose it. One below a suffix that does not exist cannot be
 * registered, and leads nowhere for good.
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/judge.h"

#include "lib/base/domain.h"
#include "lib/base/limits.h"

static bool is_failure(enum dns_status status)
{
	return status == DNS_TEMPORARY || status == DNS_BOGUS;
}

/* Names of networks of the UK's government that were switched off. */
static const char *gsi_name(const char *name)
{
	static const char *const gone[] = {"gsi.gov.uk", "gse.gov.uk",
					   "gcsx.gov.uk", "gsx.gov.uk"};

	for (size_t i = 0; i < COUNT_OF(gone); i++) {
		if (domain_equals(name, gone[i]) ||
		    domain_is_below(name, gone[i]))
			return gone[i];
	}
	return NULL;
}

static void judge_gsi(const struct posture_facts *facts,
		      struct posture *posture)
{
	if (gsi_name(facts->domain) != NULL)
		posture_add(posture, POSTURE_NAME_GSI, facts->domain, NULL,
			    "the domain is at or below %s",
			    gsi_name(facts->domain));
	for (size_t i = 0; i < facts->name_count; i++) {
		const struct posture_name *name = &facts->names[i];
		if (gsi_name(name->name) != NULL)
			posture_add(posture, POSTURE_NAME_GSI,
				    mem_printf(posture, "%s %s", name->place,
					       name->name),
				    NULL, "%s names %s", name->place,
				    name->name);
	}
}

static void judge_name(const struct posture_name *name, struct posture *posture)
{
	if (is_failure(name->registrable_status))
		posture_unchecked(posture,
				  "whether %s exists: DNS does not answer",
				  name->registrable);
	if (name->registrable_status == DNS_NXDOMAIN &&
	    name->suffix_status != DNS_NXDOMAIN && gsi_name(name->name) == NULL)
		posture_add(
		    posture, POSTURE_NAME_REGISTRABLE,
		    mem_printf(posture, "%s %s", name->place, name->name), NULL,
		    "%s names %s; %s does not exist in the DNS", name->place,
		    name->name, name->registrable);
}

void judge_names(const struct posture_facts *facts, struct posture *posture)
{
	for (size_t i = 0; i < facts->name_count; i++)
		judge_name(&facts->names[i], posture);
	if (facts->spf.is_cut)
		posture_unchecked(
		    posture,
		    "all that the domain's SPF records name: of one domain %d "
		    "records and %d terms are asked for, and it has more",
		    LIMIT_POSTURE_SPF_RECORDS, LIMIT_POSTURE_SPF_TERMS);
	judge_gsi(facts, posture);
}
