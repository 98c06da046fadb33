wait := backoff.NewExponentialBackOff()
wait.InitialInterval = 5 * time.Second
wait.Multiplier = 2
wait.MaxInterval = 60 * time.Second

conn, err := backoff.Retry(ctx, func() (*pgx.Conn, error) {
	conn, err := pgx.Connect(ctx, dsn)
	var server *pgconn.PgError
	if errors.As(err, &server) && server.Code != "53300" && !strings.HasPrefix(server.Code, "57P") {
		return nil, backoff.Permanent(err) // a wrong password stays wrong
	}
	return conn, err
}, backoff.WithBackOff(wait), backoff.WithMaxTries(7))
