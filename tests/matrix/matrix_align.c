/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * matrix_align.c - discovery and alignment over all small trees of names
 *
 * Every node of a tree carries no record, or one with psd=u, psd=n or psd=y;
 * one node's lookup may fail. For each such zone every pair of names is put to
 * tree_discover and align_ask, and to an oracle that walks for both names by
 * the letter of RFC 9989 4.10 and 4.10.2 and never saves a question. Where a
 * lookup fails, an answer must be right whatever the lookup would have said.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/strbuf.h"
#include "lib/dmarc/align.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define NODES 5
#define NAMES 8

enum node_state { STATE_NOTHING, STATE_U, STATE_N, STATE_Y, STATE_FAILS };

struct tree {
	const char *nodes[NODES]; /* where records may stand */
	const char *names[NAMES]; /* authors and identifiers */
};

#define DEEP "p.q.r.s.t.test"

/* Short names; and names around the cut at eight labels. */
static const struct tree trees[] = {
    {{"test", "d.test", "a.d.test", "b.a.d.test", "e.test"},
     {"test", "d.test", "a.d.test", "b.a.d.test", "e.test", "c.d.test",
      "x.b.a.d.test", "f.e.test"}},
    {{DEEP, "d." DEEP, "a.d." DEEP, "b.a.d." DEEP, "e." DEEP},
     {DEEP, "d." DEEP, "a.d." DEEP, "b.a.d." DEEP, "e." DEEP, "c.d." DEEP,
      "x.b.a.d." DEEP, "f.e." DEEP}},
};

struct zone {
	const struct tree *tree;
	enum node_state states[NODES];
};

struct tally {
	uint64_t discoveries;
	uint64_t alignments;
	uint64_t unknown;
	uint64_t wrong;
};

/* -- the oracle --------------------------------------------------------- */

static enum node_state state_at(const struct zone *zone, const char *name)
{
	for (size_t i = 0; i < NODES; i++) {
		if (strcmp(zone->tree->nodes[i], name) == 0)
			return zone->states[i];
	}
	return STATE_NOTHING;
}

/* The sizes, in labels, of the names a walk asks, longest first. */
static size_t walk_sizes(size_t labels, size_t sizes[8])
{
	size_t count = 0;

	sizes[count++] = labels;
	for (size_t next = labels < 8 ? labels - 1 : 7; next > 0; next--)
		sizes[count++] = next;
	return count;
}

struct oracle_walk {
	const char *org;
	const char *policy; /* NULL for none */
};

static struct oracle_walk oracle_walk(const struct zone *zone,
				      const char *start)
{
	size_t sizes[8];
	size_t labels = domain_label_count(start);
	size_t count = walk_sizes(labels, sizes);
	const char *by_psd_n = NULL;
	const char *below_psd_y = NULL;
	const char *psd_y = NULL;
	const char *fewest = NULL;

	for (size_t i = 0; i < count && by_psd_n == NULL && psd_y == NULL;
	     i++) {
		const char *name = domain_suffix(start, sizes[i]);
		enum node_state state = state_at(zone, name);
		if (state == STATE_N)
			by_psd_n = name;
		if (state == STATE_Y)
			psd_y = name;
		if (state == STATE_Y && sizes[i] < labels)
			below_psd_y = domain_suffix(start, sizes[i] + 1);
		if (state != STATE_NOTHING && sizes[i] > 1)
			fewest = name;
	}
	struct oracle_walk walk = {.org = start};
	if (fewest != NULL)
		walk.org = fewest;
	if (below_psd_y != NULL)
		walk.org = below_psd_y;
	if (by_psd_n != NULL)
		walk.org = by_psd_n;
	/* Last to first: PSD, Organizational Domain if it was asked, author. */
	walk.policy = psd_y;
	for (size_t i = 0; i < count; i++) {
		if (sizes[i] == domain_label_count(walk.org) &&
		    state_at(zone, walk.org) != STATE_NOTHING)
			walk.policy = walk.org;
	}
	if (state_at(zone, start) != STATE_NOTHING)
		walk.policy = start;
	return walk;
}

static bool oracle_aligns(const struct zone *zone, const char *author,
			  const char *identifier, bool is_strict)
{
	if (is_strict)
		return strcmp(author, identifier) == 0;
	return strcmp(oracle_walk(zone, author).org,
		      oracle_walk(zone, identifier).org) == 0;
}

/* Is `got` right for every record that the failing lookup could have had? */
static bool is_right(const struct zone *zone, enum alignment got,
		     const char *author, const char *identifier, bool is_strict)
{
	for (size_t i = 0; i < NODES; i++) {
		if (zone->states[i] != STATE_FAILS)
			continue;
		struct zone filled = *zone;
		for (unsigned s = STATE_NOTHING; s <= STATE_Y; s++) {
			filled.states[i] = (enum node_state)s;
			if (!is_right(&filled, got, author, identifier,
				      is_strict))
				return false;
		}
		return true;
	}
	return oracle_aligns(zone, author, identifier, is_strict) ==
	       (got == ALIGNMENT_YES);
}

/* -- ours --------------------------------------------------------------- */

static struct dns *zone_open(TALLOC_CTX *mem, const struct zone *zone)
{
	static const char *const psd[] = {
	    [STATE_U] = "u", [STATE_N] = "n", [STATE_Y] = "y"};
	struct strbuf text;
	struct dns *dns;
	struct error err;

	strbuf_init(&text, mem, 4000);
	strbuf_add_text(&text, "other. TXT \"x\"\n");
	for (size_t i = 0; i < NODES; i++) {
		const char *name = zone->tree->nodes[i];
		if (zone->states[i] == STATE_FAILS)
			strbuf_printf(&text, ";!FAIL _dmarc.%s TXT SERVFAIL\n",
				      name);
		else if (zone->states[i] != STATE_NOTHING)
			strbuf_printf(&text,
				      "_dmarc.%s. TXT \"v=DMARC1; p=none; "
				      "psd=%s\"\n",
				      name, psd[zone->states[i]]);
	}
	return dns_new_from_text(strbuf_text(&text), &dns, &err) ? dns : NULL;
}

static void wrong(const struct zone *zone, const char *author,
		  const char *identifier, struct tally *tally)
{
	if (tally->wrong++ >= 10)
		return;
	(void)printf("wrong: %s and %s with", author, identifier);
	for (size_t i = 0; i < NODES; i++)
		(void)printf(" %s=%d", zone->tree->nodes[i],
			     (int)zone->states[i]);
	(void)printf("\n");
}

static bool is_whole(const struct zone *zone)
{
	for (size_t i = 0; i < NODES; i++) {
		if (zone->states[i] == STATE_FAILS)
			return false;
	}
	return true;
}

static bool same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void check_discovery(const struct zone *zone, const char *author,
			    const struct discovery *found, struct tally *tally)
{
	struct oracle_walk want = oracle_walk(zone, author);

	tally->discoveries++;
	if (!found->is_complete || !same_text(found->org_domain, want.org) ||
	    !same_text(found->policy_domain, want.policy))
		wrong(zone, author, "discovery", tally);
}

static void check_author(const struct zone *zone, struct dns *dns,
			 const char *author, struct tally *tally)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct dns_session *session = dns_session_new(mem, dns, 20000);
	struct discovery found = tree_discover(mem, session, TREE_WALK, author);

	if (is_whole(zone))
		check_discovery(zone, author, &found, tally);
	for (size_t n = 0; n < (size_t)2 * NAMES; n++) {
		const char *identifier = zone->tree->names[n / 2];
		enum alignment got =
		    align_ask(mem, session, TREE_WALK, author, found.org_domain,
			      identifier, n % 2 == 1);
		tally->alignments++;
		if (got == ALIGNMENT_UNKNOWN) {
			tally->unknown++;
			if (is_whole(zone))
				wrong(zone, author, identifier, tally);
		} else if (!is_right(zone, got, author, identifier,
				     n % 2 == 1)) {
			wrong(zone, author, identifier, tally);
		}
	}
	mem_free(mem);
}

static void check_zone(const struct zone *zone, struct tally *tally)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct dns *dns = zone_open(mem, zone);

	if (dns == NULL) {
		tally->wrong++;
	} else {
		for (size_t i = 0; i < NAMES; i++)
			check_author(zone, dns, zone->tree->names[i], tally);
		dns_free(dns);
	}
	mem_free(mem);
}

int main(void)
{
	struct tally tally = {0};

	for (unsigned n = 0; n < COUNT(trees) * 3125; n++) {
		struct zone zone = {.tree = &trees[n / 3125]};
		unsigned rest = n % 3125; /* five states, five nodes */
		unsigned failing = 0;
		for (size_t i = 0; i < NODES; i++, rest /= 5) {
			zone.states[i] = (enum node_state)(rest % 5);
			failing += zone.states[i] == STATE_FAILS;
		}
		if (failing <= 1)
			check_zone(&zone, &tally);
	}
	(void)printf("align: %" PRIu64 " discoveries, %" PRIu64
		     " alignments (%" PRIu64 " unknown), %" PRIu64 " wrong\n",
		     tally.discoveries, tally.alignments, tally.unknown,
		     tally.wrong);
	return tally.wrong != 0;
}
