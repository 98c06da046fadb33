<?php
// PHP: connects as each line says, and prints what PHP prints of the error.

$messages = [];
set_error_handler(function ($level, $message, $file, $line) use (&$messages) {
    $messages[] = "PHP Warning:  $message in $file on line $line";
    return true;
});

function pgsql(string $text, string $sql): void
{
    $connection = pg_connect($text, PGSQL_CONNECT_FORCE_NEW);
    if ($connection && $sql !== '') {
        pg_query($connection, $sql);
    }
}

function pdo(string $text, string $sql): void
{
    $connection = new PDO($text);
    if ($sql !== '') {
        $connection->exec($sql);
    }
}

$name = $argv[1];
echo json_encode(['version' => PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION . '.' . PHP_RELEASE_VERSION]), "\n";
while (($line = fgets(STDIN)) !== false) {
    [$id, $text, $sql] = explode("\t", rtrim($line, "\n"));
    $messages = [];
    try {
        $name($text, $sql);
    } catch (Throwable $error) {
        $messages[] = "PHP Fatal error:  Uncaught $error";
    }
    $said = $messages ? implode("\n", $messages) : null;
    echo json_encode(['id' => $id, 'said' => $said], JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE), "\n";
}
