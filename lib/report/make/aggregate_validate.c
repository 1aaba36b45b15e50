/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * aggregate_validate.c - is it a report that the schema allows?
 *
 * The schemas are lib/report/make/rfc*.xsd, made into C by the makefile.
 */
#include "lib/report/make/aggregate_validate.h"

#include "lib/report/make/xml_schema.h"

static const char rfc9990[] =
#include "lib/report/make/rfc9990.inc"
    ;
static const char rfc7489[] =
#include "lib/report/make/rfc7489.inc"
    ;

struct aggregate_validator {
	struct xml_schema *schema;
};

struct aggregate_validator *aggregate_validator_new(TALLOC_CTX *mem,
						    enum report_schema schema)
{
	struct aggregate_validator *validator =
	    mem_new(mem, struct aggregate_validator);

	validator->schema =
	    schema == REPORT_SCHEMA_RFC9990
		? xml_schema_new(validator, rfc9990, sizeof rfc9990 - 1)
		: xml_schema_new(validator, rfc7489, sizeof rfc7489 - 1);
	return validator;
}

void aggregate_validator_add(struct aggregate_validator *validator,
			     const char *bytes, size_t length)
{
	xml_schema_add(validator->schema, bytes, length);
}

bool aggregate_validator_end(struct aggregate_validator *validator,
			     struct error *err)
{
	if (xml_schema_end(validator->schema, err))
		return true;
	return error_wrap(err, "the report does not fit its schema, which is a "
			       "defect of alignd (please report it)");
}
