-- SPDX-License-Identifier: BSD-2-Clause
--
-- push - all that a mail server's role can do
--
-- Replaced at each init. Each function runs with the owner's rights and a fixed
-- search_path, finds its host by the role that logged in, whatever was SET since,
-- and takes the number of the caller's layout. Bounds of arrays and texts stand
-- here, since a host faces strangers and may be somebody else's one day.
--
-- SQLSTATE AL001: another layout. AL002: this role is no host's. AL003: a row or
-- a call past its bounds.

SET LOCAL search_path = alignd, pg_temp;

-- The layouts that are taken: this one and the one before.
CREATE FUNCTION alignd_push.check_layout(layout int) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = alignd, pg_temp AS $$
BEGIN
	IF layout IS NULL OR layout NOT BETWEEN 1 AND 1 THEN
		RAISE EXCEPTION 'this fleet takes layout 1, the host has %', layout
			USING ERRCODE = 'AL001';
	END IF;
END
$$;

-- The number of the host that calls.
CREATE FUNCTION alignd_push.caller(layout int) RETURNS int
LANGUAGE plpgsql STABLE SET search_path = alignd, pg_temp AS $$
DECLARE
	found host;
BEGIN
	PERFORM alignd_push.check_layout(layout);
	SELECT * INTO found FROM host WHERE role = session_user;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'role % is no host of this fleet', session_user
			USING ERRCODE = 'AL002';
	ELSIF found.state <> 'live' THEN
		RAISE EXCEPTION 'host % was removed from the fleet', found.name
			USING ERRCODE = 'AL002';
	END IF;
	RETURN found.host_no;
END
$$;
