-- SPDX-License-Identifier: BSD-2-Clause
--
-- roles - who may do what, as groups without a password
--
-- Run at each init by whoever runs it, who must be allowed to make roles and
-- schemas, in a database that is the fleet's alone: what is taken from PUBLIC here,
-- nobody else in it has. All objects belong to alignd_owner, under which nobody logs in: what
-- functions do with its rights is no superuser's.

DO $$
DECLARE
	wanted name;
	wasteful regprocedure;
BEGIN
	FOREACH wanted IN ARRAY ARRAY['alignd_owner', 'alignd_host',
		'alignd_operator', 'alignd_reader', 'alignd_sender']::name[]
	LOOP
		IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = wanted) THEN
			EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
		END IF;
	END LOOP;
	-- Since 16 who makes a role is a member of it that may not become it.
	IF NOT pg_has_role(current_user, 'alignd_owner', CASE
			WHEN current_setting('server_version_num')::int < 160000
			THEN 'MEMBER' ELSE 'SET' END) THEN
		EXECUTE format('GRANT alignd_owner TO %I', current_user);
	END IF;
	-- It sees which sessions never end (sessions.sql).
	BEGIN
		GRANT pg_read_all_stats TO alignd_owner;
	EXCEPTION WHEN insufficient_privilege THEN
		NULL; -- then hosts' alone
	END;
	-- Nobody fills the disk with tables that nobody sees.
	EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
	EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO alignd_operator,
		alignd_reader, alignd_sender', current_database());
	-- Nor with large objects, nor the log with messages; nor shared memory with
	-- locks of no table. A superuser's functions, and so a superuser's to say:
	-- else see docs/SECURITY.md.
	FOR wasteful IN SELECT oid FROM pg_proc
		WHERE pronamespace = 'pg_catalog'::regnamespace
			AND (proname IN ('lo_creat', 'lo_create', 'lo_from_bytea', 'lo_import',
				'pg_logical_emit_message', 'pg_notify')
				OR proname ~ '^pg_(try_)?advisory_')
			AND has_function_privilege('public', oid, 'EXECUTE')
	LOOP
		BEGIN
			EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', wasteful);
		EXCEPTION WHEN insufficient_privilege THEN
			EXIT;
		END;
	END LOOP;
END
$$;
GRANT alignd_reader TO alignd_operator, alignd_sender;
GRANT alignd_sender TO alignd_operator;
CREATE SCHEMA IF NOT EXISTS alignd AUTHORIZATION alignd_owner;
CREATE SCHEMA IF NOT EXISTS alignd_report AUTHORIZATION alignd_owner;
DROP SCHEMA IF EXISTS alignd_push CASCADE;
CREATE SCHEMA alignd_push AUTHORIZATION alignd_owner;
DROP SCHEMA IF EXISTS alignd_read CASCADE;
CREATE SCHEMA alignd_read AUTHORIZATION alignd_owner;
SET LOCAL ROLE alignd_owner;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
