<?php
// PHP's PDO with its pgsql driver, under wire.py.

require __DIR__ . '/common.php';

tell('php-pdo', PHP_VERSION, 'new PDO(dsn); libpq ' . PGSQL_LIBPQ_VERSION, function (string $text): ?string {
    try {
        $connection = new PDO($text);
        unset($connection);
        return null;
    } catch (PDOException $error) {
        return $error->getMessage();
    }
});
