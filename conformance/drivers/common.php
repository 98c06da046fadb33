<?php
// What the PHP programs of this folder share: cases in, one line of JSON an answer out.

class Refused extends Exception
{
}

// Bytes that are not UTF-8 are written \xNN.
function shown($value)
{
    if (is_string($value)) {
        if (mb_check($value)) {
            return $value;
        }
        return preg_replace_callback('/[\x80-\xff]/', fn ($m) => sprintf('\\x%02x', ord($m[0])), $value);
    }
    if (is_object($value)) {
        return (object) shown((array) $value);
    }
    if (is_array($value)) {
        $all = [];
        foreach ($value as $key => $each) {
            $all[is_string($key) ? shown($key) : $key] = shown($each);
        }
        return $all;
    }
    return $value;
}

function mb_check(string $text): bool
{
    return preg_match('//u', $text) === 1;
}

// Answers every case on standard input with what `read` makes of it.
function run(string $driver, string $version, string $through, callable $read): void
{
    $write = function (array $answer): void {
        echo json_encode(shown($answer), JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR), "\n";
        flush();
    };
    $write(['driver' => $driver, 'version' => $version, 'through' => $through]);
    while (($line = fgets(STDIN)) !== false) {
        $case = json_decode($line, true, 8, JSON_THROW_ON_ERROR);
        $answer = ['id' => $case['id'], 'outcome' => 'accepted'];
        try {
            $answer = array_merge($answer, $read($case['input'], $case['dialect']));
        } catch (Refused $error) {
            $answer = array_merge($answer, ['outcome' => 'refused', 'error' => $error->getMessage()]);
        } catch (Throwable $error) {
            $answer = array_merge($answer, ['outcome' => 'refused', 'error' => $error->getMessage(),
                'error_type' => get_class($error)]);
        }
        $write($answer);
    }
}

// Lets `connect` try every case and says what it says; wire.py knows the rest.
function tell(string $driver, string $version, string $through, callable $connect): void
{
    $write = function (array $answer): void {
        echo json_encode(shown($answer), JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR), "\n";
        flush();
    };
    $write(['driver' => $driver, 'version' => $version, 'through' => $through]);
    while (($line = fgets(STDIN)) !== false) {
        $case = json_decode($line, true, 8, JSON_THROW_ON_ERROR);
        try {
            $error = $connect($case['input']);
        } catch (Throwable $thrown) {
            $error = get_class($thrown) . ': ' . $thrown->getMessage();
        }
        $write(['id' => $case['id'], 'error' => $error]);
    }
}
