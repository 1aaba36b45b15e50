/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arc_chain.c - are the ARC fields of a message a chain at all?
 *
 * RFC 8617 5.2: every set has one field of each kind, the instances are 1 to N
 * without a gap, cv= is none for the first and pass for all others.
 * Tested by test_arc.
 */
#include "lib/auth/arc_chain.h"

static const char *place(TALLOC_CTX *mem, const struct arc_field *field,
			 struct arc_chain *chain)
{
	const char *name = arc_part_text(field->part);

	if (field->fault != NULL)
		return field->instance == 0
			   ? mem_printf(mem, "%s: %s", name, field->fault)
			   : mem_printf(mem, "%s %u: %s", name, field->instance,
					field->fault);
	struct arc_set *set = &chain->sets[field->instance - 1];
	if (set->parts[field->part] != NULL)
		return mem_printf(mem, "%s %u occurs twice", name,
				  field->instance);
	set->parts[field->part] = field;
	if (field->instance > chain->count)
		chain->count = field->instance;
	return NULL;
}

static const char *check_set(TALLOC_CTX *mem, const struct arc_set *set,
			     unsigned instance)
{
	for (int part = 0; part < ARC_PARTS; part++) {
		if (set->parts[part] == NULL)
			return mem_printf(mem, "%s %u is missing",
					  arc_part_text((enum arc_part)part),
					  instance);
	}
	enum arc_status status = set->parts[ARC_SEAL]->status;
	if (status == ARC_STATUS_FAIL)
		return mem_printf(mem, "ARC-Seal %u says cv=fail", instance);
	if ((status == ARC_STATUS_NONE) != (instance == 1))
		return mem_printf(mem,
				  "ARC-Seal %u has the wrong cv=", instance);
	return NULL;
}

const char *arc_chain_build(TALLOC_CTX *mem, const struct arc_field *fields,
			    size_t count, struct arc_chain *chain)
{
	*chain = (struct arc_chain){.count = 0};
	for (size_t i = 0; i < count; i++) {
		const char *fault = place(mem, &fields[i], chain);
		if (fault != NULL)
			return fault;
	}
	/* The newest first: its cv=fail ends the matter. */
	for (unsigned i = chain->count; i > 0; i--) {
		const char *fault = check_set(mem, &chain->sets[i - 1], i);
		if (fault != NULL)
			return fault;
	}
	return NULL;
}
