-- SPDX-License-Identifier: BSD-2-Clause
--
-- push - all that a mail server's role can do
--
-- Replaced at each init. Each function runs with the owner's rights and a fixed
-- search_path, finds its host by the role that logged in, whatever was SET since,
-- and takes the number of the caller's layout. Bounds of arrays and texts stand
-- here, since a host faces strangers and may be somebody else's one day. Locks are
-- those of tables and rows: any role could hold one by number, and hold all up.
--
-- SQLSTATE AL001: another layout. AL002: this role is no host's. AL003: a row or
-- a call past its bounds.

SET LOCAL search_path = alignd, pg_temp;

-- The layouts that are taken: this one and the one before.
CREATE FUNCTION alignd_push.check_layout(layout bigint) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = alignd, pg_temp AS $$
BEGIN
	IF layout IS NULL OR layout NOT BETWEEN 1 AND 1 THEN
		RAISE EXCEPTION 'this fleet takes layout 1, the host has %', layout
			USING ERRCODE = 'AL001';
	END IF;
END
$$;

-- The number of the host that calls.
CREATE FUNCTION alignd_push.caller(layout bigint) RETURNS int
LANGUAGE plpgsql STABLE SET search_path = alignd, pg_temp AS $$
DECLARE
	mine host;
BEGIN
	PERFORM alignd_push.check_layout(layout);
	SELECT * INTO mine FROM host WHERE role = session_user;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'role % is no host of this fleet', session_user
			USING ERRCODE = 'AL002';
	ELSIF mine.state <> 'live' THEN
		RAISE EXCEPTION 'host % was removed from the fleet', mine.name
			USING ERRCODE = 'AL002';
	END IF;
	RETURN mine.host_no;
END
$$;

CREATE FUNCTION alignd_push.now_s() RETURNS bigint
LANGUAGE sql VOLATILE AS $$ SELECT floor(extract(epoch FROM clock_timestamp()))::bigint $$;

CREATE FUNCTION alignd_push.refuse(what text) RETURNS void
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	RAISE EXCEPTION '%', what USING ERRCODE = 'AL003';
END
$$;

-- Arrays of one call: all of one length, of bounded size in memory.
CREATE FUNCTION alignd_push.check_sizes(most int, VARIADIC sizes int[]) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	IF sizes[1] IS NULL OR sizes[1] > most OR sizes[1] <> ANY (sizes)
			OR array_position(sizes, NULL) IS NOT NULL THEN
		PERFORM alignd_push.refuse(format(
			'arrays of %s rows (allowed: of one length, to %s)', sizes, most));
	END IF;
END
$$;

-- A text column of one call: no NULL, bytes within the bound in each.
CREATE FUNCTION alignd_push.check_texts(most int, VARIADIC texts text[]) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	longest int;
BEGIN
	SELECT max(coalesce(octet_length(t), 2147483647)) INTO longest FROM unnest(texts) t;
	IF longest > most THEN
		PERFORM alignd_push.refuse(format('a text of %s bytes (allowed: %s)',
			longest, most));
	END IF;
END
$$;

-- A column of numbers: each within the bounds, and none NULL.
CREATE FUNCTION alignd_push.check_numbers(lowest bigint, most bigint,
	VARIADIC numbers bigint[])
RETURNS void LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	IF check_numbers.lowest > ANY (numbers) OR check_numbers.most < ANY (numbers)
			OR array_position(numbers, NULL) IS NOT NULL THEN
		PERFORM alignd_push.refuse(format('a number out of bounds (allowed: %s to %s)',
			check_numbers.lowest, check_numbers.most));
	END IF;
END
$$;

-- --- days ---

-- Tables of a day are made apart and attached, which holds up nobody who reads
-- or writes the others.
CREATE FUNCTION alignd_push.make_part(parent text, day_s bigint) RETURNS void
LANGUAGE plpgsql SET search_path = alignd, pg_temp AS $$
DECLARE
	name text := parent || to_char(to_timestamp(day_s) AT TIME ZONE 'UTC', '_YYYYMMDD');
BEGIN
	IF to_regclass(name) IS NOT NULL THEN
		RETURN;
	END IF;
	EXECUTE format('LOCK TABLE %I IN SHARE UPDATE EXCLUSIVE MODE', parent);
	IF to_regclass(name) IS NOT NULL THEN
		RETURN;
	END IF;
	EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', name, parent);
	EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
		parent, name, day_s, day_s + 86400);
	EXECUTE format('GRANT SELECT ON %I TO alignd_reader', name);
END
$$;

CREATE FUNCTION alignd_push.make_day(time_s bigint) RETURNS void
LANGUAGE plpgsql SET search_path = alignd, pg_temp AS $$
DECLARE
	parent text;
BEGIN
	FOREACH parent IN ARRAY ARRAY['result', 'incident', 'incident_wide', 'day_result',
		'hour_result', 'hour_kind', 'hour_name', 'day_name']
	LOOP
		PERFORM alignd_push.make_part(parent, time_s - time_s % 86400);
	END LOOP;
END
$$;

-- --- segments ---

-- A clock that is that wrong makes no counters of today or of a day whose report
-- is still open.
CREATE FUNCTION alignd_push.is_stray(hour_s bigint) RETURNS boolean
LANGUAGE sql VOLATILE AS $$
	SELECT hour_s NOT BETWEEN alignd_push.now_s() - 40 * 86400
		AND alignd_push.now_s() + 2 * 3600
$$;

-- The row of a segment's first part, locked; made where there is none.
CREATE FUNCTION alignd_push.first_part(me int, layout bigint, wanted uuid, hour_s bigint)
RETURNS segment LANGUAGE plpgsql SET search_path = alignd, pg_temp AS $$
DECLARE
	first segment;
	is_stray boolean := alignd_push.is_stray(hour_s);
BEGIN
	IF hour_s IS NULL OR hour_s NOT BETWEEN 0 AND 253402300799 OR hour_s % 3600 <> 0 THEN
		PERFORM alignd_push.refuse('no hour: ' || hour_s);
	END IF;
	IF NOT is_stray THEN
		PERFORM alignd_push.make_day(hour_s);
	END IF;
	INSERT INTO segment (ident, host_no, hour_s, layout, is_open, is_stray)
		VALUES (wanted, me, hour_s, layout, true, is_stray)
		ON CONFLICT (ident, part) DO NOTHING;
	SELECT * INTO first FROM segment WHERE ident = wanted AND part = 0 FOR UPDATE;
	-- A clock was wrong and is right again: its host brings it anew (ledger).
	IF first.is_stray AND NOT is_stray THEN
		DELETE FROM stray_result r USING segment s
			WHERE s.ident = wanted AND r.segment_no = s.segment_no;
		DELETE FROM stray_counted c USING segment s
			WHERE s.ident = wanted AND c.segment_no = s.segment_no;
		DELETE FROM stray_incident i USING segment s
			WHERE s.ident = wanted AND i.segment_no = s.segment_no;
		DELETE FROM segment s WHERE s.ident = wanted AND s.part > 0;
		UPDATE segment s SET is_stray = false, is_open = true
			WHERE s.segment_no = first.segment_no RETURNING s.* INTO first;
	END IF;
	IF first.hour_s <> hour_s THEN
		PERFORM alignd_push.refuse(format('segment of hour %s came as one of %s',
			first.hour_s, hour_s));
	END IF;
	RETURN first;
END
$$;

-- Begins what is streamed of a segment that its host still counts into: 'open',
-- or 'sealed' or 'other', of which nothing is to be sent.
CREATE FUNCTION alignd_push.segment_open(layout bigint, ident uuid, hour_s bigint)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = alignd, pg_temp AS $$
DECLARE
	me int := alignd_push.caller(layout);
	first segment := alignd_push.first_part(me, layout, ident, hour_s);
BEGIN
	RETURN CASE WHEN NOT first.is_open THEN 'sealed'
		WHEN first.host_no <> me THEN 'other' ELSE 'open' END;
END
$$;

-- Is that a segment which an erasure changed on its host, and of which nothing shall
-- be here any more? The upkeep drops what is past its time; what is not here, and
-- too old to be counted, was here once.
CREATE FUNCTION alignd_push.is_over(wanted uuid, hour_s bigint) RETURNS boolean
LANGUAGE sql VOLATILE SET search_path = alignd, pg_temp AS $$
	SELECT is_over.hour_s < alignd_push.now_s() - f.keep_results_s
		OR (is_over.hour_s < alignd_push.now_s() - 40 * 86400 AND NOT EXISTS
			(SELECT FROM segment s WHERE s.ident = wanted))
	FROM fleet f
$$;

-- Begins a sealed segment, whose rows follow in the same transaction: 'take' all
-- of them; 'more': of a state that is known take what this greater one has
-- beyond; 'again': take the rows in place of those that are here; 'rest': likewise,
-- but for counters, of which the host has purged some since (held: messages of those
-- it has). Nothing follows 'has' (this state or a greater one is here, with all that
-- its host erased, or what was here is past its time) and 'less' (a restated one,
-- where a greater one is here).
CREATE FUNCTION alignd_push.segment_begin(layout bigint, ident uuid, hour_s bigint,
	results bigint, messages bigint, incidents bigint, counted bigint, acts bigint,
	restated bigint, held bigint DEFAULT 9223372036854775807)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = alignd, pg_temp AS $$
#variable_conflict use_variable
DECLARE
	me int := alignd_push.caller(layout);
	first segment;
	known record;
BEGIN
	-- More than any host takes in an hour, and far from where their sums end.
	IF (results BETWEEN 0 AND 1e8 AND messages BETWEEN 0 AND 1e10
			AND incidents BETWEEN 0 AND 1e8 AND counted BETWEEN 0 AND 1e10
			AND acts BETWEEN 0 AND 1e8) IS NOT TRUE THEN
		PERFORM alignd_push.refuse('sums out of bounds');
	END IF;
	IF restated > 0 AND alignd_push.is_over(ident, hour_s) THEN
		RETURN 'has';
	END IF;
	first := alignd_push.first_part(me, layout, ident, hour_s);
	IF first.is_open THEN
		UPDATE segment s SET is_open = false, host_no = me, results = segment_begin.results,
			messages = segment_begin.messages, incidents = segment_begin.incidents,
			counted = segment_begin.counted, acts = segment_begin.acts,
			restated = coalesce(segment_begin.restated, 0), pushed_s = alignd_push.now_s(), pushed_by = pg_current_xact_id()
			WHERE s.segment_no = first.segment_no;
		RETURN 'take';
	END IF;
	SELECT max(s.part) AS part, sum(s.results) AS results, sum(s.messages) AS messages,
		sum(s.incidents) AS incidents, sum(s.counted) AS counted, sum(s.acts) AS acts,
		bool_or(s.is_erased) AS is_erased
		INTO known FROM segment s WHERE s.ident = segment_begin.ident;
	IF messages + incidents + counted + acts >
			known.messages + known.incidents + known.counted + known.acts THEN
		IF known.is_erased THEN
			RETURN alignd_push.begin_anew(first, messages, incidents, counted, acts,
				results, restated, held);
		END IF;
		INSERT INTO segment (ident, part, host_no, hour_s, layout, is_open, is_stray,
			results, messages, incidents, counted, acts)
		VALUES (ident, known.part + 1, me, hour_s, layout, false, first.is_stray,
			results - known.results, messages - known.messages,
			incidents - known.incidents, counted - known.counted,
			acts - known.acts);
		RETURN 'more';
	END IF;
	IF coalesce(restated, 0) <= first.restated THEN
		RETURN 'has';
	END IF;
	IF messages + incidents + counted + acts <
			known.messages + known.incidents + known.counted + known.acts THEN
		RETURN 'less';
	END IF;
	UPDATE segment s SET pushed_by = pg_current_xact_id(), restated = segment_begin.restated
		WHERE s.segment_no = first.segment_no;
	IF held IS NULL OR held < known.messages THEN
		RETURN 'rest';
	END IF;
	PERFORM alignd_push.take_back(ident);
	UPDATE segment s SET is_erased = false WHERE s.ident = segment_begin.ident;
	RETURN 'again';
END
$$;

-- Of a segment of which something was erased here a greater state comes: which of
-- its tuples were those of others cannot be told any more, so all of it takes the
-- place of what is here.
CREATE FUNCTION alignd_push.begin_anew(first segment, messages bigint, incidents bigint,
	counted bigint, acts bigint, results bigint, restated bigint, held bigint)
RETURNS text LANGUAGE plpgsql SET search_path = alignd, pg_temp AS $$
BEGIN
	IF begin_anew.held IS NULL OR begin_anew.held < begin_anew.messages THEN
		RETURN 'less';
	END IF;
	-- What goes beyond its reports lies among what is in them.
	IF first.round NOT IN (0, -2) THEN
		INSERT INTO alignd_report.report_let_go AS l
			SELECT first.hour_s - first.hour_s % 86400, 1,
				begin_anew.messages - sum(s.messages)
			FROM segment s WHERE s.ident = first.ident AND s.round <> 0
			ON CONFLICT (day_s) DO UPDATE SET segments = l.segments + 1,
				messages = l.messages + excluded.messages;
	END IF;
	PERFORM alignd_push.take_back(first.ident);
	DELETE FROM segment s WHERE s.ident = first.ident AND s.part > 0;
	UPDATE segment s SET pushed_by = pg_current_xact_id(), is_erased = false,
		results = begin_anew.results, messages = begin_anew.messages,
		incidents = begin_anew.incidents, counted = begin_anew.counted,
		acts = begin_anew.acts,
		restated = greatest(s.restated, coalesce(begin_anew.restated, 0))
		WHERE s.segment_no = first.segment_no;
	RETURN 'again';
END
$$;

-- Of a segment that comes again since something was erased of it, the old counters
-- go, out of the sums too. What was counted, and acts, are known by what they are
-- called: those that come replace theirs, and those that the host has purged stay.
-- Its incidents were taken out one by one (incidents_erase).
CREATE FUNCTION alignd_push.take_back(wanted uuid) RETURNS void
LANGUAGE plpgsql SET search_path = alignd, pg_temp AS $$
DECLARE
	of_it bigint[] := ARRAY(SELECT segment_no FROM segment WHERE ident = wanted);
	at_s bigint := (SELECT min(hour_s) FROM segment WHERE ident = wanted);
BEGIN
	INSERT INTO erased_tuple
		SELECT r.tuple_no FROM result r
		WHERE r.segment_no = ANY (of_it) AND r.hour_s = at_s
		UNION SELECT r.tuple_no FROM stray_result r WHERE r.segment_no = ANY (of_it)
		ON CONFLICT DO NOTHING;
	DELETE FROM stray_result r WHERE r.segment_no = ANY (of_it);
	IF EXISTS (SELECT FROM segment WHERE ident = wanted AND is_summed) THEN
		PERFORM alignd_push.unsum(of_it, at_s - at_s % 86400);
	END IF;
	PERFORM alignd_push.unadd(of_it, at_s);
	DELETE FROM result r WHERE r.segment_no = ANY (of_it) AND r.hour_s = at_s;
END
$$;

-- Takes the counters of segments of a day out of its sums, by making anew what they
-- were part of; seconds of a day's counters, for what is rare.
CREATE FUNCTION alignd_push.unsum(of_it bigint[], of_day bigint) RETURNS void
LANGUAGE plpgsql SET search_path = alignd, pg_temp AS $$
DECLARE
	hours bigint[] := ARRAY(SELECT DISTINCT hour_s FROM segment
		WHERE segment_no = ANY (of_it));
BEGIN
	PERFORM alignd_push.lock_day(of_day);
	WITH old AS MATERIALIZED (SELECT DISTINCT r.tuple_no FROM result r
			WHERE r.segment_no = ANY (of_it) AND r.hour_s = ANY (hours)),
	gone AS (DELETE FROM day_result d USING old
			WHERE d.day_s = of_day AND d.tuple_no = old.tuple_no)
	INSERT INTO day_result
		SELECT of_day, r.tuple_no, sum(r.count)
		FROM result r JOIN old USING (tuple_no) JOIN segment s USING (segment_no)
		WHERE r.hour_s >= of_day AND r.hour_s < of_day + 86400
			AND s.is_summed AND s.segment_no <> ALL (of_it)
		GROUP BY r.tuple_no;
	DELETE FROM hour_result WHERE hour_s = ANY (hours);
	INSERT INTO hour_result
		SELECT r.hour_s, t.trait_no, sum(r.count)
		FROM result r JOIN tuple t USING (tuple_no) JOIN segment s USING (segment_no)
		WHERE r.hour_s = ANY (hours) AND s.is_summed AND s.segment_no <> ALL (of_it)
		GROUP BY r.hour_s, t.trait_no;
	UPDATE segment SET is_summed = false WHERE segment_no = ANY (of_it);
END
$$;

-- The part of a segment that this transaction may add rows to.
CREATE FUNCTION alignd_push.part_begun(wanted uuid) RETURNS segment
LANGUAGE plpgsql SET search_path = alignd, pg_temp AS $$
DECLARE
	begun segment;
BEGIN
	SELECT * INTO begun FROM segment WHERE ident = wanted
		AND pushed_by = pg_current_xact_id() AND NOT is_open
		ORDER BY part DESC LIMIT 1;
	IF NOT FOUND THEN
		PERFORM alignd_push.refuse('this transaction has not begun that segment');
	END IF;
	RETURN begun;
END
$$;

-- --- counters ---

-- Counts by the hashes of their tuples. Where a tuple is not here yet, nothing is
-- taken and its hash is given back: tuples_add() brings it, then this comes again.
CREATE FUNCTION alignd_push.segment_results(layout bigint, ident uuid, hashes uuid[],
	counts bigint[])
RETURNS SETOF uuid LANGUAGE plpgsql SECURITY DEFINER
SET search_path = alignd, pg_temp AS $$
DECLARE
	me int := alignd_push.caller(layout);
	into_part segment := alignd_push.part_begun(ident);
BEGIN
	PERFORM alignd_push.check_sizes(5000, cardinality(hashes), cardinality(counts));
	IF 4294967295 < ANY (counts) OR 1 > ANY (counts) OR array_position(counts, NULL) > 0 THEN
		PERFORM alignd_push.refuse('a count out of bounds');
	END IF;
	IF into_part.is_stray THEN
		RETURN QUERY SELECT * FROM alignd_push.stray_results(into_part.segment_no,
			into_part.hour_s, hashes, counts);
	ELSIF into_part.part = 0 THEN
		RETURN QUERY
		WITH given AS MATERIALIZED (
			SELECT g.hash, t.tuple_no, g.count
			FROM unnest(hashes, counts) AS g (hash, count) LEFT JOIN tuple t USING (hash)),
		taken AS (
			INSERT INTO result (segment_no, tuple_no, hour_s, count)
			SELECT into_part.segment_no, g.tuple_no, into_part.hour_s, g.count FROM given g
			WHERE NOT EXISTS (SELECT FROM given m WHERE m.tuple_no IS NULL))
		SELECT DISTINCT g.hash FROM given g WHERE g.tuple_no IS NULL;
	ELSE
		RETURN QUERY SELECT * FROM alignd_push.more_results(ident, into_part.segment_no,
			into_part.hour_s, hashes, counts);
	END IF;
END
$$;

-- Likewise of a greater state: what it has beyond the parts that are here, by all
-- that its calls have given of a tuple, since it may name one more than once.
CREATE FUNCTION alignd_push.more_results(wanted uuid, into_no bigint, at_s bigint,
	hashes uuid[], counts bigint[])
RETURNS SETOF uuid LANGUAGE sql VOLATILE SET search_path = alignd, pg_temp AS $$
	WITH named AS MATERIALIZED (
		SELECT g.hash, t.tuple_no, sum(g.count) AS count
		FROM unnest(hashes, counts) AS g (hash, count) LEFT JOIN tuple t USING (hash)
		GROUP BY 1, 2),
	here AS (
		SELECT r.tuple_no, sum(r.count) FILTER (WHERE r.segment_no <> into_no) AS before,
			sum(r.count) FILTER (WHERE r.segment_no = into_no) AS beyond
		FROM result r
		WHERE r.segment_no = ANY (ARRAY(SELECT s.segment_no FROM segment s
				WHERE s.ident = wanted))
			AND r.hour_s = at_s
		GROUP BY 1),
	so_far AS MATERIALIZED (
		SELECT n.tuple_no, n.count, coalesce(h.before, 0) AS before,
			coalesce(h.before + h.beyond, h.beyond, g.count, 0) AS given
		FROM named n LEFT JOIN here h USING (tuple_no)
			LEFT JOIN given g ON g.segment_no = into_no AND g.tuple_no = n.tuple_no
		WHERE NOT EXISTS (SELECT FROM named m WHERE m.tuple_no IS NULL)),
	taken AS (
		INSERT INTO result (segment_no, tuple_no, hour_s, count)
		SELECT into_no, s.tuple_no, at_s, s.given + s.count - greatest(s.given, s.before)
		FROM so_far s WHERE s.given + s.count > s.before),
	less AS (
		INSERT INTO given (segment_no, tuple_no, count)
		SELECT into_no, s.tuple_no, s.given + s.count
		FROM so_far s WHERE s.given + s.count <= s.before
		ON CONFLICT (segment_no, tuple_no) DO UPDATE SET count = excluded.count)
	SELECT n.hash FROM named n WHERE n.tuple_no IS NULL
$$;

CREATE FUNCTION alignd_push.stray_results(into_no bigint, at_s bigint, hashes uuid[],
	counts bigint[])
RETURNS SETOF uuid LANGUAGE sql VOLATILE SET search_path = alignd, pg_temp AS $$
	WITH given AS MATERIALIZED (
		SELECT g.hash, t.tuple_no, sum(g.count) AS count
		FROM unnest(hashes, counts) AS g (hash, count) LEFT JOIN tuple t USING (hash)
		GROUP BY 1, 2),
	known AS (
		SELECT r.tuple_no, sum(r.count) AS count FROM stray_result r
		WHERE r.segment_no IN (SELECT s.segment_no FROM segment s
			WHERE s.ident = (SELECT n.ident FROM segment n WHERE n.segment_no = into_no)
				AND s.segment_no <> into_no)
		GROUP BY 1),
	taken AS (
		INSERT INTO stray_result (segment_no, tuple_no, hour_s, count)
		SELECT into_no, g.tuple_no, at_s, g.count - coalesce(k.count, 0)
		FROM given g LEFT JOIN known k USING (tuple_no)
		WHERE g.count > coalesce(k.count, 0)
			AND NOT EXISTS (SELECT FROM given m WHERE m.tuple_no IS NULL))
	SELECT g.hash FROM given g WHERE g.tuple_no IS NULL
$$;

-- --- tuples ---

-- A column's part of what a tuple's hash is made over: its number for all times,
-- bytes and text; nothing where it has its default. So a column that is added
-- later leaves the hashes of what does not use it, and two layouts of one tuple
-- have one hash. lib/fleet/fleet_tuple.c makes the same. (Casts and no "text ||
-- number", which PostgreSQL would not fold into the statement.)
CREATE FUNCTION alignd_push.part(number text, value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT CASE WHEN coalesce(value, '') = '' THEN ''
		ELSE number || '=' || octet_length(value)::text || ':' || value END
$$;

CREATE FUNCTION alignd_push.hash_of(packed text) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT encode(substr(sha256(convert_to(packed, 'UTF8')), 1, 16), 'hex')::uuid
$$;

-- Of the columns that sums are made of.
CREATE FUNCTION alignd_push.trait_hash(
	author_domain text, author_error text, client_ip text, client_name text,
	dmarc_result text, policy text, asked text, applied text, override_type text,
	override_comment text, tls_version text, iprev text, lookalike text)
RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT alignd_push.hash_of(
		octet_length(author_domain)::text || ':' || author_domain ||
		octet_length(author_error)::text || ':' || author_error ||
		octet_length(client_ip)::text || ':' || client_ip ||
		octet_length(client_name)::text || ':' || client_name ||
		octet_length(dmarc_result)::text || ':' || dmarc_result ||
		octet_length(policy)::text || ':' || policy ||
		octet_length(asked)::text || ':' || asked ||
		octet_length(applied)::text || ':' || applied ||
		octet_length(override_type)::text || ':' || override_type ||
		octet_length(override_comment)::text || ':' || override_comment ||
		octet_length(tls_version)::text || ':' || tls_version ||
		octet_length(iprev)::text || ':' || iprev ||
		octet_length(lookalike)::text || ':' || lookalike)
$$;

-- Of a host, or of an operator who makes tuples those of others (erase.sql).
CREATE FUNCTION alignd_push.check_adder(layout bigint) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = alignd, pg_temp AS $$
BEGIN
	IF pg_has_role(session_user, 'alignd_operator', 'MEMBER') THEN
		PERFORM alignd_push.check_layout(layout);
	ELSE
		PERFORM alignd_push.caller(layout);
	END IF;
END
$$;

-- Tuples, a column an array. The hash is made here, so that no host can put
-- another tuple under a hash that is not its own.
CREATE FUNCTION alignd_push.tuples_add(layout bigint,
	author_domain text[], author_error text[], policy_domain text[], org_domain text[],
	discovery text[], record text[], author_exists bigint[], client_ip text[],
	client_name text[], mail_from_domain text[], spf_result text[], spf_domain text[],
	spf_scope text[], dkim text[], arc text[], dmarc_result text[],
	is_dkim_aligned bigint[], is_spf_aligned bigint[], indirect text[], policy text[],
	asked text[], applied text[], override_type text[], override_comment text[],
	tls_version text[], is_report_mail bigint[], imported text[], iprev text[],
	is_known_path bigint[], rests_on text[], lookalike text[], rcpt_rules text[],
	is_to_postmaster bigint[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = alignd, pg_temp AS $$
#variable_conflict use_column
BEGIN
	PERFORM alignd_push.check_adder(layout);
	PERFORM alignd_push.check_sizes(1000,
		cardinality(tuples_add.author_domain), cardinality(tuples_add.author_error),
		cardinality(tuples_add.policy_domain), cardinality(tuples_add.org_domain),
		cardinality(tuples_add.discovery), cardinality(tuples_add.record),
		cardinality(tuples_add.author_exists), cardinality(tuples_add.client_ip),
		cardinality(tuples_add.client_name),
		cardinality(tuples_add.mail_from_domain),
		cardinality(tuples_add.spf_result), cardinality(tuples_add.spf_domain),
		cardinality(tuples_add.spf_scope), cardinality(tuples_add.dkim),
		cardinality(tuples_add.arc), cardinality(tuples_add.dmarc_result),
		cardinality(tuples_add.is_dkim_aligned),
		cardinality(tuples_add.is_spf_aligned), cardinality(tuples_add.indirect),
		cardinality(tuples_add.policy), cardinality(tuples_add.asked),
		cardinality(tuples_add.applied), cardinality(tuples_add.override_type),
		cardinality(tuples_add.override_comment),
		cardinality(tuples_add.tls_version), cardinality(tuples_add.is_report_mail),
		cardinality(tuples_add.imported), cardinality(tuples_add.iprev),
		cardinality(tuples_add.is_known_path), cardinality(tuples_add.rests_on),
		cardinality(tuples_add.lookalike), cardinality(tuples_add.rcpt_rules),
		cardinality(tuples_add.is_to_postmaster));
	PERFORM alignd_push.check_texts(131072, VARIADIC
		tuples_add.author_domain ||
		tuples_add.author_error ||
		tuples_add.policy_domain ||
		tuples_add.org_domain ||
		tuples_add.discovery ||
		tuples_add.record ||
		tuples_add.client_ip ||
		tuples_add.client_name ||
		tuples_add.mail_from_domain ||
		tuples_add.spf_result ||
		tuples_add.spf_domain ||
		tuples_add.spf_scope ||
		tuples_add.dkim ||
		tuples_add.arc ||
		tuples_add.dmarc_result ||
		tuples_add.indirect ||
		tuples_add.policy ||
		tuples_add.asked ||
		tuples_add.applied ||
		tuples_add.override_type ||
		tuples_add.override_comment ||
		tuples_add.tls_version ||
		tuples_add.imported ||
		tuples_add.iprev ||
		tuples_add.rests_on ||
		tuples_add.lookalike ||
		tuples_add.rcpt_rules);
	INSERT INTO trait (hash,
			author_domain, author_error, client_ip, client_name, dmarc_result,
			policy, asked, applied, override_type, override_comment,
			tls_version, iprev, lookalike)
		SELECT DISTINCT ON (hash) * FROM (
			SELECT alignd_push.trait_hash(
				g.author_domain, g.author_error, g.client_ip, g.client_name,
				g.dmarc_result, g.policy, g.asked, g.applied,
				g.override_type, g.override_comment, g.tls_version, g.iprev,
				g.lookalike) AS hash, g.*
			FROM unnest(
				tuples_add.author_domain, tuples_add.author_error,
				tuples_add.client_ip, tuples_add.client_name,
				tuples_add.dmarc_result, tuples_add.policy,
				tuples_add.asked, tuples_add.applied,
				tuples_add.override_type, tuples_add.override_comment,
				tuples_add.tls_version, tuples_add.iprev,
				tuples_add.lookalike) AS g (
				author_domain, author_error, client_ip, client_name,
				dmarc_result, policy, asked, applied, override_type,
				override_comment, tls_version, iprev, lookalike)) n
		WHERE NOT EXISTS (SELECT FROM trait t WHERE t.hash = n.hash)
		ON CONFLICT (hash) DO NOTHING;
	INSERT INTO tuple (hash, layout, trait_no,
			author_domain, author_error, policy_domain, org_domain, discovery,
			record, author_exists, client_ip, client_name, mail_from_domain,
			spf_result, spf_domain, spf_scope, dkim, arc, dmarc_result,
			is_dkim_aligned, is_spf_aligned, indirect, policy, asked, applied,
			override_type, override_comment, tls_version, is_report_mail,
			imported, iprev, is_known_path, rests_on, lookalike, rcpt_rules,
			is_to_postmaster)
		SELECT DISTINCT ON (n.hash) n.hash, tuples_add.layout, t.trait_no,
			n.author_domain, n.author_error, n.policy_domain, n.org_domain,
			n.discovery, n.record, n.author_exists, n.client_ip, n.client_name,
			n.mail_from_domain, n.spf_result, n.spf_domain, n.spf_scope, n.dkim,
			n.arc, n.dmarc_result, n.is_dkim_aligned, n.is_spf_aligned,
			n.indirect, n.policy, n.asked, n.applied, n.override_type,
			n.override_comment, n.tls_version, n.is_report_mail, n.imported,
			n.iprev, n.is_known_path, n.rests_on, n.lookalike, n.rcpt_rules,
			n.is_to_postmaster
		FROM (SELECT g.*, alignd_push.hash_of(
				alignd_push.part('1', g.author_domain) ||
				alignd_push.part('2', g.author_error) ||
				alignd_push.part('3', g.policy_domain) ||
				alignd_push.part('4', g.org_domain) ||
				alignd_push.part('5', g.discovery) ||
				alignd_push.part('6', g.record) ||
				alignd_push.part('7', nullif(g.author_exists, 0)::text) ||
				alignd_push.part('8', g.client_ip) ||
				alignd_push.part('9', g.client_name) ||
				alignd_push.part('10', g.mail_from_domain) ||
				alignd_push.part('11', g.spf_result) ||
				alignd_push.part('12', g.spf_domain) ||
				alignd_push.part('13', g.spf_scope) ||
				alignd_push.part('14', g.dkim) ||
				alignd_push.part('15', g.arc) ||
				alignd_push.part('16', g.dmarc_result) ||
				alignd_push.part('17', nullif(g.is_dkim_aligned, 0)::text) ||
				alignd_push.part('18', nullif(g.is_spf_aligned, 0)::text) ||
				alignd_push.part('19', g.indirect) ||
				alignd_push.part('20', g.policy) ||
				alignd_push.part('21', g.asked) ||
				alignd_push.part('22', g.applied) ||
				alignd_push.part('23', g.override_type) ||
				alignd_push.part('24', g.override_comment) ||
				alignd_push.part('25', g.tls_version) ||
				alignd_push.part('26', nullif(g.is_report_mail, 0)::text) ||
				alignd_push.part('27', g.imported) ||
				alignd_push.part('28', g.iprev) ||
				alignd_push.part('29', nullif(g.is_known_path, 0)::text) ||
				alignd_push.part('30', g.rests_on) ||
				alignd_push.part('31', g.lookalike) ||
				alignd_push.part('32', g.rcpt_rules) ||
				alignd_push.part('33', nullif(g.is_to_postmaster, 0)::text)) AS hash
			FROM unnest(
				tuples_add.author_domain, tuples_add.author_error,
				tuples_add.policy_domain, tuples_add.org_domain,
				tuples_add.discovery, tuples_add.record,
				tuples_add.author_exists, tuples_add.client_ip,
				tuples_add.client_name, tuples_add.mail_from_domain,
				tuples_add.spf_result, tuples_add.spf_domain,
				tuples_add.spf_scope, tuples_add.dkim, tuples_add.arc,
				tuples_add.dmarc_result, tuples_add.is_dkim_aligned,
				tuples_add.is_spf_aligned, tuples_add.indirect,
				tuples_add.policy, tuples_add.asked, tuples_add.applied,
				tuples_add.override_type, tuples_add.override_comment,
				tuples_add.tls_version, tuples_add.is_report_mail,
				tuples_add.imported, tuples_add.iprev,
				tuples_add.is_known_path, tuples_add.rests_on,
				tuples_add.lookalike, tuples_add.rcpt_rules,
				tuples_add.is_to_postmaster) AS g (
				author_domain, author_error, policy_domain, org_domain,
				discovery, record, author_exists, client_ip, client_name,
				mail_from_domain, spf_result, spf_domain, spf_scope, dkim,
				arc, dmarc_result, is_dkim_aligned, is_spf_aligned,
				indirect, policy, asked, applied, override_type,
				override_comment, tls_version, is_report_mail, imported,
				iprev, is_known_path, rests_on, lookalike, rcpt_rules,
				is_to_postmaster)) n
		JOIN trait t ON t.hash = alignd_push.trait_hash(
			n.author_domain, n.author_error, n.client_ip, n.client_name,
			n.dmarc_result, n.policy, n.asked, n.applied, n.override_type,
			n.override_comment, n.tls_version, n.iprev, n.lookalike)
		ON CONFLICT (hash) DO NOTHING;
END
$$;

-- --- what was only counted, incidents, acts ---

-- Rows of a greater state replace those of a lesser one, of which they are what
-- became: a row only grows. Those of a restated one (no part is begun for it)
-- replace theirs with the names that are left.
CREATE FUNCTION alignd_push.segment_counted(layout bigint, ident uuid,
	reference text[], network text[], author_domain text[], budget bigint[],
	first_s bigint[], last_s bigint[], messages bigint[], "none" bigint[], tag bigint[],
	quarantine bigint[], reject bigint[], tempfail bigint[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = alignd, pg_temp AS $$
#variable_conflict use_column
DECLARE
	me int := alignd_push.caller(layout);
	into_part segment := alignd_push.part_begun(ident);
	first_no bigint;
BEGIN
	PERFORM alignd_push.check_sizes(5000,
		cardinality(segment_counted.reference),
		cardinality(segment_counted.network),
		cardinality(segment_counted.author_domain),
		cardinality(segment_counted.budget), cardinality(segment_counted.first_s),
		cardinality(segment_counted.last_s), cardinality(segment_counted.messages),
		cardinality(segment_counted.none), cardinality(segment_counted.tag),
		cardinality(segment_counted.quarantine),
		cardinality(segment_counted.reject), cardinality(segment_counted.tempfail));
	PERFORM alignd_push.check_texts(1024, VARIADIC segment_counted.reference ||
		segment_counted.network || segment_counted.author_domain);
	PERFORM alignd_push.check_numbers(0, 4294967295, VARIADIC segment_counted.messages ||
		segment_counted.budget || segment_counted."none" || segment_counted.tag ||
		segment_counted.quarantine || segment_counted.reject || segment_counted.tempfail);
	PERFORM alignd_push.check_numbers(into_part.hour_s - 3600, into_part.hour_s + 7200,
		VARIADIC segment_counted.first_s || segment_counted.last_s);
	SELECT s.segment_no INTO first_no FROM segment s
		WHERE s.ident = segment_counted.ident AND s.part = 0;
	IF into_part.is_stray THEN
		INSERT INTO stray_counted AS c (segment_no, hour_s,
				reference, network, author_domain, budget, first_s, last_s,
				messages, none, tag, quarantine, reject, tempfail)
			SELECT first_no, into_part.hour_s, g.* FROM unnest(
				segment_counted.reference, segment_counted.network,
				segment_counted.author_domain, segment_counted.budget,
				segment_counted.first_s, segment_counted.last_s,
				segment_counted.messages, segment_counted.none, segment_counted.tag,
				segment_counted.quarantine, segment_counted.reject,
				segment_counted.tempfail) AS g
			ON CONFLICT (segment_no, reference) DO UPDATE SET
				network = excluded.network, author_domain = excluded.author_domain,
				first_s = excluded.first_s, last_s = excluded.last_s,
				messages = excluded.messages, none = excluded.none,
				tag = excluded.tag, quarantine = excluded.quarantine,
				reject = excluded.reject, tempfail = excluded.tempfail
			WHERE into_part.part = 0 OR c.messages < excluded.messages;
		RETURN;
	END IF;
	INSERT INTO counted AS c (segment_no, hour_s,
			reference, network, author_domain, budget, first_s, last_s,
			messages, none, tag, quarantine, reject, tempfail)
		SELECT first_no, into_part.hour_s, g.* FROM unnest(
			segment_counted.reference, segment_counted.network,
			segment_counted.author_domain, segment_counted.budget,
			segment_counted.first_s, segment_counted.last_s,
			segment_counted.messages, segment_counted.none, segment_counted.tag,
			segment_counted.quarantine, segment_counted.reject,
			segment_counted.tempfail) AS g
		ON CONFLICT (segment_no, reference) DO UPDATE SET
			network = excluded.network, author_domain = excluded.author_domain,
			first_s = excluded.first_s, last_s = excluded.last_s,
			messages = excluded.messages, none = excluded.none,
			tag = excluded.tag, quarantine = excluded.quarantine,
			reject = excluded.reject, tempfail = excluded.tempfail
		WHERE into_part.part = 0 OR c.messages < excluded.messages;
END
$$;

-- What enforce mode would have done (lib/store/store_would.c); '' where it is not
-- known: the verdict is foreign, and may be cut.
CREATE FUNCTION alignd_push.would(applied text, override_type text, verdict text)
RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	word text := applied;
BEGIN
	IF applied = 'none' AND override_type <> '' THEN
		word := verdict::jsonb #>> '{explain,enforced}';
	END IF;
	IF word IN ('none', 'tag', 'quarantine', 'reject', 'tempfail') THEN
		RETURN word;
	END IF;
	RETURN '';
EXCEPTION WHEN data_exception OR program_limit_exceeded OR statement_too_complex THEN
	RETURN '';
END
$$;

-- Incidents of a segment that is open, or that this transaction has begun. One
-- that is here already stays as it is.
CREATE FUNCTION alignd_push.segment_incidents(layout bigint, ident uuid,
	own_id bigint[],
	reference text[], time_s bigint[], queue_id text[], host text[], client_ip text[],
	client_name text[], helo text[], mail_from text[], author_domain text[],
	author_error text[], policy_domain text[], spf_result text[], spf_domain text[],
	dkim text[], dmarc_result text[], asked text[], applied text[],
	override_type text[], override_comment text[], reason text[], reply text[],
	rcpt_domains text[], tls_version text[], verdict text[], queries text[],
	indirect text[], list_id text[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = alignd, pg_temp AS $$
#variable_conflict use_column
DECLARE
	me int := alignd_push.caller(layout);
	first segment;
	kept fleet;
BEGIN
	SELECT * INTO first FROM segment s WHERE s.ident = segment_incidents.ident AND s.part = 0
		FOR SHARE;
	IF NOT FOUND OR (first.host_no <> me AND NOT EXISTS (SELECT FROM segment s
			WHERE s.ident = segment_incidents.ident
				AND s.pushed_by = pg_current_xact_id())) THEN
		PERFORM alignd_push.refuse('that segment was not begun by this host');
	END IF;
	PERFORM alignd_push.check_sizes(1000, cardinality(segment_incidents.own_id),
		cardinality(segment_incidents.reference),
		cardinality(segment_incidents.time_s),
		cardinality(segment_incidents.queue_id),
		cardinality(segment_incidents.host),
		cardinality(segment_incidents.client_ip),
		cardinality(segment_incidents.client_name),
		cardinality(segment_incidents.helo),
		cardinality(segment_incidents.mail_from),
		cardinality(segment_incidents.author_domain),
		cardinality(segment_incidents.author_error),
		cardinality(segment_incidents.policy_domain),
		cardinality(segment_incidents.spf_result),
		cardinality(segment_incidents.spf_domain),
		cardinality(segment_incidents.dkim),
		cardinality(segment_incidents.dmarc_result),
		cardinality(segment_incidents.asked),
		cardinality(segment_incidents.applied),
		cardinality(segment_incidents.override_type),
		cardinality(segment_incidents.override_comment),
		cardinality(segment_incidents.reason), cardinality(segment_incidents.reply),
		cardinality(segment_incidents.rcpt_domains),
		cardinality(segment_incidents.tls_version),
		cardinality(segment_incidents.verdict),
		cardinality(segment_incidents.queries),
		cardinality(segment_incidents.indirect),
		cardinality(segment_incidents.list_id));
	PERFORM alignd_push.check_texts(131072, VARIADIC
		segment_incidents.reference ||
		segment_incidents.queue_id ||
		segment_incidents.host ||
		segment_incidents.client_ip ||
		segment_incidents.client_name ||
		segment_incidents.helo ||
		segment_incidents.mail_from ||
		segment_incidents.author_domain ||
		segment_incidents.author_error ||
		segment_incidents.policy_domain ||
		segment_incidents.spf_result ||
		segment_incidents.spf_domain ||
		segment_incidents.dkim ||
		segment_incidents.dmarc_result ||
		segment_incidents.asked ||
		segment_incidents.applied ||
		segment_incidents.override_type ||
		segment_incidents.override_comment ||
		segment_incidents.reason ||
		segment_incidents.reply ||
		segment_incidents.rcpt_domains ||
		segment_incidents.tls_version ||
		segment_incidents.verdict ||
		segment_incidents.queries ||
		segment_incidents.indirect ||
		segment_incidents.list_id);
	PERFORM alignd_push.check_numbers(first.hour_s - 3600, first.hour_s + 7200,
		VARIADIC segment_incidents.time_s);
	SELECT * INTO kept FROM fleet;
	IF first.is_stray THEN
		INSERT INTO stray_incident
			SELECT first.segment_no, g.own_id, to_jsonb(g) FROM unnest(
				segment_incidents.own_id,
				segment_incidents.reference, segment_incidents.time_s,
				segment_incidents.queue_id, segment_incidents.host,
				segment_incidents.client_ip, segment_incidents.client_name,
				segment_incidents.helo, segment_incidents.mail_from,
				segment_incidents.author_domain,
				segment_incidents.author_error,
				segment_incidents.policy_domain,
				segment_incidents.spf_result, segment_incidents.spf_domain,
				segment_incidents.dkim, segment_incidents.dmarc_result,
				segment_incidents.asked, segment_incidents.applied,
				segment_incidents.override_type,
				segment_incidents.override_comment,
				segment_incidents.reason, segment_incidents.reply,
				segment_incidents.rcpt_domains,
				segment_incidents.tls_version, segment_incidents.verdict,
				segment_incidents.queries, segment_incidents.indirect,
				segment_incidents.list_id) AS g (own_id,
				reference, time_s, queue_id, host, client_ip, client_name,
				helo, mail_from, author_domain, author_error, policy_domain,
				spf_result, spf_domain, dkim, dmarc_result, asked, applied,
				override_type, override_comment, reason, reply,
				rcpt_domains, tls_version, verdict, queries, indirect,
				list_id)
			ON CONFLICT DO NOTHING;
		RETURN;
	ELSIF first.hour_s < alignd_push.now_s() - kept.keep_incidents_s THEN
		RETURN;
	END IF;
	WITH given AS MATERIALIZED (
		SELECT g.* FROM unnest(
			segment_incidents.own_id,
			segment_incidents.reference, segment_incidents.time_s,
			segment_incidents.queue_id, segment_incidents.host,
			segment_incidents.client_ip, segment_incidents.client_name,
			segment_incidents.helo, segment_incidents.mail_from,
			segment_incidents.author_domain, segment_incidents.author_error,
			segment_incidents.policy_domain, segment_incidents.spf_result,
			segment_incidents.spf_domain, segment_incidents.dkim,
			segment_incidents.dmarc_result, segment_incidents.asked,
			segment_incidents.applied, segment_incidents.override_type,
			segment_incidents.override_comment, segment_incidents.reason,
			segment_incidents.reply, segment_incidents.rcpt_domains,
			segment_incidents.tls_version, segment_incidents.verdict,
			segment_incidents.queries, segment_incidents.indirect,
			segment_incidents.list_id) AS g (own_id,
			reference, time_s, queue_id, host, client_ip, client_name, helo,
			mail_from, author_domain, author_error, policy_domain, spf_result,
			spf_domain, dkim, dmarc_result, asked, applied, override_type,
			override_comment, reason, reply, rcpt_domains, tls_version, verdict,
			queries, indirect, list_id)),
	taken AS (
		INSERT INTO incident (incident_no, segment_no, own_id, hour_s, time_s, author_key,
			reference, client_ip, applied, dmarc_result, asked, would,
			override_type, override_comment, host, queue_id, author_domain,
			author_error, policy_domain, client_name, mail_from, spf_result,
			spf_domain, reason, indirect, list_id)
		SELECT nextval('incident_number'), first.segment_no, g.own_id, first.hour_s,
			g.time_s, CASE WHEN octet_length(g.author_domain) <= 253
				THEN reverse(g.author_domain) || '.' ELSE '' END,
			g.reference, g.client_ip, g.applied, g.dmarc_result, g.asked,
			alignd_push.would(g.applied, g.override_type, g.verdict),
			g.override_type, g.override_comment, g.host, g.queue_id,
			g.author_domain, g.author_error, g.policy_domain, g.client_name,
			g.mail_from, g.spf_result, g.spf_domain, g.reason, g.indirect,
			g.list_id
		FROM given g
		ON CONFLICT (segment_no, own_id, hour_s) DO NOTHING
		RETURNING incident_no, own_id)
	INSERT INTO incident_wide (incident_no, hour_s, helo, dkim, reply, rcpt_domains,
			tls_version, verdict, queries)
		SELECT t.incident_no, first.hour_s, g.helo, g.dkim, g.reply, g.rcpt_domains,
			g.tls_version, g.verdict, g.queries
		FROM taken t JOIN given g USING (own_id)
		WHERE first.hour_s >= alignd_push.now_s() - kept.keep_wide_s;
END
$$;

-- Acts of a segment that this transaction has begun. An incident that is named
-- may be elsewhere, or come later. One that comes again is what an erasure left.
CREATE FUNCTION alignd_push.segment_acts(layout bigint, ident uuid, own_id bigint[],
	incident_ident uuid[], incident_own_id bigint[], time_s bigint[], who text[],
	kind text[], note text[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = alignd, pg_temp AS $$
#variable_conflict use_column
DECLARE
	me int := alignd_push.caller(layout);
	into_part segment := alignd_push.part_begun(ident);
BEGIN
	PERFORM alignd_push.check_sizes(1000, cardinality(segment_acts.own_id),
		cardinality(segment_acts.incident_ident),
		cardinality(segment_acts.incident_own_id), cardinality(segment_acts.time_s),
		cardinality(segment_acts.who), cardinality(segment_acts.kind),
		cardinality(segment_acts.note));
	PERFORM alignd_push.check_texts(8192, VARIADIC segment_acts.who ||
		segment_acts.kind || segment_acts.note);
	INSERT INTO act (ident, own_id, host_no, incident_ident, incident_own_id, time_s, who,
			kind, note)
		SELECT segment_acts.ident, g.own_id, me, g.incident_ident, g.incident_own_id,
			g.time_s, g.who, g.kind, g.note
		FROM unnest(segment_acts.own_id, segment_acts.incident_ident,
			segment_acts.incident_own_id, segment_acts.time_s, segment_acts.who,
			segment_acts.kind, segment_acts.note) AS g (own_id, incident_ident,
			incident_own_id, time_s, who, kind, note)
		ON CONFLICT (ident, own_id) DO UPDATE SET who = excluded.who, note = excluded.note;
END
$$;

-- Incidents that their host has erased: gone here too, with what was done about
-- them. By whoever knows the segment's name: the store may have moved to a host of
-- another name since. How many were here.
CREATE FUNCTION alignd_push.incidents_erase(layout bigint, idents uuid[], own_ids bigint[])
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = alignd, pg_temp AS $$
DECLARE
	me int := alignd_push.caller(layout);
	gone bigint;
BEGIN
	PERFORM alignd_push.check_sizes(1000, cardinality(idents), cardinality(own_ids));
	WITH named AS MATERIALIZED (
		SELECT g.ident, g.own_id, s.segment_no, s.hour_s
		FROM unnest(idents, own_ids) AS g (ident, own_id)
		JOIN segment s ON s.ident = g.ident AND s.part = 0),
	taken AS (
		DELETE FROM incident i USING named n WHERE i.segment_no = n.segment_no
			AND i.own_id = n.own_id AND i.hour_s = n.hour_s
		RETURNING i.incident_no, i.hour_s),
	wide AS (
		DELETE FROM incident_wide w USING taken t
		WHERE w.incident_no = t.incident_no AND w.hour_s = t.hour_s),
	strays AS (
		DELETE FROM stray_incident i USING named n
		WHERE i.segment_no = n.segment_no AND i.own_id = n.own_id),
	acts AS (
		DELETE FROM act a USING named n
		WHERE a.incident_ident = n.ident AND a.incident_own_id = n.own_id)
	SELECT count(*) INTO gone FROM taken;
	RETURN gone;
END
$$;

-- A row that was refused: that it was, and why; at most 10,000 of a host.
CREATE FUNCTION alignd_push.set_aside(layout bigint, ident uuid, kind text, own_id bigint,
	why text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = alignd, pg_temp AS $$
DECLARE
	me int := alignd_push.caller(layout);
BEGIN
	INSERT INTO aside (host_no, ident, kind, own_id, why)
		SELECT me, set_aside.ident, left(set_aside.kind, 20), set_aside.own_id,
			left(set_aside.why, 500)
		WHERE (SELECT count(*) FROM aside a WHERE a.host_no = me) < 10000
		ON CONFLICT DO NOTHING;
END
$$;

-- --- how it stands ---

-- Of segments by their names, what was taken of each as their hosts claimed it;
-- what is open here, or not here, is left out, and what came as a stray of a clock
-- that was wrong.
CREATE FUNCTION alignd_push.ledger(layout bigint, idents uuid[])
RETURNS TABLE (ident uuid, results bigint, messages bigint, incidents bigint,
	counted bigint, acts bigint, restated bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = alignd, pg_temp AS $$
#variable_conflict use_column
DECLARE
	me int := alignd_push.caller(layout);
BEGIN
	PERFORM alignd_push.check_sizes(5000, cardinality(idents));
	RETURN QUERY SELECT s.ident, sum(s.results)::bigint, sum(s.messages)::bigint,
		sum(s.incidents)::bigint, sum(s.counted)::bigint, sum(s.acts)::bigint,
		sum(s.restated)::bigint
		FROM segment s WHERE s.ident = ANY (idents) AND NOT s.is_open
			AND (NOT s.is_stray OR alignd_push.is_stray(s.hour_s))
		GROUP BY s.ident;
END
$$;

-- Tables of the days around; where somebody is at it they come a little later.
CREATE FUNCTION alignd_push.make_days(at_s bigint) RETURNS void
LANGUAGE plpgsql SET search_path = alignd, pg_temp SET lock_timeout = '1s' AS $$
BEGIN
	PERFORM alignd_push.make_day(at_s + d * 86400) FROM generate_series(-1, 2) d;
EXCEPTION WHEN lock_not_available THEN
	NULL;
END
$$;

-- What a host says of itself. Gives PostgreSQL's clock, what the fleet keeps, the
-- newest version of the overrides and its digest, and up to which day the fleet
-- has taken reports over.
CREATE FUNCTION alignd_push.heartbeat(layout bigint, version text, sealed_until_s bigint,
	reported_until_s bigint, waiting bigint, oldest_s bigint, let_go bigint, aside bigint,
	journal_bytes bigint, host_ms bigint, override_version bigint, last_error text,
	last_error_s bigint, authserv_id text, addresses text)
RETURNS TABLE (now_ms bigint, schema_version int, keep_results_s bigint,
	newest_override bigint, newest_digest bytea, taken_until_s bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = alignd, pg_temp AS $$
#variable_conflict use_column
DECLARE
	me int := alignd_push.caller(layout);
	at_ms bigint := floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint;
BEGIN
	PERFORM alignd_push.check_texts(8192, version, last_error, authserv_id, addresses);
	UPDATE host h SET seen_s = at_ms / 1000, layout = heartbeat.layout,
		version = heartbeat.version, sealed_until_s = heartbeat.sealed_until_s,
		reported_until_s = coalesce(h.reported_until_s, heartbeat.reported_until_s),
		waiting = heartbeat.waiting, oldest_s = heartbeat.oldest_s,
		let_go = heartbeat.let_go, aside = heartbeat.aside,
		journal_bytes = heartbeat.journal_bytes, offset_ms = heartbeat.host_ms - at_ms,
		override_version = heartbeat.override_version,
		last_error = heartbeat.last_error, last_error_s = heartbeat.last_error_s,
		authserv_id = heartbeat.authserv_id, addresses = heartbeat.addresses
		WHERE h.host_no = me;
	PERFORM alignd_push.end_endless();
	PERFORM alignd_push.make_days(at_ms / 1000);
	RETURN QUERY SELECT at_ms, f.version, f.keep_results_s, coalesce(o.version, 0),
		o.digest, alignd_report.taken_until_s()
		FROM fleet f LEFT JOIN (SELECT v.version, v.digest FROM override_version v
			ORDER BY v.version DESC LIMIT 1) o ON true;
END
$$;

-- Who else is in the fleet: what claims to be of one of them is known by it.
CREATE FUNCTION alignd_push.hosts(layout bigint)
RETURNS TABLE (name text, authserv_id text, addresses text, is_me boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = alignd, pg_temp AS $$
#variable_conflict use_column
DECLARE
	me int := alignd_push.caller(layout);
BEGIN
	RETURN QUERY SELECT h.name, h.authserv_id, h.addresses, h.host_no = me FROM host h
		WHERE h.state = 'live' ORDER BY h.name LIMIT 10000;
END
$$;

-- --- overrides ---

-- A version of the overrides, by its number.
CREATE FUNCTION alignd_push.override_text(layout bigint, wanted bigint)
RETURNS TABLE (version bigint, text text, digest bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = alignd, pg_temp AS $$
#variable_conflict use_column
DECLARE
	me int := alignd_push.caller(layout);
BEGIN
	RETURN QUERY SELECT v.version, v.text, v.digest FROM override_version v
		WHERE v.version = wanted;
END
$$;

-- An operator's next version, made of the version `parent` (0: of none). NULL:
-- somebody changed it meanwhile.
CREATE FUNCTION alignd_push.override_put(parent bigint, text text, digest bytea, who text)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = alignd, pg_temp AS $$
#variable_conflict use_column
DECLARE
	newest bigint;
	made bigint;
BEGIN
	PERFORM alignd_push.check_texts(16777216, override_put.text);
	LOCK TABLE override_version IN SHARE ROW EXCLUSIVE MODE;
	SELECT coalesce(max(v.version), 0) INTO newest FROM override_version v;
	IF newest IS DISTINCT FROM override_put.parent THEN
		RETURN NULL;
	END IF;
	INSERT INTO override_version (version, parent, text, digest, who)
		VALUES (newest + 1, newest, override_put.text, override_put.digest,
			left(override_put.who, 253))
		RETURNING override_version.version INTO made;
	RETURN made;
END
$$;

-- --- rights ---

GRANT EXECUTE ON FUNCTION
	alignd_push.segment_open, alignd_push.segment_begin, alignd_push.segment_results,
	alignd_push.tuples_add, alignd_push.segment_counted, alignd_push.segment_incidents,
	alignd_push.segment_acts, alignd_push.incidents_erase, alignd_push.set_aside,
	alignd_push.ledger, alignd_push.heartbeat, alignd_push.hosts,
	alignd_push.override_text
	TO alignd_host;
GRANT EXECUTE ON FUNCTION alignd_push.override_put TO alignd_operator;
