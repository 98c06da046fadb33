<?php
// PHP's pg_connect, under wire.py.

require __DIR__ . '/common.php';

tell('php-pgsql', PHP_VERSION, 'pg_connect; libpq ' . pg_version_of_library(), function (string $text): ?string {
    error_clear_last();
    $connection = @pg_connect($text, PGSQL_CONNECT_FORCE_NEW);
    if ($connection !== false) {
        pg_close($connection);
        return null;
    }
    return error_get_last()['message'] ?? 'false';
});

function pg_version_of_library(): string
{
    return PGSQL_LIBPQ_VERSION;
}
