// What the Node programs of this folder share: cases in, one line of JSON an answer out.
'use strict'

const fs = require('fs')
const os = require('os')
const path = require('path')
const readline = require('readline')

process.removeAllListeners('warning')
process.on('warning', () => {})

class Refused extends Error {
  constructor(message, reading) {
    super(message)
    this.reading = reading
  }
}

// Null where a driver has filled in the operating system's user, or nothing.
function given(value) {
  if (value === undefined || value === null || value === '') return null
  return value === process.env.USER || value === os.userInfo().username ? null : value
}

function port(value) {
  if (value === undefined || value === null || value === '') return null
  return /^\d+$/.test(String(value)) ? Number(value) : String(value)
}

// The version of a package; its package.json may not be among what it exports.
function version(name, from) {
  let folder = path.dirname(require.resolve(name, from))
  while (!fs.existsSync(path.join(folder, 'package.json')) ||
    JSON.parse(fs.readFileSync(path.join(folder, 'package.json'))).name !== name) {
    folder = path.dirname(folder)
  }
  return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'))).version
}

// Answers every case on standard input with what `read` makes of it.
async function run(driver, found, through, read) {
  const write = (answer) => process.stdout.write(JSON.stringify(answer) + '\n')
  write({ driver, version: found, through })
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { id, dialect, input } = JSON.parse(line)
    let answer
    try {
      answer = { id, outcome: 'accepted', ...(await read(input, dialect)) }
    } catch (error) {
      answer = { id, outcome: 'refused', ...error.reading, error: String(error.message) }
      if (!(error instanceof Refused)) answer.error_type = error.code || error.name
    }
    write(answer)
  }
}

module.exports = { Refused, given, port, run, version }
