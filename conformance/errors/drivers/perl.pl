# DBD::Pg: connects as each line says, and prints what DBI says.

use strict;
use warnings;
use DBI;
use JSON::PP;

$| = 1;
my $json = JSON::PP->new->canonical->utf8;
require DBD::Pg;
print $json->encode({ version => "$DBD::Pg::VERSION" }), "\n";
while (my $line = <STDIN>) {
    chomp $line;
    my ($id, $text, $sql) = split /\t/, $line, -1;
    my $said;
    eval {
        my $connection = DBI->connect("dbi:Pg:$text", '', '', { RaiseError => 1, PrintError => 0 });
        $connection->do($sql) if length $sql;
        1;
    } or $said = $@;
    utf8::decode($said) if defined $said && !utf8::is_utf8($said);
    $said =~ s/\s+\z// if defined $said;
    print $json->encode({ id => $id, said => $said }), "\n";
}
