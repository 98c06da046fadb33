// node-postgres: pg-connection-string, and the parameters of a Client that is never connected.
'use strict'

const { given, port, run, version } = require('./common.cjs')

const { Client } = require('pg')
const inside = { paths: [require.resolve('pg')] }
const parse = require(require.resolve('pg-connection-string', inside))

const OF_CLIENT = ['application_name', 'fallback_application_name', 'options', 'client_encoding', 'replication',
  'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'query_timeout', 'sslnegotiation']

function read(text) {
  const config = parse(text)
  const client = new Client({ connectionString: text })
  const parameters = client.connectionParameters
  // Everything of the query is copied onto the configuration; few of the names mean something.
  const settings = {}
  for (const [key, value] of Object.entries(config)) {
    if (!['host', 'port', 'user', 'password', 'database', 'ssl'].includes(key)) settings[key] = value
  }
  for (const key of OF_CLIENT) {
    if (!['', undefined, false].includes(parameters[key])) settings['client:' + key] = parameters[key]
  }
  let ssl = parameters.ssl
  if (ssl && typeof ssl === 'object') {
    ssl = { ...ssl }
    for (const key of Object.keys(ssl)) {
      if (typeof ssl[key] === 'function') ssl[key] = 'function'
    }
  }
  return {
    hosts: [{ host: config.host ? parameters.host : null, port: config.port ? port(config.port) : null }],
    user: given(config.user === undefined ? undefined : parameters.user),
    database: given(config.database),
    password: given(config.password),
    tls: { ssl: ssl === undefined ? null : ssl },
    settings,
  }
}

run('node-postgres', version('pg'),
  `pg-connection-string ${version('pg-connection-string', inside)}, the connectionParameters of pg.Client`, read)
