var config = RetryConfig.custom()
    .maxAttempts(7)
    .intervalFunction(IntervalFunction.ofExponentialBackoff(
        Duration.ofSeconds(5), 2, Duration.ofSeconds(60)))
    .retryOnException(e -> e instanceof SQLException sql && passes(sql.getSQLState()))
    .build();
var connection = Retry.of("postgres", config).executeCallable(dataSource::getConnection);

static boolean passes(String state) {
    return state != null && (state.startsWith("08") || state.startsWith("57P")
        || state.equals("53300"));
}
