// postgres.js: the options of a client that is never connected.
'use strict'

const { given, port, run, version } = require('./common.cjs')

const postgres = require('postgres')

const DEFAULTS = postgres('postgresql://x@y/z').options

function read(text) {
  const options = postgres(text).options
  const settings = {}
  for (const key of ['max', 'sslnegotiation', 'idle_timeout', 'connect_timeout', 'max_pipeline', 'keep_alive',
    'prepare', 'debug', 'fetch_types', 'publications', 'target_session_attrs', 'path']) {
    if (JSON.stringify(options[key]) !== JSON.stringify(DEFAULTS[key])) settings[key] = options[key]
  }
  // These go to the server in the startup message.
  for (const [key, value] of Object.entries(options.connection)) {
    if (DEFAULTS.connection[key] !== value) settings['connection:' + key] = value
  }
  return {
    hosts: options.host.map((host, index) => ({ host: given(host), port: port(options.port[index]) })),
    user: given(options.user),
    database: given(options.database),
    password: given(typeof options.pass === 'function' ? undefined : options.pass),
    tls: { ssl: options.ssl === undefined ? null : options.ssl },
    settings,
  }
}

run('postgres.js', version('postgres'), 'the options of postgres(text)', read)
