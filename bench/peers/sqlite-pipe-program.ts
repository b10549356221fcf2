import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { instantMs } from '@holdfast/test-kit/instant'
import { reportSeen, reportStarted, serveLoadProcess } from '../src/program-side.ts'
import { openEndpoint } from './peer.ts'

// The upper bound for one process and one disk: the twelve records of a lifecycle through bare SQLite, each parsed by
// its reader, without logic, hash and state. A reader sees a record once it is durable (`each`: nine commits in
// sequence), or within the transaction, where only clients wait for the disk (`turn`: three).

interface Step {
  readonly step: number
  readonly document: unknown
}

interface Put {
  readonly topic: Topic
  readonly key: string
  readonly event: Step
  readonly done?: () => void
}

const commands = 0
const ledger = 1
const orders = 2
const answers = 3
type Topic = typeof commands | typeof ledger | typeof orders | typeof answers

const [folder = '.', mode = 'each'] = process.argv.slice(2)
const db = new DatabaseSync(join(folder, 'pipe.sqlite'))
db.exec(`
  PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4000;
  CREATE TABLE record (topic INTEGER, "offset" INTEGER, key TEXT, value TEXT, PRIMARY KEY (topic, "offset")) WITHOUT ROWID`)
const insert = db.prepare('INSERT INTO record VALUES (?, ?, ?, ?)')
const ends: Record<Topic, number> = { [commands]: 0, [ledger]: 0, [orders]: 0, [answers]: 0 }

/** A reader's records for a record of its topic. */
function followedBy(topic: Topic, { step }: Step): readonly (readonly [Topic, number])[] {
  if (topic === commands) return [[ledger, step]]
  if (topic === answers) return [[commands, step]]
  if (topic === orders) return []
  return step === 1 ? [[commands, 2]] : step === 2 ? [[orders, 2]] : []
}

let queue: Put[] = []
let isScheduled = false

function put(one: Put): void {
  queue.push(one)
  if (isScheduled) return
  isScheduled = true
  setImmediate(turn)
}

function turn(): void {
  isScheduled = false
  const work = queue
  queue = []
  const written: (readonly [Put, string])[] = []
  db.exec('BEGIN IMMEDIATE')
  for (const one of work) {
    const value = JSON.stringify(one.event)
    insert.run(one.topic, ends[one.topic]++, one.key, value)
    written.push([one, value])
    // Appended to the list during its iteration: readers continue within this transaction.
    if (mode === 'turn') follow(one, value, next => work.push(next))
  }
  db.exec('COMMIT')
  for (const [one, value] of written) {
    one.done?.()
    if (mode === 'each') follow(one, value, put)
    tellOutside(one, value)
  }
}

function follow({ topic, key }: Put, value: string, then: (next: Put) => void): void {
  const event = JSON.parse(value) as Step
  for (const [next, step] of followedBy(topic, event)) then({ topic: next, key, event: { ...event, step } })
}

/** The bank answers each order twice; the ledger reports when it was recovered. */
function tellOutside({ topic, key }: Put, value: string): void {
  if (topic === ledger && (JSON.parse(value) as Step).step === 4) reportSeen('recovered', key, instantMs())
  if (topic !== orders) return
  const event = JSON.parse(value) as Step
  reportSeen('ordered', key, instantMs())
  setImmediate(() => {
    for (const step of [3, 4]) put({ topic: answers, key, event: { ...event, step } })
  })
}

/** So that a record has about 850 bytes, as in the other pipe. */
const partOf = ({ caseReference, reportedAt, offence, payment }: Record<string, unknown>): object => ({
  caseReference,
  reportedAt,
  offence,
  payment,
})

const known = new Set<string>()
const url = await openEndpoint(
  (key, body) =>
    new Promise<void>(accepted => {
      if (known.has(key)) return accepted()
      known.add(key)
      put({ topic: commands, key, event: { step: 1, document: partOf(JSON.parse(body)) }, done: accepted })
    }),
)
serveLoadProcess({
  async stop() {
    db.close()
  },
})
reportStarted(url)
