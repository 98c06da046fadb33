var retry = new ResiliencePipelineBuilder()
    .AddRetry(new RetryStrategyOptions
    {
        // Npgsql knows which of its errors pass.
        ShouldHandle = new PredicateBuilder().Handle<NpgsqlException>(e => e.IsTransient),
        BackoffType = DelayBackoffType.Exponential,
        Delay = TimeSpan.FromSeconds(5),
        MaxDelay = TimeSpan.FromSeconds(60),
        MaxRetryAttempts = 6,
        UseJitter = true,
    })
    .Build();

await using var connection = await retry.ExecuteAsync(
    async cancel => await dataSource.OpenConnectionAsync(cancel));
