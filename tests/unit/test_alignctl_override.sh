#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# alignctl override: what it prints, and its exit status.
tool=${top_builddir:-.}/tools/alignctl
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
failed=0

# want STATUS TEXT ARGUMENTS...: the status, and TEXT somewhere in the output
want() {
	status=$1 text=$2
	shift 2
	output=$($ALIGND_WRAPPER "$tool" "$@" 2>&1)
	got=$?
	case $output in
	*"$text"*) ;;
	*) got="$got without the text" ;;
	esac
	[ "$got" = "$status" ] && return
	echo "alignctl $*: wanted $status and '$text', got $got: $output"
	failed=1
}

# want_not TEXT ARGUMENTS...: done, and TEXT nowhere in the output
want_not() {
	text=$1
	shift
	output=$($ALIGND_WRAPPER "$tool" "$@" 2>&1)
	got=$?
	case $got$output in
	0*"$text"*) ;;
	0*) return ;;
	esac
	echo "alignctl $*: wanted no '$text', got $got: $output"
	failed=1
}

: >"$dir/alignd.conf"
cat >"$dir/overrides.conf" <<'EOF'
override "lists" {
	dkim = {"list.example", "a.example"}
	from = {".sub.example"}
	reason = mailing_list
	owner = "ann"
	why = "ticket 4711"
	until = "2026-05-02"
}
override "strict" {
	from = {"gmail.com"}
	action = reject
	unless_indirect = yes
	unsafe = yes
	owner = "bob"
	why = "invoices"
	permanent = yes
}
EOF
printf 'override "o" {\n\tuntl = "2026-05-02"\n}\n' >"$dir/bad"
config="--config $dir/alignd.conf"
day_1="--now 1777636800"
day_3="--now 1777809600"

# shellcheck disable=SC2086
{
want 0 "$dir/overrides.conf: ok, 2 in force, 0 expired" \
	$config $day_1 override check
want 0 "$dir/overrides.conf: ok, 1 in force, 1 expired" \
	$config $day_3 override check
want 0 ":2: override \"lists\" ended with 2026-05-02 and no longer applies" \
	override check "$dir/overrides.conf" $day_3
want 2 "$dir/bad:2: override.untl: unknown setting (did you mean override.until?)" \
	override check "$dir/bad"
want 2 "$dir/none: No such file or directory" override check "$dir/none"
want 0 "accept, reported as mailing_list" $config $day_1 override list
want 0 "a.example, list.example" $config $day_1 override list
want 0 "reject, reported as local_policy, unless indirect mail" \
	$config $day_1 override list
want 0 "lists (expired)" $config $day_3 override list
want_not "(expired)" $config $day_1 override list
want_not "strict" $config $day_3 override list --expired
want_not "lists" $config $day_1 override list --expired
want 0 "$dir/overrides.conf:2" $config $day_1 override list
want 0 '{"name":"lists","line":2,"dkim":["a.example","list.example"],"spf":[],"host":[],"network":[],"from":[".sub.example"],"rcpt":[],"action":"accept","reason":"mailing_list","unless_indirect":false,"unsafe":false,"until":"2026-05-02","expired":false,"owner":"ann","why":"ticket 4711","file":"'"$dir/overrides.conf"'"}' \
	$config $day_1 override list --json
want 0 '"until":null,"expired":false,"owner":"bob"' \
	$config $day_3 override list --json
want_not '"strict"' $config $day_3 override list --json --expired

want 0 "$dir/alignd.conf: ok" config check "$dir/alignd.conf"
cp "$dir/bad" "$dir/overrides.conf"
want 2 "$dir/overrides.conf:2: override.untl: unknown setting" \
	config check "$dir/alignd.conf"
want 2 "$dir/overrides.conf:2: override.untl: unknown setting" \
	$config override list
rm "$dir/overrides.conf"
want 0 "no overrides file: $dir/overrides.conf is absent" \
	$config override check
want_not "override" $config override list
}
# the examples of the manual, as they stand there
sed -n '/^override "/,/^}/p' "${top_srcdir:-.}/docs/overrides.conf.5" >"$dir/manual"
want 0 "ok, 2 in force, 0 expired" $day_1 override check "$dir/manual"
want 1 "override: what to do is missing" override
want 1 "override: lst is not known (allowed: list, check, add, remove, propose)" override lst
want 1 "override list: one operand too many: x" override list x
want 1 "override check: one operand too many: y" override check x y
want 1 "--dkim is not for override list" override list --dkim list.example
want 1 "override add: --name is missing" override add --dkim list.example
want 1 "override remove: NAME is missing" override remove
exit $failed
