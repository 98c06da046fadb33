// A Node driver: connects as each line says, and prints what Node prints of the error that nobody catches.
'use strict'

const fs = require('fs')
const path = require('path')
const readline = require('readline')
const util = require('util')

const WAIT = 3000

const CLIENTS = {
  async pg(text, sql) {
    const client = new (require('pg').Client)({ connectionString: text, connectionTimeoutMillis: WAIT })
    const broken = new Promise((_, reject) => client.on('error', reject))
    await Promise.race([client.connect(), broken])
    if (sql) await Promise.race([client.query(sql), broken])
    await client.end()
  },
  async 'pg-pool'(text, sql) {
    const pool = new (require('pg').Pool)({ connectionString: text, connectionTimeoutMillis: WAIT, max: 1 })
    pool.on('error', () => {})
    const client = await pool.connect()
    if (sql) await client.query(sql)
  },
  async postgres(text, sql) {
    const client = require('postgres')(text, { max: 1, connect_timeout: WAIT / 1000, onnotice() {} })
    try {
      await client.unsafe(sql || 'select 1')
    } finally {
      client.end({ timeout: 0 }).catch(() => {})
    }
  },
  async knex(text, sql) {
    const knex = require('knex')({ client: 'pg', connection: text, acquireConnectionTimeout: WAIT, pool: { min: 0, max: 1 } })
    try {
      await knex.raw(sql || 'select 1')
    } finally {
      knex.destroy().catch(() => {})
    }
  },
  async sequelize(text, sql) {
    const { Sequelize } = require('sequelize')
    const url = new URL(text)
    const mode = url.searchParams.get('sslmode')
    const sequelize = new Sequelize({
      dialect: 'postgres', host: url.hostname, port: url.port, database: decodeURIComponent(url.pathname.slice(1)),
      username: decodeURIComponent(url.username), password: decodeURIComponent(url.password), logging: false,
      dialectOptions: {
        connectionTimeoutMillis: WAIT,
        ssl: mode === 'disable' ? false : { rejectUnauthorized: mode === 'verify-full' },
      },
    })
    await sequelize.query(sql || 'select 1')
  },
  async typeorm(text, sql) {
    const { DataSource } = require('typeorm')
    const source = new DataSource({ type: 'postgres', url: text, connectTimeoutMS: WAIT, logging: false })
    await source.initialize()
    await source.query(sql || 'select 1')
  },
}

function version(name) {
  const module = { 'pg-pool': 'pg' }[name] || name
  return JSON.parse(fs.readFileSync(path.join(process.env.NODE_PATH, module, 'package.json'))).version
}

async function main() {
  const name = process.argv[2]
  const say = (answer) => process.stdout.write(JSON.stringify(answer) + '\n')
  say({ version: version(name) })
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [id, text, sql] = line.split('\t')
    let said = null
    try {
      const thrown = new Promise((_, reject) => {
        process.removeAllListeners('uncaughtException')
        process.on('uncaughtException', reject)
      })
      const late = new Promise((_, reject) => setTimeout(() => reject(null), 4 * WAIT).unref())
      await Promise.race([CLIENTS[name](text, sql), thrown, late])
    } catch (error) {
      said = error === null ? null : util.inspect(error)
    }
    say({ id, said })
  }
  process.exit()
}

main()
