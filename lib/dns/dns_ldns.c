/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dns_ldns.c - ldns: packets and zone files to our own structs
 *
 * ldns checks that lengths stay inside the packet; what it hands over is
 * measured here again before it is copied. RFC 1035 3.3, 4.1, 5; RFC 2308 5.
 */
#include "lib/dns/dns_ldns.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <ldns/ldns.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/dns/dns_answer.h"
#include "lib/dns/dns_name.h"

#define ZONE_TTL_S 3600 /* of records above the first $TTL */

/* The inner form; "" for the root, NULL for what is no domain. */
static char *inner_name(TALLOC_CTX *mem, const ldns_rdf *dname)
{
	char *text = ldns_rdf2str(dname);

	if (text == NULL)
		return NULL;
	char *name = strcmp(text, ".") == 0
			 ? mem_strdup(mem, "")
			 : domain_normalize(mem, span_of(text));
	LDNS_FREE(text);
	return name;
}

/* The same for a name that SPF may ask for: see dns_name.h. */
static char *askable_name(TALLOC_CTX *mem, const ldns_rdf *dname)
{
	/* "a CNAME \\# 0": a record without its data, which ldns lets pass */
	if (dname == NULL)
		return NULL;
	return dns_name_from_wire(mem, ldns_rdf_data(dname),
				  ldns_rdf_size(dname));
}

static bool read_address(const ldns_rr *rr, size_t size,
			 struct dns_record *record)
{
	const ldns_rdf *rdf = ldns_rr_rdf(rr, 0);

	if (rdf == NULL || ldns_rdf_size(rdf) != size)
		return false;
	memcpy(record->address, ldns_rdf_data(rdf), size);
	return true;
}

static bool read_exchange(TALLOC_CTX *mem, const ldns_rr *rr,
			  struct dns_record *record)
{
	const ldns_rdf *preference = ldns_rr_rdf(rr, 0);
	const ldns_rdf *exchange = ldns_rr_rdf(rr, 1);

	if (preference == NULL || exchange == NULL)
		return false;
	record->preference = ldns_rdf2native_int16(preference);
	record->name = askable_name(mem, exchange);
	return record->name != NULL;
}

static bool read_pointer(TALLOC_CTX *mem, const ldns_rr *rr,
			 struct dns_record *record)
{
	const ldns_rdf *target = ldns_rr_rdf(rr, 0);

	if (target == NULL)
		return false;
	record->name = inner_name(mem, target);
	return record->name != NULL && record->name[0] != '\0';
}

/* The bytes of all strings; false when a length lies or the sum is too much. */
static bool text_length(const ldns_rr *rr, size_t *length)
{
	size_t sum = 0;

	for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
		const ldns_rdf *rdf = ldns_rr_rdf(rr, i);
		if (rdf == NULL || ldns_rdf_size(rdf) == 0 ||
		    ldns_rdf_size(rdf) != (size_t)ldns_rdf_data(rdf)[0] + 1)
			return false;
		sum += ldns_rdf_data(rdf)[0];
	}
	*length = sum;
	return sum <= LIMIT_TXT_BYTES;
}

static bool read_text(TALLOC_CTX *mem, const ldns_rr *rr,
		      struct dns_record *record)
{
	size_t length;

	if (!text_length(rr, &length))
		return false;
	char *text = mem_array(mem, char, length + 1);
	size_t used = 0;
	for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
		const uint8_t *string = ldns_rdf_data(ldns_rr_rdf(rr, i));
		memcpy(text + used, string + 1, string[0]);
		used += string[0];
	}
	record->text = text;
	record->length = length;
	return true;
}

/* A name that is the record's data: "" for the root. */
static bool read_target(TALLOC_CTX *mem, const ldns_rr *rr,
			struct dns_record *record)
{
	record->name = askable_name(mem, ldns_rr_rdf(rr, 0));
	return record->name != NULL;
}

/* The data as the packet has it, field after field. */
static bool read_data(TALLOC_CTX *mem, const ldns_rr *rr,
		      struct dns_record *record)
{
	struct strbuf data;

	strbuf_init(&data, mem, LIMIT_TXT_BYTES);
	for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
		const ldns_rdf *rdf = ldns_rr_rdf(rr, i);
		if (rdf == NULL)
			return false;
		strbuf_add(&data, (const char *)ldns_rdf_data(rdf),
			   ldns_rdf_size(rdf));
	}
	record->text = strbuf_text(&data);
	record->length = data.length;
	return !strbuf_is_full(&data);
}

/* False for a record that alignd cannot use. */
static bool read_record(TALLOC_CTX *mem, const ldns_rr *rr,
			struct dns_record *record)
{
	*record = (struct dns_record){0};
	switch ((unsigned)ldns_rr_get_type(rr)) {
	case DNS_A:
		return read_address(rr, 4, record);
	case DNS_AAAA:
		return read_address(rr, 16, record);
	case DNS_MX:
		return read_exchange(mem, rr, record);
	case DNS_PTR:
		return read_pointer(mem, rr, record);
	case DNS_TXT:
		return read_text(mem, rr, record);
	case DNS_NS:
	case DNS_CNAME:
	case DNS_SOA:
		return read_target(mem, rr, record);
	case DNS_DS:
	case DNS_TLSA:
		return read_data(mem, rr, record);
	}
	return false;
}

/* -- zone files --------------------------------------------------------- */

/* An owner, where the first label may be "*" (RFC 4592 2.1.1). */
static char *owner_name(TALLOC_CTX *mem, const ldns_rdf *dname)
{
	if (!ldns_dname_is_wildcard(dname))
		return askable_name(mem, dname);
	ldns_rdf *below = ldns_dname_left_chop(dname);
	char *parent = below == NULL ? NULL : inner_name(mem, below);
	ldns_rdf_deep_free(below);
	if (parent == NULL)
		return NULL;
	return mem_printf(mem, "*%s%s", parent[0] == '\0' ? "" : ".", parent);
}

/* The nearest name at or above `dname` that can be asked for: below it lies
 * something, so it exists. *is_exact: is it `dname` itself? */
static char *reachable_owner(TALLOC_CTX *mem, const ldns_rdf *dname,
			     bool *is_exact)
{
	char *owner = owner_name(mem, dname);

	*is_exact = owner != NULL;
	ldns_rdf *above = owner == NULL ? ldns_dname_left_chop(dname) : NULL;
	while (above != NULL) {
		ldns_rdf *next = ldns_dname_left_chop(above);
		owner = owner_name(mem, above);
		ldns_rdf_deep_free(above);
		if (owner != NULL) {
			ldns_rdf_deep_free(next);
			return owner;
		}
		above = next;
	}
	return owner != NULL ? owner : mem_strdup(mem, "");
}

static struct zone_record zone_record_from(TALLOC_CTX *mem, const ldns_rr *rr)
{
	bool is_exact;
	struct zone_record record = {
	    .owner = reachable_owner(mem, ldns_rr_owner(rr), &is_exact),
	    .type = ZONE_NOTHING,
	    .ttl_s = ldns_rr_ttl(rr),
	};

	if (!is_exact || ldns_rr_get_class(rr) != LDNS_RR_CLASS_IN)
		return record;
	if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_CNAME) {
		record.type = ZONE_CNAME;
		record.data.name = askable_name(mem, ldns_rr_rdf(rr, 0));
		return record;
	}
	struct dns_record data;
	if (read_record(mem, rr, &data)) {
		record.type = ldns_rr_get_type(rr);
		record.data = data;
	}
	return record;
}

/* What ldns remembers from line to line. Its own count of lines runs ahead
 * over empty ones, so lines are counted here. */
struct reader {
	FILE *stream;
	const char *file;
	const char *text; /* what the stream reads */
	uint32_t ttl;
	ldns_rdf *origin;
	ldns_rdf *previous;
};

/* The number of the first line at or behind `offset` that says something. */
static long line_number(const struct reader *reader, long offset)
{
	struct span rest = span_of(reader->text);
	struct span line;
	long number = 0;

	while (rest.length > 0) {
		const char *start = rest.data;
		(void)span_cut(rest, '\n', &line, &rest);
		number++;
		line = span_trim(line);
		if (start - reader->text >= offset && line.length > 0 &&
		    line.data[0] != ';')
			break;
	}
	return number;
}

/* The next record; *rr is NULL for a line without one. */
static bool read_line(struct reader *reader, ldns_rr **rr, struct error *err)
{
	long offset = ftell(reader->stream);

	*rr = NULL;
	ldns_status status =
	    ldns_rr_new_frm_fp(rr, reader->stream, &reader->ttl,
			       &reader->origin, &reader->previous);
	switch (status) {
	case LDNS_STATUS_OK:
		return true;
	case LDNS_STATUS_SYNTAX_EMPTY:
	case LDNS_STATUS_SYNTAX_TTL:
	case LDNS_STATUS_SYNTAX_ORIGIN:
		*rr = NULL;
		return true;
	case LDNS_STATUS_SYNTAX_INCLUDE:
		return error_set(err, ERROR_DNS,
				 "%s:%ld: $INCLUDE is not supported",
				 reader->file, line_number(reader, offset));
	default:
		return error_set(err, ERROR_DNS, "%s:%ld: %s", reader->file,
				 line_number(reader, offset),
				 ldns_get_errorstr_by_id(status));
	}
}

static bool read_records(TALLOC_CTX *mem, struct reader *reader,
			 struct zone *zone, struct error *err)
{
	struct zone read = {0};
	size_t room = 0;

	while (!feof(reader->stream)) {
		ldns_rr *rr;
		if (!read_line(reader, &rr, err))
			return false;
		if (rr == NULL)
			continue;
		if (read.count == room) {
			room = room == 0 ? 64 : room * 2;
			read.records = mem_resize(mem, read.records,
						  struct zone_record, room);
		}
		read.records[read.count++] = zone_record_from(mem, rr);
		ldns_rr_free(rr);
	}
	*zone = read;
	return true;
}

/*
 * ldns takes and frees large buffers for every record, at the top of the heap,
 * and glibc gives these pages back to the kernel each time: two thirds of the
 * time of loading. A large block once freed raises the size it keeps
 * (mallopt(3), the dynamic M_MMAP_THRESHOLD); for good, so once is enough.
 */
static pthread_once_t heap_is_calm = PTHREAD_ONCE_INIT;

static void calm_heap(void)
{
	heap_free(heap_zeroed((size_t)4 * 1024 * 1024, 1));
}

bool dns_zone_read(TALLOC_CTX *mem, const char *text, const char *file,
		   struct zone *zone, struct error *err)
{
	(void)pthread_once(&heap_is_calm, calm_heap);
	/* The last line gets an end, and the stream at least one byte. */
	char *lines = mem_printf(mem, "%s\n", text);
	struct reader reader = {
	    .stream = fmemopen(lines, strlen(lines), "r"),
	    .file = file,
	    .text = lines,
	    .ttl = ZONE_TTL_S,
	};
	bool is_read = false;

	if (reader.stream == NULL) {
		(void)error_set(err, ERROR_SYSTEM, "%s: no stream", file);
	} else {
		is_read = read_records(mem, &reader, zone, err);
		(void)fclose(reader.stream);
	}
	ldns_rdf_deep_free(reader.origin);
	ldns_rdf_deep_free(reader.previous);
	mem_free(lines);
	return is_read;
}

/* -- packets ------------------------------------------------------------ */

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* RFC 2181 8: a TTL with its first bit set is 0. */
static uint32_t bounded_ttl(uint32_t ttl_s)
{
	return ttl_s > INT32_MAX ? 0 : ttl_s;
}

static const ldns_rr *find_alias(const ldns_rr_list *rrs, const ldns_rdf *name)
{
	for (size_t i = 0; i < ldns_rr_list_rr_count(rrs); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(rrs, i);
		if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_CNAME &&
		    ldns_rr_rdf(rr, 0) != NULL &&
		    ldns_dname_compare(ldns_rr_owner(rr), name) == 0)
			return rr;
	}
	return NULL;
}

/* Follows CNAMEs from `name`; NULL when they go on too long or in a circle. */
static const ldns_rdf *follow_aliases(const ldns_rr_list *rrs,
				      const ldns_rdf *name, uint32_t *ttl_s)
{
	for (int hops = 0; hops <= LIMIT_CNAME_CHAIN; hops++) {
		const ldns_rr *alias = find_alias(rrs, name);
		if (alias == NULL)
			return name;
		*ttl_s = least(*ttl_s, bounded_ttl(ldns_rr_ttl(alias)));
		name = ldns_rr_rdf(alias, 0);
	}
	return NULL;
}

static uint32_t negative_ttl(const ldns_pkt *packet)
{
	const ldns_rr_list *rrs = ldns_pkt_authority(packet);

	for (size_t i = 0; i < ldns_rr_list_rr_count(rrs); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(rrs, i);
		const ldns_rdf *minimum = ldns_rr_rdf(rr, 6);
		if (ldns_rr_get_type(rr) != LDNS_RR_TYPE_SOA || minimum == NULL)
			continue;
		return least(bounded_ttl(ldns_rr_ttl(rr)),
			     bounded_ttl(ldns_rdf2native_int32(minimum)));
	}
	return DNS_NO_SOA_TTL_S;
}

/* Adds the records of (owner, type) to the answer. */
static void collect(TALLOC_CTX *mem, const ldns_rr_list *rrs,
		    const ldns_rdf *owner, enum dns_type type,
		    struct dns_answer *answer)
{
	size_t room = ldns_rr_list_rr_count(rrs);

	if (room > LIMIT_ANSWER_RECORDS)
		room = LIMIT_ANSWER_RECORDS;
	struct dns_record *records = mem_array(mem, struct dns_record, room);
	for (size_t i = 0;
	     i < ldns_rr_list_rr_count(rrs) && answer->count < room; i++) {
		const ldns_rr *rr = ldns_rr_list_rr(rrs, i);
		if ((unsigned)ldns_rr_get_type(rr) != type ||
		    ldns_dname_compare(ldns_rr_owner(rr), owner) != 0 ||
		    !read_record(mem, rr, &records[answer->count]))
			continue;
		answer->count++;
		answer->ttl_s =
		    least(answer->ttl_s, bounded_ttl(ldns_rr_ttl(rr)));
	}
	answer->records = records;
}

static struct dns_answer read_packet(TALLOC_CTX *mem, const ldns_rdf *name,
				     enum dns_type type, const ldns_pkt *packet)
{
	struct dns_answer answer = dns_answer_empty(DNS_OK, LIMIT_TTL_S);
	const ldns_rr_list *rrs = ldns_pkt_answer(packet);

	if (ldns_pkt_get_rcode(packet) == LDNS_RCODE_NXDOMAIN)
		return dns_answer_empty(DNS_NXDOMAIN, negative_ttl(packet));
	/* Who asks for the alias wants it, not what it leads to. */
	const ldns_rdf *owner =
	    type == DNS_CNAME ? name : follow_aliases(rrs, name, &answer.ttl_s);
	if (ldns_pkt_get_rcode(packet) != LDNS_RCODE_NOERROR ||
	    ldns_pkt_tc(packet) || owner == NULL)
		return dns_answer_empty(DNS_TEMPORARY, DNS_FAILURE_TTL_S);
	collect(mem, rrs, owner, type, &answer);
	if (answer.count == 0)
		return dns_answer_empty(DNS_NODATA, negative_ttl(packet));
	return answer;
}

struct dns_answer dns_wire_decode(TALLOC_CTX *mem, const char *name,
				  enum dns_type type, const uint8_t *packet,
				  size_t length)
{
	struct dns_answer answer =
	    dns_answer_empty(DNS_TEMPORARY, DNS_FAILURE_TTL_S);
	ldns_rdf *asked = ldns_dname_new_frm_str(name);
	ldns_pkt *decoded = NULL;

	if (asked != NULL &&
	    ldns_wire2pkt(&decoded, packet, length) == LDNS_STATUS_OK) {
		answer = read_packet(mem, asked, type, decoded);
		ldns_pkt_free(decoded);
	}
	ldns_rdf_deep_free(asked);
	return answer;
}
