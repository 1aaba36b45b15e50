#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# alignctl config: what it prints, and its exit status.
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

printf 'mode = monitor\n' >"$dir/good"
printf '\nmode = monitr\n' >"$dir/bad"

want 0 "$dir/good: ok" config check "$dir/good"
want 0 "$dir/good: ok" --config "$dir/good" config check
want 0 "$dir/good: ok" config --config="$dir/good" check
want 0 "$dir/good: ok" config check -- "$dir/good"
mkdir "$dir/good.d"
printf 'mode = enforce\n' >"$dir/good.d/10.conf"
want 0 "$dir/good.d/10.conf: ok" config check "$dir/good"
want 0 "mode = enforce   # drop-in $dir/good.d/10.conf:1" \
	config show "$dir/good"
printf '\nmode = monitr\n' >"$dir/good.d/10.conf"
want 2 "$dir/good.d/10.conf:2: mode: monitr is not known" \
	config check "$dir/good"
rm -r "$dir/good.d"
want 2 "$dir/bad:2: mode: monitr is not known (allowed: enforce, monitor)" \
	config check "$dir/bad"
want 2 "$dir/none: No such file or directory" config check "$dir/none"
want 2 "$dir: Is a directory" config show "$dir"
want 0 "mode = monitor   # $dir/good:1; default: enforce" config show "$dir/good"
want 0 'servers = {"127.0.0.1@5353"}   # command line; default: {}' \
	config show "$dir/good" --resolver 127.0.0.1@5353
want 0 'fixture = "/z"   # command line; default: ""' config show "$dir/good" --dns /z
printf 'policy { on_own = reject }\n' >"$dir/nobody"
want 0 "$dir/nobody: ok
policy.on_own: warning: reject, and own.domains and protect.names are empty" \
	config check "$dir/nobody"
want 0 '# Allowed: enforce, monitor' config defaults
want 0 'usage: alignctl config check|show|defaults [FILE] [--json]' config --help
want 0 'alignctl ' --version
want 1 'usage: alignctl [--config FILE]'
want 1 'confg: unknown subcommand (did you mean config?)' confg
want 1 'config: what to do is missing' config
want 1 'config: chek is not known (allowed: check, show, defaults)' config chek
want 1 'usage: alignctl config check|show|defaults [FILE] [--json]' config chek
want 1 '--confg: unknown option (did you mean --config?)' --confg x config
want 1 '--config: FILE is missing' config check --config
want 1 '--config: given twice' --config a config check --config b
want 1 'give FILE or --config FILE, not both' --config a config check b
want 1 'one operand too many: b' config check a b
want 1 'one operand too many: a' config defaults a
want 1 '--help: takes no value (found x)' config --help=x
want 1 '--now: 01 is no time' --now 01 config defaults
want 1 '--resolver: dns.servers: ' config show "$dir/good" --resolver nowhere

# Defaults that changed since the daemon that ran last, by its own word beside
# the store; unwanted TEXT ARGUMENTS: it ends well and says nothing of TEXT.
unwanted() {
	text=$1
	shift
	output=$($ALIGND_WRAPPER "$tool" "$@" 2>&1) || output="failed: $text"
	case $output in
	*"$text"*)
		echo "alignctl $*: unwanted: $output"
		failed=1
		;;
	esac
}
printf 'store { sqlite = "%s/db" }\n' "$dir" >"$dir/kept"
now=1780000000
unwanted default config check "$dir/kept"
printf '{"version":"0.1.0"}\n' >"$dir/db.status"
want 0 'listen: its default was "inet:8893@127.0.0.1" until 0.1.0, and is now "unix:/run/alignd/alignd.sock"; no file sets it' \
	config check "$dir/kept"
want 0 'alignctl whatif --defaults 0.1.0 says what that changes' \
	config check "$dir/kept"
printf 'listen = "inet:1@127.0.0.1"\n' >>"$dir/kept"
want 0 "nothing changes, since $dir/kept:2 sets it" config check "$dir/kept"
printf '{"defaults":99,"defaults_before":0,"defaults_since":%d}\n' \
	$((now - 29 * 86400)) >"$dir/db.status"
want 0 'listen: its default was' --now $now config check "$dir/kept"
unwanted default --now $((now + 2 * 86400)) config check "$dir/kept"
printf '{"defaults":99}\n' >"$dir/db.status"
unwanted default --now $now config check "$dir/kept"

# what is shown is a configuration file itself
"$tool" config show "$dir/good" >"$dir/shown" &&
	want 0 "$dir/shown: ok" config check "$dir/shown"
# What make install puts down sets nothing, so that a profile does.
conf=${top_srcdir:-.}/conf
sh "$conf/sample.sh" "$conf/alignd.conf" /srv >"$dir/sample"
want 0 "$dir/sample: ok" config check "$dir/sample"
if "$tool" config show "$dir/sample" | grep -F "# $dir/sample"; then
	echo "the sample sets these"
	failed=1
fi
sed 's/^# profile = .*/profile = ism-1799/' "$dir/sample" >"$dir/profiled"
want 0 "on_own = reject   # profile ism-1799" config show "$dir/profiled"
# README's way to a first week in which nothing is refused.
change=$(sed -n "s/^ *sed -i '\([^']*\)' [^ ]*alignd.conf .*/\1/p" \
	"${top_srcdir:-.}/README.md")
sed "$change" "$dir/sample" >"$dir/monitoring"
want 0 "mode = monitor   # $dir/monitoring" config show "$dir/monitoring"
if ! grep -q '# sqlite = "/srv/lib/alignd/' "$dir/sample"; then
	echo "the sample has another state folder than it was asked for"
	failed=1
fi

if [ -w /dev/full ] && "$tool" config defaults 2>"$dir/err" >/dev/full; then
	echo "alignctl config defaults on a full disk: wanted a failure"
	failed=1
fi
exit $failed
