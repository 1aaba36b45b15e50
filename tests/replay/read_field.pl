#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# read_field.pl - Authentication-Results as Debian's Perl readers have it
#
#   read_field.pl spamassassin|spf|rules|mail
#
# An array of messages as JSON on standard input; on standard output an array of
# what was read of each: [METHOD, RESULT, {PROPERTY: VALUE}] for each result.
# "spamassassin" is its AuthRes plugin, "spf" what its SPF plugin takes over from
# the field, "rules" the names of the rules in READ_FIELD_RULES (lines of a
# configuration) that it meets, "mail" the module Mail::AuthenticationResults. Exit
# status 77: not installed.
use strict;
use warnings;

sub demand {
	my ($module) = @_;
	eval "require $module; 1" or exit 77;
}

# perl-base alone does not have it.
demand('JSON::PP');
my $json = JSON::PP->new->utf8->canonical;

sub answer {
	my ($read) = @_;
	local $/;
	print $json->encode([map { $read->($_) } @{$json->decode(<STDIN>)}]);
}

# Only the plugins that are asked, no rules, no network.
sub spamassassin {
	my ($read) = @_;
	my $own = Mail::SpamAssassin->new({
		local_tests_only => 1, dont_copy_prefs => 1, rules_filename => '/dev/null',
		site_rules_filename => '/dev/null', userprefs_filename => '/dev/null',
		post_config_text => join("\n",
			(map { "loadplugin Mail::SpamAssassin::Plugin::$_" } qw(Check AuthRes SPF)),
			'util_rb_tld test', $ENV{READ_FIELD_RULES} // '',
			'header T_PASS eval:check_for_spf_pass()',
			'header T_HELO eval:check_for_spf_helo_pass()', '')});
	answer(sub {
		my $message = $own->parse($_[0], 0);
		my $status = $own->check($message);
		my $found = $read->($status);
		$status->finish;
		$message->finish;
		return $found;
	});
}

sub authres {
	my $parsed = $_[0]->{authres_parsed};
	my @found;
	for my $method (sort keys %$parsed) {
		for my $result (@{$parsed->{$method}}) {
			my $types = $result->{properties};
			push @found, [$method, $result->{result}, {map {
				my $type = $_;
				map { ("$type.$_" => $types->{$type}{$_}) } keys %{$types->{$type}}
			} keys %$types}];
		}
	}
	return \@found;
}

sub spf {
	my ($status) = @_;
	my @found;
	for my $identity ('', 'helo_') {
		for my $result (qw(pass fail softfail neutral none temperror permerror)) {
			push @found, ['spf', $result, {}] if $status->{"spf_$identity$result"};
		}
	}
	return \@found;
}

sub mail {
	my ($value) = $_[0] =~ /^Authentication-Results:((?:.*\n[ \t])*.*)/;
	my $field = eval { Mail::AuthenticationResults::Parser->new->parse($value) };
	return [] unless defined $field;
	return [map {
		my $entry = $_;
		[$entry->key, $entry->value, {
			map { ($_->key => $_->value) }
			grep { $_->isa('Mail::AuthenticationResults::Header::SubEntry') }
			@{$entry->children}}]
	} grep { $_->isa('Mail::AuthenticationResults::Header::Entry') } @{$field->children}];
}

my $reader = shift // '';
if ($reader eq 'mail') {
	demand('Mail::AuthenticationResults::Parser');
	answer(\&mail);
} else {
	demand('Mail::SpamAssassin');
	demand('Mail::SpamAssassin::Plugin::AuthRes');
	spamassassin({spf => \&spf, spamassassin => \&authres, rules => sub {
		[split /,/, $_[0]->get_names_of_tests_hit]
	}}->{$reader});
}
