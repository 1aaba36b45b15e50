#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# mail_dmarc.pl - a report as Mail::DMARC reads it: one JSON object
#
#   mail_dmarc.pl FILE     status 77: the module is not installed
#
# What it would store is kept from its database and printed instead.
use strict;
use warnings;
use JSON::PP;

eval {
    require Mail::DMARC::Report::Receive;
    1;
} or do { print STDERR "no Mail::DMARC: $@"; exit 77 };

{
    no warnings qw(redefine once);
    *Mail::DMARC::Report::save_aggregate = sub { return 1 };
}

sub record {
    my ($record)  = @_;
    my $row       = $record->row;
    my $evaluated = $row->policy_evaluated;
    return {
        source_ip     => $row->source_ip,
        count         => 0 + $row->count,
        disposition   => $evaluated->disposition,
        dkim          => $evaluated->dkim,
        spf           => $evaluated->spf,
        reasons       => [map { $_->{type} } @{ $evaluated->reason || [] }],
        header_from   => $record->identifiers->header_from,
        envelope_from => $record->identifiers->envelope_from,
        auth_dkim     => [
            map { "$_->{domain}/$_->{selector}=$_->{result}" }
              @{ $record->auth_results->dkim || [] }
        ],
        auth_spf => [
            map { "$_->{domain}=$_->{result}" }
              @{ $record->auth_results->spf || [] }
        ],
    };
}

open my $file, '<:raw', $ARGV[0] or die "$ARGV[0]: $!\n";
my $xml = do { local $/; <$file> };
close $file;

my $reader = Mail::DMARC::Report::Receive->new;
$reader->report->init;
$reader->handle_body($xml);
my $aggregate = $reader->report->aggregate;
my $metadata  = $aggregate->metadata;
my $policy    = $aggregate->policy_published;
print JSON::PP->new->canonical->encode(
    {
        org_name  => $metadata->org_name,
        email     => $metadata->email,
        report_id => $metadata->report_id,
        begin     => 0 + $metadata->begin,
        end       => 0 + $metadata->end,
        domain    => $policy->domain,
        p         => $policy->p,
        records   => [map { record($_) } @{ $aggregate->record }],
    }
), "\n";
