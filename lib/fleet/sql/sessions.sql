-- SPDX-License-Identifier: BSD-2-Clause
--
-- sessions - transactions that never end
--
-- Replaced at each init, after the tables and before push. A transaction that stays
-- open keeps what it has locked from others, and every table of the database from
-- being tidied. A host's role belongs to a machine that faces strangers, and
-- PostgreSQL lets it stay as long as it likes (a limit that is SET for a role it
-- may SET otherwise): so whoever else comes by ends its session. alignd_owner may,
-- as a member of each host's role (members.c).

SET LOCAL search_path = alignd, pg_temp;

-- Sessions of this database whose transaction idles, or is open, for longer than
-- fleet says: two minutes and an hour, where a segment takes seconds and a step of
-- the upkeep minutes. What roles do that the owner may not look at is not known.
CREATE FUNCTION alignd_read.endless()
RETURNS TABLE (pid int, role name, since_s bigint, is_host boolean, may_end boolean)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	SELECT a.pid, a.usename, extract(epoch FROM a.xact_start)::bigint,
		EXISTS (SELECT FROM alignd.host h WHERE h.role = a.usename),
		pg_has_role(a.usesysid, 'USAGE')
	FROM pg_stat_activity a, alignd.fleet f
	WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
		AND ((a.state LIKE 'idle in transaction%' AND
				a.state_change < clock_timestamp() - f.end_idle_s * interval '1 s')
			OR a.xact_start < clock_timestamp() - f.end_open_s * interval '1 s')
	ORDER BY a.xact_start
$$;

-- Ends those of hosts; how many.
CREATE FUNCTION alignd_push.end_endless() RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	SELECT count(*) FILTER (WHERE pg_terminate_backend(e.pid))
	FROM alignd_read.endless() e WHERE e.is_host AND e.may_end
$$;

-- The first hour whose counters are in no sum; 0: none. It is days back where
-- nobody, or nothing, does the upkeep.
CREATE FUNCTION alignd_read.unsummed_since_s() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	SELECT coalesce(min(hour_s), 0) FROM alignd.segment
	WHERE NOT is_summed AND NOT is_open AND NOT is_stray
$$;
