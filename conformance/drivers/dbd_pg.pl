# Perl's DBD::Pg, under wire.py.
use strict;
use warnings;
use utf8;

use DBI;
use DBD::Pg;
use JSON::PP;

my $json = JSON::PP->new->utf8->canonical;
$| = 1;
print $json->encode({
    driver => 'dbd-pg', version => "$DBD::Pg::VERSION", through => 'DBI->connect(dsn)',
}), "\n";
while (my $line = <STDIN>) {
    my $case = $json->decode($line);
    my $error;
    my $handle = eval {
        DBI->connect($case->{input}, '', '', { RaiseError => 0, PrintError => 0, PrintWarn => 0 });
    };
    if (!$handle) {
        $error = $@ || $DBI::errstr;
        $error =~ s/ at \S+ line \d+\.?\s*$//;
    }
    else {
        $handle->disconnect;
    }
    print $json->encode({ id => $case->{id}, error => $error }), "\n";
}
