-- SPDX-License-Identifier: BSD-2-Clause
--
-- read - the fleet's record in the shapes that lib/store reads
--
-- Run at each init as alignd_owner. Views have the names and columns of SQLite's
-- tables (lib/store/store_schema_steps.c), functions those of its functions that
-- PostgreSQL lacks, or has otherwise: a connection that reads looks here first
-- (lib/fleet/fleet_db.c), so they stand in a schema of their own, and nothing
-- that pushes looks here. Who reads has rights on the views alone.

-- What a column's type is in SQLite, where any value may stand in any column; here
-- the type holds, and the planner folds the question away.
CREATE FUNCTION alignd_read.typeof(bigint) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT 'integer'::text $$;
CREATE FUNCTION alignd_read.typeof(text) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT 'text'::text $$;

-- SQLite's max() and min() of two are no sums.
CREATE FUNCTION alignd_read.max(bigint, bigint) RETURNS bigint
	LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT greatest($1, $2) $$;
CREATE FUNCTION alignd_read.min(bigint, bigint) RETURNS bigint
	LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT least($1, $2) $$;

CREATE FUNCTION alignd_read.instr(text, text) RETURNS int
	LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT strpos($1, $2) $$;

-- From behind, where the place is below 0.
CREATE FUNCTION alignd_read.substr(text, int) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
	$$ SELECT CASE WHEN $2 < 0 THEN right($1, -$2)
		ELSE pg_catalog.substr($1, $2) END $$;

-- Of ASCII's letters alone, whatever the database's own rules are.
CREATE FUNCTION alignd_read.lower(text) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
	$$ SELECT pg_catalog.lower($1 COLLATE "C") $$;

-- PostgreSQL's sum(bigint) is a numeric; one that is too great fails, as SQLite's.
CREATE AGGREGATE alignd_read.sum(bigint) (
	sfunc = int8pl, stype = bigint, combinefunc = int8pl, parallel = safe);

-- A text that is an address; NULL for all else: rows are foreign, and a cast
-- that fails would end the statement.
CREATE FUNCTION alignd_read.address_of(text) RETURNS inet
	LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
	IF $1 ~ '^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\.|$)){4}$'
		AND right($1, 1) <> '.' THEN
		RETURN $1::inet;
	END IF;
	IF $1 !~ '^[0-9a-fA-F:.]{2,45}$' OR strpos($1, ':') = 0 THEN
		RETURN NULL;
	END IF;
	RETURN $1::inet;
EXCEPTION WHEN invalid_text_representation THEN
	RETURN NULL;
END $$;

-- lib/store/store_question.h says what these three mean.
CREATE FUNCTION alignd_read.network_of(text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT AS
	$$ SELECT coalesce(text(network(set_masklen(alignd_read.address_of($1),
		CASE family(alignd_read.address_of($1)) WHEN 4 THEN 24 ELSE 48 END))),
		$1) COLLATE "C" $$;
CREATE FUNCTION alignd_read.network_has(text, text) RETURNS boolean
	LANGUAGE sql IMMUTABLE STRICT AS
	$$ SELECT coalesce(alignd_read.address_of($2) <<= $1::inet, false) $$;
CREATE FUNCTION alignd_read.name_holds(text, text) RETURNS boolean
	LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
	$$ SELECT $2 = $1 OR (length($2) > length($1) + 1
		AND right($2, length($1) + 1) = '.' || $1) $$;

CREATE VIEW alignd_read.tuple AS
SELECT tuple_no AS tuple_id, author_domain, author_error, policy_domain,
	org_domain, discovery, record, author_exists, client_ip, client_name,
	mail_from_domain, spf_result, spf_domain, spf_scope, dkim, arc,
	dmarc_result, is_dkim_aligned, is_spf_aligned, indirect, policy, asked,
	applied, override_type, override_comment, tls_version, is_report_mail,
	imported, iprev, is_known_path, rests_on, lookalike, rcpt_rules,
	is_to_postmaster
FROM alignd.tuple;

CREATE VIEW alignd_read.result AS
SELECT hour_s, tuple_no AS tuple_id, count FROM alignd.result;

-- Hours that have counters, without looking at them.
CREATE VIEW alignd_read.result_hour AS
SELECT hour_s FROM alignd.segment WHERE results > 0 AND NOT is_open AND NOT is_stray;

-- Sums over time read what maintain() added up (lib/fleet/sql/maintain.sql), and
-- beside it the counters of segments that are in no sum yet: each segment's are in
-- one of the two, at every moment.
CREATE VIEW alignd_read.trait AS
SELECT trait_no AS tuple_id, author_domain, author_error, client_ip, client_name,
	dmarc_result, policy, asked, applied, override_type, override_comment,
	tls_version, iprev, lookalike
FROM alignd.trait;

-- Days before the first of such are not looked into.
CREATE VIEW alignd_read.unsummed AS
SELECT r.hour_s, r.tuple_no, r.count
FROM alignd.segment s
	JOIN alignd.result r ON r.segment_no = s.segment_no AND r.hour_s = s.hour_s
WHERE NOT s.is_summed AND NOT s.is_open AND NOT s.is_stray
	AND r.hour_s >= (SELECT min(hour_s) FROM alignd.segment
		WHERE NOT is_summed AND NOT is_open AND NOT is_stray);

-- In the shape of result, with a tuple's trait for the tuple.
CREATE VIEW alignd_read.trait_result AS
SELECT hour_s, trait_no AS tuple_id, count FROM alignd.hour_result
UNION ALL
SELECT u.hour_s, t.trait_no, u.count
FROM alignd_read.unsummed u JOIN alignd.tuple t USING (tuple_no);

-- What figures are made of (hours.sql), and beside it the counters of segments that
-- are in no sum of an hour yet.
CREATE VIEW alignd_read.unadded AS
SELECT r.hour_s, r.tuple_no, r.count
FROM alignd.segment s
	JOIN alignd.result r ON r.segment_no = s.segment_no AND r.hour_s = s.hour_s
WHERE NOT s.is_added AND NOT s.is_open AND NOT s.is_stray
	AND r.hour_s >= (SELECT min(hour_s) FROM alignd.segment
		WHERE NOT is_added AND NOT is_open AND NOT is_stray);

CREATE VIEW alignd_read.kind AS
SELECT kind_no AS tuple_id, ''::text COLLATE "C" AS author_domain, author_error, client_ip,
	client_name, dmarc_result, policy, asked, applied, override_type,
	override_comment, tls_version, iprev, ''::text COLLATE "C" AS lookalike
FROM alignd.kind;

-- In the shape of trait_result.
CREATE VIEW alignd_read.kind_result AS
SELECT h.hour_s, k.kind_no AS tuple_id, h.count
FROM alignd.hour_kind h JOIN alignd.kind k USING (kind)
UNION ALL
SELECT u.hour_s, k.kind_no, alignd_read.sum(u.count)
FROM alignd_read.unadded u JOIN alignd.tuple USING (tuple_no)
	JOIN alignd.trait t USING (trait_no) JOIN alignd.kind k USING (kind)
GROUP BY u.hour_s, k.kind_no;

-- Messages by name and kind from one hour up to another: of whole days as such, of
-- the others by their hours.
CREATE FUNCTION alignd_read.name_sums(since_s bigint, until_s bigint, of_networks boolean)
RETURNS TABLE (kind uuid, name text, lookalike text, messages bigint)
LANGUAGE sql STABLE ROWS 100000 AS $$
	WITH day AS MATERIALIZED (
		SELECT day_s, is_whole AND day_s >= since_s AND day_s + 82800 < until_s
			AS is_whole
		FROM alignd.summed_day
		WHERE day_s > since_s - 86400 AND day_s < until_s)
	SELECT kind, name, lookalike, alignd_read.sum(count) FROM (
		SELECT n.* FROM day, LATERAL (
			SELECT d.kind, d.name, d.lookalike, d.count FROM alignd.day_name d
			WHERE d.day_s = day.day_s AND d.is_network = of_networks
			OFFSET 0) n
		WHERE day.is_whole
		UNION ALL
		SELECT n.* FROM day, LATERAL (
			SELECT h.kind, h.name, h.lookalike, h.count FROM alignd.hour_name h
			WHERE h.hour_s >= greatest(day.day_s, since_s)
				AND h.hour_s < least(day.day_s + 86400, until_s)
				AND h.is_network = of_networks
			OFFSET 0) n
		WHERE NOT day.is_whole
		UNION ALL
		SELECT t.kind, CASE WHEN of_networks THEN t.client_ip
				ELSE t.author_domain END,
			CASE WHEN of_networks THEN '' ELSE t.lookalike END, u.count
		FROM alignd_read.unadded u JOIN alignd.tuple USING (tuple_no)
			JOIN alignd.trait t USING (trait_no)
		WHERE u.hour_s >= since_s AND u.hour_s < until_s
	) AS parts GROUP BY kind, name, lookalike
$$;

-- In the shape of trait, with their messages.
CREATE FUNCTION alignd_read.domain_sums(since_s bigint, until_s bigint)
RETURNS TABLE (messages bigint, author_domain text, author_error text, client_ip text,
	client_name text, dmarc_result text, policy text, asked text, applied text,
	override_type text, override_comment text, tls_version text, iprev text,
	lookalike text)
LANGUAGE sql STABLE ROWS 100000 AS $$
	SELECT n.messages, n.name, k.author_error, k.client_ip, k.client_name,
		k.dmarc_result, k.policy, k.asked, k.applied, k.override_type,
		k.override_comment, k.tls_version, k.iprev, n.lookalike
	FROM alignd_read.name_sums(since_s, until_s, false) n JOIN alignd.kind k USING (kind)
$$;
CREATE FUNCTION alignd_read.network_sums(since_s bigint, until_s bigint)
RETURNS TABLE (messages bigint, author_domain text, author_error text, client_ip text,
	client_name text, dmarc_result text, policy text, asked text, applied text,
	override_type text, override_comment text, tls_version text, iprev text,
	lookalike text)
LANGUAGE sql STABLE ROWS 100000 AS $$
	SELECT n.messages, '', k.author_error, n.name, k.client_name,
		k.dmarc_result, k.policy, k.asked, k.applied, k.override_type,
		k.override_comment, k.tls_version, k.iprev, ''
	FROM alignd_read.name_sums(since_s, until_s, true) n JOIN alignd.kind k USING (kind)
$$;

-- What each tuple counted from one hour up to another. Whole days are there as
-- such. With a setting of its own it is planned by itself: as a part of the statement
-- it is taken for 200 rows, and each of millions of tuples is looked up singly.
CREATE FUNCTION alignd_read.period_sums(since_s bigint, until_s bigint)
RETURNS TABLE (tuple_id bigint, messages bigint) LANGUAGE sql STABLE ROWS 1000000
SET enable_nestloop = off AS $$
	SELECT tuple_no, alignd_read.sum(count) FROM (
		SELECT tuple_no, count FROM alignd.day_result
		WHERE day_s >= (since_s + 86399) / 86400 * 86400
			AND day_s < until_s / 86400 * 86400
		UNION ALL
		SELECT tuple_no, count FROM alignd_read.unsummed
		WHERE hour_s >= (since_s + 86399) / 86400 * 86400
			AND hour_s < until_s / 86400 * 86400
		UNION ALL
		SELECT tuple_no, count FROM alignd.result
		WHERE hour_s >= since_s
			AND hour_s < least(until_s, (since_s + 86399) / 86400 * 86400)
		UNION ALL
		SELECT tuple_no, count FROM alignd.result
		WHERE hour_s < until_s AND hour_s >= greatest(until_s / 86400 * 86400,
			(since_s + 86399) / 86400 * 86400)
	) AS parts GROUP BY tuple_no
$$;

-- Is there any history of another filter? A host's file has its messages.
CREATE VIEW alignd_read.imported AS
SELECT tuple_no AS message FROM alignd.tuple WHERE imported <> '';

CREATE VIEW alignd_read.counted AS
SELECT counted_no AS counted_id, reference, hour_s, network, author_domain,
	budget, first_s, last_s, messages, none, tag, quarantine, reject, tempfail
FROM alignd.counted;

-- The wide part is looked up for a row that is shown, and for no other; where it
-- is gone, it is as empty as a verdict that was cut. known_would is what
-- would_of() makes of the verdict. host is the one that pushed it, by its name in
-- the fleet: what the row says of itself is that host's word.
CREATE VIEW alignd_read.incident AS
SELECT incident_no AS incident_id, reference, time_s, queue_id,
	(SELECT h.name FROM alignd.segment s JOIN alignd.host h USING (host_no)
		WHERE s.segment_no = i.segment_no) AS host, client_ip,
	client_name,
	coalesce((SELECT w.helo FROM alignd.incident_wide w WHERE
		w.incident_no = i.incident_no AND w.hour_s = i.hour_s), '') AS helo,
	mail_from, author_domain, author_error, policy_domain, spf_result,
	spf_domain,
	coalesce((SELECT w.dkim FROM alignd.incident_wide w WHERE
		w.incident_no = i.incident_no AND w.hour_s = i.hour_s), '') AS dkim,
	dmarc_result, asked, applied, override_type, override_comment, reason,
	coalesce((SELECT w.reply FROM alignd.incident_wide w WHERE
		w.incident_no = i.incident_no AND w.hour_s = i.hour_s), '') AS reply,
	coalesce((SELECT w.rcpt_domains FROM alignd.incident_wide w WHERE
		w.incident_no = i.incident_no AND w.hour_s = i.hour_s), '')
		AS rcpt_domains,
	coalesce((SELECT w.tls_version FROM alignd.incident_wide w WHERE
		w.incident_no = i.incident_no AND w.hour_s = i.hour_s), '')
		AS tls_version,
	coalesce((SELECT w.verdict FROM alignd.incident_wide w WHERE
		w.incident_no = i.incident_no AND w.hour_s = i.hour_s), '') AS verdict,
	coalesce((SELECT w.queries FROM alignd.incident_wide w WHERE
		w.incident_no = i.incident_no AND w.hour_s = i.hour_s), '') AS queries,
	indirect, list_id, author_key, nullif(would, '') AS known_would
FROM alignd.incident i;

CREATE VIEW alignd_read.act AS
SELECT a.act_no AS act_id, i.incident_no AS incident_id, a.time_s, a.who, a.kind,
	a.note
FROM alignd.act a
	JOIN alignd.segment s ON s.ident = a.incident_ident
	JOIN alignd.incident i ON i.segment_no = s.segment_no
		AND i.own_id = a.incident_own_id AND i.hour_s = s.hour_s;

-- An operator's act, in the fleet's name; how many rows there were.
CREATE FUNCTION alignd_push.add_act(of_incident bigint, at_s bigint, by_whom text,
		as_kind text, with_note text) RETURNS bigint
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	added bigint;
BEGIN
	INSERT INTO alignd.act (incident_ident, incident_own_id, time_s, who, kind,
		note)
	SELECT s.ident, i.own_id, at_s, left(by_whom, 64), as_kind,
		left(with_note, 1024)
	FROM alignd.incident i JOIN alignd.segment s USING (segment_no)
	WHERE i.incident_no = of_incident;
	GET DIAGNOSTICS added = ROW_COUNT;
	RETURN added;
END $$;
GRANT EXECUTE ON FUNCTION alignd_push.add_act TO alignd_operator;
