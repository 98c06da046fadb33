function connect(string $dsn, string $user, string $password): PDO
{
    $wait = 5;
    for ($try = 1; ; $try++) {
        try {
            return new PDO($dsn, $user, $password);
        } catch (PDOException $e) {
            // PDO gives 08006 for all of them; a wrong password shows only in the text.
            if ($try === 7 || str_contains($e->getMessage(), 'authentication failed')) {
                throw $e;
            }
            sleep($wait);
            $wait = min($wait * 2, 60);
        }
    }
}
