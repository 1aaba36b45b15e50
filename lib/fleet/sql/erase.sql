-- SPDX-License-Identifier: BSD-2-Clause
--
-- erase - what an operator takes out of the fleet's record of somebody
--
-- Replaced at each init, after maintain. Who is named where is judged by the program
-- (lib/fleet/fleet_named.c), by the rules of a host's store; here rows go by their
-- numbers, and counters become those of other tuples. Reports: report_erase.

SET LOCAL search_path = alignd, pg_temp;

-- What of a verdict is looked through (VERDICT_LOOK in lib/store/store_personal.c):
-- all but records of the DNS; of one that was cut the whole.
CREATE FUNCTION alignd_read.verdict_look(verdict text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	v jsonb;
BEGIN
	v := verdict::jsonb;
	RETURN jsonb_build_array(v -> 'author_domain', v -> 'author_error',
		v #> '{spf,domain}', v -> 'dkim', v -> 'arc', v -> 'iprev', v -> 'verdict',
		v -> 'lookalike', v -> 'headers', v #> '{explain,client}',
		v #> '{explain,from}', v #> '{explain,override}')::text;
EXCEPTION WHEN data_exception OR program_limit_exceeded OR statement_too_complex THEN
	RETURN verdict;
END
$$;

-- May a text name it? True wherever the program says so, and sometimes where not: it
-- is the program that looks closely.
CREATE FUNCTION alignd_read.may_name(subject text, words text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT strpos(alignd_read.lower(words), alignd_read.lower(subject)) > 0
$$;

-- Incidents, with what was done about them; how many there were.
CREATE FUNCTION alignd_push.erase_incidents(numbers bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = alignd, pg_temp AS $$
DECLARE
	gone bigint;
BEGIN
	PERFORM alignd_push.check_sizes(1000, cardinality(numbers));
	WITH named AS MATERIALIZED (
		SELECT i.incident_no, i.hour_s, i.own_id, s.ident
		FROM incident i JOIN segment s USING (segment_no)
		WHERE i.incident_no = ANY (numbers)),
	taken AS (
		DELETE FROM incident i USING named n
		WHERE i.incident_no = n.incident_no AND i.hour_s = n.hour_s
		RETURNING i.incident_no),
	wide AS (
		DELETE FROM incident_wide w USING named n
		WHERE w.incident_no = n.incident_no AND w.hour_s = n.hour_s),
	acts AS (
		DELETE FROM act a USING named n
		WHERE a.incident_ident = n.ident AND a.incident_own_id = n.own_id)
	SELECT count(*) INTO gone FROM taken;
	RETURN gone;
END
$$;

-- Likewise of hours that no clock of today can mean.
CREATE FUNCTION alignd_push.erase_stray_incidents(numbers bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = alignd, pg_temp AS $$
DECLARE
	gone bigint;
BEGIN
	PERFORM alignd_push.check_sizes(1000, cardinality(numbers));
	WITH taken AS (
		DELETE FROM stray_incident i WHERE i.stray_no = ANY (numbers)
		RETURNING i.segment_no, i.own_id),
	acts AS (
		DELETE FROM act a USING taken t JOIN segment s USING (segment_no)
		WHERE a.incident_ident = s.ident AND a.incident_own_id = t.own_id)
	SELECT count(*) INTO gone FROM taken;
	RETURN gone;
END
$$;

-- What was only counted, with the names that are left.
CREATE FUNCTION alignd_push.erase_counted(numbers bigint[], networks text[], authors text[],
	is_stray boolean)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = alignd, pg_temp AS $$
DECLARE
	changed bigint;
BEGIN
	PERFORM alignd_push.check_sizes(1000, cardinality(numbers), cardinality(networks),
		cardinality(authors));
	PERFORM alignd_push.check_texts(1024, VARIADIC networks || authors);
	IF is_stray THEN
		UPDATE stray_counted c SET network = g.network, author_domain = g.author
			FROM unnest(numbers, networks, authors) AS g (number, network, author)
			WHERE c.counted_no = g.number;
	ELSE
		UPDATE counted c SET network = g.network, author_domain = g.author
			FROM unnest(numbers, networks, authors) AS g (number, network, author)
			WHERE c.counted_no = g.number;
	END IF;
	GET DIAGNOSTICS changed = ROW_COUNT;
	RETURN changed;
END
$$;

-- Acts stay, without who and note.
CREATE FUNCTION alignd_push.erase_acts(numbers bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = alignd, pg_temp AS $$
DECLARE
	changed bigint;
BEGIN
	PERFORM alignd_push.check_sizes(1000, cardinality(numbers));
	UPDATE act SET who = 'erased', note = '' WHERE act_no = ANY (numbers);
	GET DIAGNOSTICS changed = ROW_COUNT;
	RETURN changed;
END
$$;

-- Known paths, each by its host's number and its place among that host's.
CREATE FUNCTION alignd_push.erase_paths(numbers bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = alignd, pg_temp AS $$
DECLARE
	gone bigint;
BEGIN
	PERFORM alignd_push.check_sizes(1000, cardinality(numbers));
	DELETE FROM path WHERE (host_no::bigint << 32) + place = ANY (numbers);
	GET DIAGNOSTICS gone = ROW_COUNT;
	RETURN gone;
END
$$;

-- --- tuples ---

-- Days that may have counters of them.
CREATE FUNCTION alignd_push.days_of(numbers bigint[]) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = alignd, pg_temp AS $$
	SELECT d.day_s FROM day_result d WHERE d.tuple_no = ANY (numbers)
	UNION
	SELECT s.hour_s - s.hour_s % 86400 FROM segment s
		WHERE NOT s.is_summed AND NOT s.is_open AND NOT s.is_stray
	ORDER BY 1
$$;

-- The numbers of tuples, in the order of their hashes; each must be here.
CREATE FUNCTION alignd_push.numbers_of(hashes uuid[]) RETURNS bigint[]
LANGUAGE plpgsql STABLE SET search_path = alignd, pg_temp AS $$
DECLARE
	found bigint[] := ARRAY(SELECT t.tuple_no
		FROM unnest(hashes) WITH ORDINALITY AS g (hash, place) JOIN tuple t USING (hash)
		ORDER BY g.place);
BEGIN
	IF cardinality(found) <> cardinality(hashes) THEN
		PERFORM alignd_push.refuse('a tuple of others is missing: tuples_add() first');
	END IF;
	RETURN found;
END
$$;

-- The counters of a day become those of the tuples with these hashes, and so do its
-- sums: segments are taken out of them and summed anew; of sums of hours (hours.sql)
-- the upkeep does it. Upkeep waits meanwhile, and
-- who pushes one of these segments.
CREATE FUNCTION alignd_push.erase_tuples(of_day bigint, numbers bigint[], hashes uuid[])
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = alignd, pg_temp
SET lock_timeout = '20s' AS $$
DECLARE
	others bigint[] := alignd_push.numbers_of(hashes);
	of_it bigint[];
	summed bigint[];
	changed bigint;
BEGIN
	PERFORM alignd_push.check_sizes(1000, cardinality(numbers), cardinality(hashes));
	PERFORM FROM fleet FOR UPDATE;
	PERFORM FROM segment WHERE hour_s >= of_day AND hour_s < of_day + 86400 AND NOT is_open
		ORDER BY segment_no FOR UPDATE;
	of_it := ARRAY(SELECT DISTINCT r.segment_no FROM result r
		WHERE r.hour_s >= of_day AND r.hour_s < of_day + 86400
			AND r.tuple_no = ANY (numbers));
	summed := ARRAY(SELECT segment_no FROM segment
		WHERE segment_no = ANY (of_it) AND is_summed);
	IF cardinality(summed) > 0 THEN
		PERFORM alignd_push.unsum(summed, of_day);
	END IF;
	PERFORM alignd_push.unadd(array_agg(segment_no), hour_s) FROM segment
		WHERE segment_no = ANY (of_it) GROUP BY hour_s;
	UPDATE result r SET tuple_no = g.other
		FROM unnest(numbers, others) AS g (number, other)
		WHERE r.hour_s >= of_day AND r.hour_s < of_day + 86400 AND r.tuple_no = g.number;
	GET DIAGNOSTICS changed = ROW_COUNT;
	UPDATE segment SET is_erased = true WHERE segment_no = ANY (of_it);
	IF cardinality(summed) > 0 THEN
		PERFORM alignd_push.sum_day(of_day);
	END IF;
	RETURN changed;
END
$$;

-- The same of strays, which are in no sum; the old tuples go as soon as no counter
-- names them.
CREATE FUNCTION alignd_push.erase_stray_tuples(numbers bigint[], hashes uuid[])
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = alignd, pg_temp AS $$
DECLARE
	others bigint[] := alignd_push.numbers_of(hashes);
	changed bigint;
BEGIN
	PERFORM alignd_push.check_sizes(1000, cardinality(numbers), cardinality(hashes));
	UPDATE stray_result r SET tuple_no = g.other
		FROM unnest(numbers, others) AS g (number, other) WHERE r.tuple_no = g.number;
	GET DIAGNOSTICS changed = ROW_COUNT;
	INSERT INTO erased_tuple SELECT unnest(numbers) ON CONFLICT DO NOTHING;
	RETURN changed;
END
$$;

-- What the upkeep would do within the hour. False: who pushes was in the way, and it
-- will.
CREATE FUNCTION alignd_push.erase_end() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = alignd, pg_temp
SET lock_timeout = '10s' AS $$
BEGIN
	PERFORM FROM fleet FOR UPDATE;
	PERFORM alignd_push.purge_tuples();
	RETURN NOT EXISTS (SELECT FROM erased_tuple);
EXCEPTION WHEN lock_not_available THEN
	RETURN false;
END
$$;

GRANT EXECUTE ON FUNCTION alignd_push.erase_incidents, alignd_push.erase_stray_incidents,
	alignd_push.erase_counted, alignd_push.erase_acts, alignd_push.erase_paths,
	alignd_push.days_of,
	alignd_push.erase_tuples, alignd_push.erase_stray_tuples, alignd_push.erase_end,
	alignd_push.tuples_add TO alignd_operator;
GRANT EXECUTE ON FUNCTION alignd_read.verdict_look, alignd_read.may_name TO alignd_reader;
