<?php
// PHP's parse_url, from which Laravel and Doctrine make their settings of a URL.
//
// What those two make of the parts is theirs; here every part is percent-decoded, as both do.

require __DIR__ . '/common.php';

run('php-parse_url', PHP_VERSION, 'parse_url, parts through rawurldecode, parse_str', function (string $text): array {
    $parts = parse_url($text);
    if ($parts === false) {
        throw new Refused('parse_url: false');
    }
    $some = fn (?string $part) => $part === null || $part === '' ? null : rawurldecode($part);
    parse_str($parts['query'] ?? '', $query);
    $path = $parts['path'] ?? '';
    return [
        'hosts' => isset($parts['host']) || isset($parts['port'])
            ? [['host' => $some($parts['host'] ?? null), 'port' => $parts['port'] ?? null]] : [],
        'user' => $some($parts['user'] ?? null),
        'database' => $some(str_starts_with($path, '/') ? substr($path, 1) : $path),
        'password' => isset($parts['pass']) ? rawurldecode($parts['pass']) : null,
        'settings' => (object) ($query + array_filter(['#' => $parts['fragment'] ?? null])),
    ];
});
