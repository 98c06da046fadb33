// A Node driver under tls.py: connects, and asks the server whether the connection is encrypted.
'use strict'

const readline = require('readline')
const { version } = require('./common.cjs')

const QUESTION = 'select ssl from pg_stat_ssl where pid = pg_backend_pid()'

const CLIENTS = {
  async pg(text) {
    const client = new (require('pg').Client)({ connectionString: text })
    client.on('error', () => {})
    try {
      await client.connect()
      return (await client.query(QUESTION)).rows[0].ssl
    } finally {
      await client.end().catch(() => {})
    }
  },
  async postgres(text) {
    const sql = require('postgres')(text, { max: 1, connect_timeout: 10, onnotice() {} })
    try {
      return (await sql.unsafe(QUESTION))[0].ssl
    } finally {
      await sql.end({ timeout: 1 }).catch(() => {})
    }
  },
}

async function main() {
  const name = process.argv[2]
  process.stdout.write(JSON.stringify({ version: version(name) }) + '\n')
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { id, host, port, query } = JSON.parse(line)
    const text = `postgresql://ann:Kestrel7@${host}:${port}/postgres${query ? '?' + query : ''}`
    let answer
    try {
      // Some mistakes are thrown where no caller can catch them; in a program they end it.
      const thrown = new Promise((_, reject) => {
        process.removeAllListeners('uncaughtException')
        process.on('uncaughtException', reject)
      })
      answer = { outcome: (await Promise.race([CLIENTS[name](text), thrown])) ? 'tls' : 'plain' }
    } catch (error) {
      answer = { error: [error.code, error.message || error.name].filter(Boolean).join(' ') }
    }
    process.stdout.write(JSON.stringify({ id, ...answer }) + '\n')
  }
  process.exit()
}

main()
