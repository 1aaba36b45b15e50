-- SPDX-License-Identifier: BSD-2-Clause
--
-- maintain - sums of days that are over, and what is past its time
--
-- Replaced at each init, after push. The hosts' forwarders call maintain() now and
-- then; of those that do at once, one does something. How long things are kept
-- stands in the fleet's own row, which init writes: a host cannot say it.

SET LOCAL search_path = alignd, pg_temp;

-- Steps are tried one behind the other: what somebody holds is left for the next
-- time, and keeps nothing else from being done.

-- A day is summed two hours after its end: what comes later is summed when it is
-- here, in rows of its own.
CREATE FUNCTION alignd_push.days_to_sum() RETURNS SETOF bigint
LANGUAGE sql VOLATILE SET search_path = alignd, pg_temp AS $$
	SELECT DISTINCT hour_s - hour_s % 86400 AS day_s FROM segment
	WHERE NOT is_summed AND NOT is_open AND NOT is_stray
		AND hour_s < (alignd_push.now_s() - 7200) / 86400 * 86400
	ORDER BY day_s
$$;

-- How many segments; one that a transaction holds is left for the next time.
CREATE FUNCTION alignd_push.sum_day(of_day bigint) RETURNS bigint
LANGUAGE plpgsql SET search_path = alignd, pg_temp AS $$
DECLARE
	of_it bigint[] := ARRAY(SELECT segment_no FROM segment
		WHERE NOT is_summed AND NOT is_open AND NOT is_stray
			AND hour_s >= of_day AND hour_s < of_day + 86400
		FOR UPDATE SKIP LOCKED);
BEGIN
	IF cardinality(of_it) = 0 THEN
		RETURN 0;
	END IF;
	PERFORM alignd_push.make_day(of_day);
	PERFORM alignd_push.lock_day(of_day);
	INSERT INTO day_result (day_s, tuple_no, count)
		SELECT of_day, r.tuple_no, sum(r.count) FROM result r
		WHERE r.hour_s >= of_day AND r.hour_s < of_day + 86400
			AND r.segment_no = ANY (of_it)
		GROUP BY r.tuple_no ORDER BY r.tuple_no;
	INSERT INTO hour_result (hour_s, trait_no, count)
		SELECT r.hour_s, t.trait_no, sum(r.count)
		FROM result r JOIN tuple t USING (tuple_no)
		WHERE r.hour_s >= of_day AND r.hour_s < of_day + 86400
			AND r.segment_no = ANY (of_it)
		GROUP BY r.hour_s, t.trait_no;
	UPDATE segment SET is_summed = true WHERE segment_no = ANY (of_it);
	RETURN cardinality(of_it);
END
$$;

-- The first day that can be summed, in words; '': there is none.
CREATE FUNCTION alignd_push.try_sum() RETURNS text
LANGUAGE plpgsql SET search_path = alignd, pg_temp AS $$
DECLARE
	of_day bigint;
BEGIN
	FOR of_day IN SELECT alignd_push.days_to_sum() LOOP
		BEGIN
			IF alignd_push.sum_day(of_day) > 0 THEN
				RETURN 'summed ' || to_char(to_timestamp(of_day)
					AT TIME ZONE 'UTC', 'YYYY-MM-DD');
			END IF;
		EXCEPTION WHEN lock_not_available THEN
			NULL;
		END;
	END LOOP;
	RETURN '';
END
$$;

-- Tables of days that are past their time, the first of each kind: whoever holds
-- one table of a kind holds up all of them.
CREATE FUNCTION alignd_push.past_parts() RETURNS SETOF text
LANGUAGE sql STABLE SET search_path = alignd, pg_temp AS $$
	SELECT min(c.relname)::text
	FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid, fleet f
	WHERE (i.inhparent IN ('result'::regclass, 'day_result'::regclass,
			'hour_result'::regclass, 'hour_kind'::regclass,
			'hour_name'::regclass, 'day_name'::regclass)
		AND right(c.relname, 8) < to_char(to_timestamp(alignd_push.now_s()
			- f.keep_results_s - 86400) AT TIME ZONE 'UTC', 'YYYYMMDD'))
	OR (i.inhparent = 'incident'::regclass
		AND right(c.relname, 8) < to_char(to_timestamp(alignd_push.now_s()
			- f.keep_incidents_s - 86400) AT TIME ZONE 'UTC', 'YYYYMMDD'))
	OR (i.inhparent = 'incident_wide'::regclass
		AND right(c.relname, 8) < to_char(to_timestamp(alignd_push.now_s()
			- f.keep_wide_s - 86400) AT TIME ZONE 'UTC', 'YYYYMMDD'))
	GROUP BY i.inhparent ORDER BY 1
$$;

-- It waits for less time than others would behind it.
CREATE FUNCTION alignd_push.try_drop() RETURNS text
LANGUAGE plpgsql SET search_path = alignd, pg_temp SET lock_timeout = '200ms' AS $$
DECLARE
	part text;
BEGIN
	FOR part IN SELECT alignd_push.past_parts() LOOP
		BEGIN
			EXECUTE format('DROP TABLE %I', part);
			RETURN 'dropped ' || part;
		EXCEPTION WHEN lock_not_available THEN
			NULL;
		END;
	END LOOP;
	RETURN '';
END
$$;

-- Rows that lie in no table of a day, a batch of each kind; how many went.
CREATE FUNCTION alignd_push.purge_rows() RETURNS bigint
LANGUAGE plpgsql SET search_path = alignd, pg_temp AS $$
DECLARE
	before_s bigint := alignd_push.now_s() - (SELECT keep_results_s FROM fleet);
	gone bigint;
	went bigint := 0;
BEGIN
	DELETE FROM counted WHERE ctid = ANY (ARRAY(SELECT ctid FROM counted
		WHERE hour_s < before_s LIMIT 10000));
	GET DIAGNOSTICS gone = ROW_COUNT;
	went := went + gone;
	DELETE FROM act WHERE ctid = ANY (ARRAY(SELECT ctid FROM act
		WHERE time_s < before_s LIMIT 10000));
	GET DIAGNOSTICS gone = ROW_COUNT;
	went := went + gone;
	DELETE FROM aside WHERE taken_s < alignd_push.now_s() - 90 * 86400;
	WITH old AS (SELECT segment_no FROM segment WHERE is_stray AND pushed_s < before_s),
	results AS (DELETE FROM stray_result r USING old WHERE r.segment_no = old.segment_no),
	rows AS (DELETE FROM stray_counted c USING old WHERE c.segment_no = old.segment_no)
	DELETE FROM stray_incident i USING old WHERE i.segment_no = old.segment_no;
	DELETE FROM segment WHERE segment_no = ANY (ARRAY(SELECT s.segment_no FROM segment s
		WHERE s.hour_s < before_s - 2 * 86400 AND s.pushed_s < before_s AND NOT EXISTS
			(SELECT FROM counted c WHERE c.segment_no = s.segment_no)
		LIMIT 10000));
	GET DIAGNOSTICS gone = ROW_COUNT;
	RETURN went + gone;
END
$$;

-- Tuples that no counter names any more, of the next 20,000 old ones, and of those
-- that an erasure took out of a segment; once a day, or after an erasure, while
-- nobody pushes: who does has written to segment first. Their traits have counters
-- as long as they have, so they go with the last tuple.
CREATE FUNCTION alignd_push.purge_tuples() RETURNS bigint
LANGUAGE plpgsql SET search_path = alignd, pg_temp AS $$
DECLARE
	past bigint := (SELECT purged_tuple FROM fleet);
	open_s bigint := (SELECT coalesce(min(hour_s), 0) FROM segment
		WHERE NOT is_summed AND NOT is_stray);
	old bigint[];
	looked bigint[];
	named bigint[];
	gone bigint;
BEGIN
	LOCK TABLE segment IN SHARE ROW EXCLUSIVE MODE;
	old := ARRAY(SELECT tuple_no FROM tuple WHERE tuple_no > past
		AND added_s < alignd_push.now_s() - (SELECT keep_results_s FROM fleet)
		ORDER BY tuple_no LIMIT 20000);
	looked := old || ARRAY(SELECT tuple_no FROM erased_tuple LIMIT 20000);
	named := ARRAY(SELECT r.tuple_no FROM result r WHERE r.hour_s >= open_s
			AND r.tuple_no = ANY (looked)
		UNION SELECT r.tuple_no FROM stray_result r WHERE r.tuple_no = ANY (looked)
		UNION SELECT d.tuple_no FROM day_result d WHERE d.tuple_no = ANY (looked));
	WITH went AS (
		DELETE FROM tuple t WHERE t.tuple_no = ANY (looked) AND t.tuple_no <> ALL (named)
		RETURNING t.tuple_no, t.trait_no),
	traits AS (
		DELETE FROM trait t USING (SELECT DISTINCT trait_no FROM went) w
		WHERE t.trait_no = w.trait_no AND NOT EXISTS (SELECT FROM tuple o
			WHERE o.trait_no = t.trait_no
				AND o.tuple_no NOT IN (SELECT tuple_no FROM went)))
	SELECT count(*) INTO gone FROM went;
	DELETE FROM erased_tuple WHERE tuple_no = ANY (looked);
	PERFORM alignd_push.purge_kinds();
	UPDATE fleet SET purged_tuple = coalesce((SELECT max(n) FROM unnest(old) n), 0);
	RETURN gone;
END
$$;

CREATE FUNCTION alignd_push.try_purge() RETURNS text
LANGUAGE plpgsql SET search_path = alignd, pg_temp AS $$
DECLARE
	gone bigint := alignd_push.purge_rows();
BEGIN
	RETURN CASE WHEN gone > 0 THEN 'purged ' || gone ELSE '' END;
EXCEPTION WHEN lock_not_available THEN
	RETURN '';
END
$$;

CREATE FUNCTION alignd_push.try_tuples() RETURNS text
LANGUAGE plpgsql SET search_path = alignd, pg_temp AS $$
BEGIN
	IF (SELECT maintained_s FROM fleet) >= alignd_push.now_s() - 86400
			AND NOT EXISTS (SELECT FROM erased_tuple) THEN
		RETURN '';
	END IF;
	PERFORM alignd_push.purge_tuples();
	UPDATE fleet SET maintained_s = alignd_push.now_s();
	RETURN 'looked through tuples';
EXCEPTION WHEN lock_not_available THEN
	RETURN '';
END
$$;

-- One step; what it did, in words: '' where nothing is left to do, or where
-- another host is at it.
CREATE FUNCTION alignd_push.maintain(layout bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = alignd, pg_temp
SET lock_timeout = '2s' AS $$
DECLARE
	me int := alignd_push.caller(layout);
	did text;
BEGIN
	PERFORM alignd_push.end_endless();
	PERFORM FROM fleet FOR UPDATE SKIP LOCKED;
	IF NOT FOUND THEN
		RETURN '';
	END IF;
	did := alignd_push.try_hour();
	did := CASE WHEN did = '' THEN alignd_push.try_day_names() ELSE did END;
	did := CASE WHEN did = '' THEN alignd_push.try_sum() ELSE did END;
	did := CASE WHEN did = '' THEN alignd_push.try_drop() ELSE did END;
	did := CASE WHEN did = '' THEN alignd_push.try_purge() ELSE did END;
	RETURN CASE WHEN did = '' THEN alignd_push.try_tuples() ELSE did END;
END
$$;

GRANT EXECUTE ON FUNCTION alignd_push.maintain TO alignd_host, alignd_operator;
