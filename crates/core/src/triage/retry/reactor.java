Mono.usingWhen(
        Mono.from(connectionFactory.create())
            .retryWhen(Retry.backoff(6, Duration.ofSeconds(5))
                .maxBackoff(Duration.ofSeconds(60))
                .filter(e -> e instanceof R2dbcTransientException || e instanceof IOException)),
        connection -> work(connection),
        Connection::close)
