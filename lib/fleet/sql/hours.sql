-- SPDX-License-Identifier: BSD-2-Clause
--
-- hours - sums of hours that are over, of what figures are made of
--
-- Replaced at each init, after maintain, whose first step this is. A kind is what
-- tells two messages apart in a figure, but for who sent them (trait.kind); names are
-- author domains and networks. Each hour has its messages by kind and by name and
-- kind (hour_kind, hour_name), of segments that are marked (is_added), and each day
-- its names once more (day_name), made of its hours: while summed_day says is_whole
-- a reader takes the day, else the hours. All are made again when something was
-- erased. Whoever writes them holds the day's row in summed_day.

SET LOCAL search_path = alignd, pg_temp;

-- An address of the network that figures have (/24, /48), the same for all of it; the
-- text itself where that is not told at once. lib/stats/collect.c makes the network.
CREATE FUNCTION alignd_push.address_in(client_ip text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT CASE
		WHEN client_ip ~ '^(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}$'
			THEN substring(client_ip, '^.*\.') || '0'
		WHEN client_ip ~ '^([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}$'
			OR client_ip ~ '^([0-9a-f]{1,4}:){3,4}:(([0-9a-f]{1,4}:){0,2}[0-9a-f]{1,4})?$'
			THEN substring(client_ip, '^[0-9a-f]+:[0-9a-f]+:[0-9a-f]+:') || ':'
		ELSE client_ip END
$$;

-- Kinds are there before the first counter that is of one.
CREATE FUNCTION alignd_push.add_kinds() RETURNS trigger
LANGUAGE plpgsql SET search_path = alignd, pg_temp AS $$
BEGIN
	INSERT INTO kind (kind, author_error, client_ip, client_name, dmarc_result, policy,
			asked, applied, override_type, override_comment, tls_version, iprev)
		SELECT DISTINCT ON (n.kind) n.kind, n.author_error,
			CASE n.client_ip WHEN '' THEN '' ELSE '-' END,
			CASE n.client_name WHEN '' THEN '' ELSE '-' END, n.dmarc_result, n.policy, n.asked, n.applied,
			n.override_type, n.override_comment, n.tls_version, n.iprev
		FROM new_traits n
		WHERE NOT EXISTS (SELECT FROM kind k WHERE k.kind = n.kind)
		ORDER BY n.kind
		ON CONFLICT (kind) DO NOTHING;
	RETURN NULL;
END
$$;
DROP TRIGGER IF EXISTS trait_kind ON trait;
CREATE TRIGGER trait_kind AFTER INSERT ON trait
	REFERENCING NEW TABLE AS new_traits
	FOR EACH STATEMENT EXECUTE FUNCTION alignd_push.add_kinds();

-- Whoever changes a day's sums holds them first: what he then reads of them, and of
-- which segments are in them, nobody changes meanwhile.
CREATE FUNCTION alignd_push.lock_day(of_day bigint) RETURNS void
LANGUAGE sql SET search_path = alignd, pg_temp AS $$
	INSERT INTO summed_day (day_s) VALUES (of_day)
		ON CONFLICT (day_s) DO UPDATE SET is_whole = summed_day.is_whole
$$;

-- Likewise; its names are no longer all in day_name.
CREATE FUNCTION alignd_push.hold_day(at_s bigint) RETURNS void
LANGUAGE sql SET search_path = alignd, pg_temp AS $$
	INSERT INTO summed_day (day_s) VALUES (at_s - at_s % 86400)
		ON CONFLICT (day_s) DO UPDATE SET is_whole = false
$$;

-- Adds the counters of some segments of an hour to its sums.
CREATE FUNCTION alignd_push.add_counters(of_hour bigint, of_it bigint[]) RETURNS void
LANGUAGE sql SET search_path = alignd, pg_temp SET work_mem = '128MB' AS $$
	WITH traits AS (
		SELECT t.trait_no, sum(r.count) AS count
		FROM result r JOIN tuple t USING (tuple_no)
		WHERE r.hour_s = of_hour AND r.segment_no = ANY (of_it)
		GROUP BY t.trait_no),
	named AS MATERIALIZED (
		SELECT t.kind, t.author_domain, t.lookalike, t.client_ip, s.count
		FROM traits s JOIN trait t USING (trait_no)),
	kinds AS (
		INSERT INTO hour_kind (hour_s, kind, count)
		SELECT of_hour, kind, sum(count) FROM named GROUP BY kind),
	domains AS (
		INSERT INTO hour_name (hour_s, is_network, kind, count, name, lookalike)
		SELECT of_hour, false, kind, sum(count), author_domain, lookalike
		FROM named GROUP BY kind, author_domain, lookalike)
	INSERT INTO hour_name (hour_s, is_network, kind, count, name, lookalike)
		SELECT of_hour, true, kind, sum(count), network, ''
		FROM (SELECT kind, alignd_push.address_in(client_ip) AS network,
				sum(count) AS count
			FROM named GROUP BY kind, client_ip) n
		GROUP BY kind, network
$$;

-- How many segments; one that a transaction holds is left for the next time.
CREATE FUNCTION alignd_push.add_hour(of_hour bigint) RETURNS bigint
LANGUAGE plpgsql SET search_path = alignd, pg_temp AS $$
DECLARE
	of_it bigint[] := ARRAY(SELECT segment_no FROM segment
		WHERE NOT is_added AND NOT is_open AND NOT is_stray AND hour_s = of_hour
		FOR UPDATE SKIP LOCKED);
BEGIN
	IF cardinality(of_it) = 0 THEN
		RETURN 0;
	END IF;
	PERFORM alignd_push.make_day(of_hour);
	PERFORM alignd_push.hold_day(of_hour);
	PERFORM alignd_push.add_counters(of_hour, of_it);
	UPDATE segment SET is_added = true WHERE segment_no = ANY (of_it);
	RETURN cardinality(of_it);
END
$$;

-- The names of a day that is over, from its hours.
CREATE FUNCTION alignd_push.make_day_names(of_day bigint) RETURNS void
LANGUAGE plpgsql SET search_path = alignd, pg_temp SET work_mem = '128MB' AS $$
BEGIN
	PERFORM alignd_push.hold_day(of_day);
	DELETE FROM day_name WHERE day_s = of_day;
	INSERT INTO day_name (day_s, is_network, kind, count, name, lookalike)
		SELECT of_day, is_network, kind, sum(count), name, lookalike
		FROM hour_name WHERE hour_s >= of_day AND hour_s < of_day + 86400
		GROUP BY is_network, kind, name, lookalike;
	UPDATE summed_day SET is_whole = true WHERE day_s = of_day;
END
$$;

-- Takes segments of one hour out of its sums, by making those anew of the others;
-- their counters are still here.
CREATE FUNCTION alignd_push.unadd(of_it bigint[], at_s bigint) RETURNS void
LANGUAGE plpgsql SET search_path = alignd, pg_temp AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM segment WHERE segment_no = ANY (of_it) AND is_added) THEN
		RETURN;
	END IF;
	PERFORM alignd_push.make_day(at_s);
	PERFORM alignd_push.hold_day(at_s);
	UPDATE segment SET is_added = false WHERE segment_no = ANY (of_it);
	DELETE FROM day_name WHERE day_s = at_s - at_s % 86400;
	DELETE FROM hour_kind WHERE hour_s = at_s;
	DELETE FROM hour_name WHERE hour_s = at_s;
	PERFORM alignd_push.add_counters(at_s, ARRAY(SELECT segment_no FROM segment
		WHERE hour_s = at_s AND is_added));
END
$$;

-- An hour is added ten minutes after its end, when most hosts have brought theirs;
-- in words what was done, '': nothing is left, or somebody holds the day.
CREATE FUNCTION alignd_push.try_hour() RETURNS text
LANGUAGE plpgsql SET search_path = alignd, pg_temp AS $$
DECLARE
	of_hour bigint;
BEGIN
	FOR of_hour IN SELECT DISTINCT hour_s FROM segment
		WHERE NOT is_added AND NOT is_open AND NOT is_stray
			AND hour_s < alignd_push.now_s() - 3600 - 600
		ORDER BY hour_s
	LOOP
		BEGIN
			IF alignd_push.add_hour(of_hour) > 0 THEN
				RETURN 'added ' || to_char(to_timestamp(of_hour)
					AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI');
			END IF;
		EXCEPTION WHEN lock_not_available THEN
			NULL;
		END;
	END LOOP;
	RETURN '';
END
$$;

-- Likewise the names of a day, two hours after its end.
CREATE FUNCTION alignd_push.try_day_names() RETURNS text
LANGUAGE plpgsql SET search_path = alignd, pg_temp AS $$
DECLARE
	of_day bigint := (SELECT min(day_s) FROM summed_day WHERE NOT is_whole
		AND day_s < (alignd_push.now_s() - 7200) / 86400 * 86400);
BEGIN
	IF of_day IS NULL THEN
		RETURN '';
	END IF;
	PERFORM alignd_push.make_day_names(of_day);
	RETURN 'named ' || to_char(to_timestamp(of_day) AT TIME ZONE 'UTC', 'YYYY-MM-DD');
EXCEPTION WHEN lock_not_available THEN
	RETURN '';
END
$$;

-- Days whose tables are dropped, and kinds of which no trait is left; while nobody
-- pushes (purge_tuples).
CREATE FUNCTION alignd_push.purge_kinds() RETURNS void
LANGUAGE sql SET search_path = alignd, pg_temp AS $$
	DELETE FROM summed_day WHERE day_s < alignd_push.now_s() - 2 * 86400
		- (SELECT keep_results_s FROM fleet);
	DELETE FROM kind WHERE kind NOT IN (SELECT DISTINCT kind FROM trait)
$$;
