require 'retriable'

# PG::ConnectionBad is also what a wrong password raises: the number of tries ends that.
connection = Retriable.retriable(
  on: [PG::ConnectionBad, PG::UnableToSend, PG::AdminShutdown],
  tries: 7, base_interval: 5, multiplier: 2, max_interval: 60
) { PG.connect(conninfo) }
