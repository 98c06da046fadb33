config :my_app, MyApp.Repo,
  backoff_type: :rand_exp,
  backoff_min: 5_000,
  backoff_max: 60_000,
  # how long a caller waits for a connection before it is told
  queue_target: 5_000,
  queue_interval: 10_000
