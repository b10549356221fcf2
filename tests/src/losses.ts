import { execFile } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { topics } from '@holdfast/schemas'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import type { OutgoingRecord, Streams } from '@holdfast/streams'
import { type ClusterEngine, type ClusterOptions, serviceNames, startClusterEngine } from '@holdfast/test-kit/cluster-engine'
import type { RedisServer } from '@holdfast/test-kit/redis-server'
import { engineSecretFileName } from '@holdfast/trust'
import { Kafka, logLevel } from 'kafkajs'
import { startEmbeddedEngine } from './embedded-engine.ts'
import type { Engine } from './engine.ts'

/** What an engine loses while it is stopped. */
export interface Losses {
  /** Every topic, offset and store except the ledger. */
  everythingButTheLedger(): Promise<void>
  /** Everything except the keys. Then a `holdfast backup` of the ledger is restored. */
  everythingButABackup(file: string): Promise<void>
  /** Group offsets, stores and outbound messages, as if all were past their retention. */
  positionsStoresAndOrders(): Promise<void>
  /** The newest records of each partition of the ledger: `left` says how many remain. */
  endOfTheLedger(left: (partition: number) => number): Promise<void>
}

/** An engine that can lose its stored data, on either backend. */
export interface LosingEngine extends Engine {
  /**
   * Stops it, deletes data and starts it again. Returns the milliseconds from the start until every service is ready.
   */
  lose(what: (losses: Losses) => Promise<void>): Promise<number>
  /** Runs `holdfast backup` on the ledger and returns its output. An embedded engine is stopped meanwhile. */
  backup(file: string): Promise<string>
}

const bin = fileURLToPath(new URL('../../packages/cli/bin/holdfast.js', import.meta.url))

function holdfast(words: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [bin, ...words], { env: { PATH: process.env.PATH, ...env }, timeout: 60_000 }, (error, out, err) =>
      error ? reject(new Error(`holdfast ${words.join(' ')}: ${out}${err}`, { cause: error })) : resolve(out),
    )
  })
}

export async function startLosingEmbedded(): Promise<LosingEngine> {
  const engine = await startEmbeddedEngine()
  return Object.assign(engine, {
    async backup(file: string) {
      let said = ''
      await engine.restart(async dataDir => {
        said = await holdfast(['backup', file], { HOLDFAST_DATA: dataDir })
      })
      await isReady(engine.deskUrl)
      return said
    },
    async lose(what: (losses: Losses) => Promise<void>) {
      let startedAt = 0
      await engine.restart(async dataDir => {
        const db = openSqlite(join(dataDir, 'holdfast.sqlite'), { durable: true })
        await what(lossesOfFile(db, dataDir))
        await db.close()
        startedAt = performance.now()
      })
      await isReady(engine.deskUrl)
      return performance.now() - startedAt
    },
  })
}

/** A slot holds one partition: its records start here, and there are at most this many. */
const slotSize = 2 ** 40

function lossesOfFile(db: SqliteFile, dataDir: string): Losses {
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'stream_%'").all() as { name: string }[]
  const stored = db.prepare('SELECT name, first_slot AS first, partitions FROM stream_topic').all() as {
    name: string
    first: number
    partitions: number
  }[]
  const [ledger] = stored.filter(({ name }) => name === topics.ledger.name)
  if (!ledger) throw new Error('there is no ledger')
  const empty = (name: string) => db.schema(`DELETE FROM "${name}"`)
  const recordTables = db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'stream_record*'")
    .all()
    .map(({ name }) => String(name))
  const forget = ({ first, partitions }: (typeof stored)[number]) => {
    for (const name of recordTables)
      db.prepare(`DELETE FROM ${name} WHERE position >= ? AND position < ?`).run(first * slotSize, (first + partitions) * slotSize)
  }
  const lastPosition = (slot: number): number | undefined =>
    recordTables
      .flatMap(name =>
        db
          .prepare(`SELECT max(position) AS position FROM ${name} WHERE position >= ? AND position < ?`)
          .all(slot * slotSize, (slot + 1) * slotSize),
      )
      .flatMap(({ position }) => (position === null ? [] : Number(position)))
      .toSorted((one, other) => other - one)[0]
  /** An operator has read what is missing and accepts the loss. */
  const goOnWithout = () => rmSync(`${db.path}-mark`)

  return {
    async everythingButTheLedger() {
      for (const { name } of tables) empty(name)
      empty('stream_committed')
      for (const topic of stored) if (topic !== ledger) forget(topic)
      for (const file of readdirSync(dataDir)) if (file.startsWith('desk.sqlite')) rmSync(join(dataDir, file))
      goOnWithout()
    },
    async everythingButABackup(file) {
      await db.close()
      // The engine refuses a ledger without its keys. They have a backup of their own.
      for (const name of readdirSync(dataDir)) if (name.includes('.sqlite') && !name.startsWith('keys.sqlite')) rmSync(join(dataDir, name))
      await holdfast(['restore', file], { HOLDFAST_DATA: dataDir })
    },
    async positionsStoresAndOrders() {
      for (const { name } of tables) empty(name)
      empty('stream_committed')
      for (const topic of stored) {
        if (!/^freeze\.(orders|notifications|deliveries)/.test(topic.name)) continue
        for (let slot = topic.first; slot < topic.first + topic.partitions; slot++) {
          const last = lastPosition(slot)
          if (last === undefined) continue
          db.prepare('INSERT OR REPLACE INTO stream_start (slot, offset) VALUES (?, ?)').run(slot, last - slot * slotSize + 1)
        }
        forget(topic)
      }
    },
    async endOfTheLedger(left) {
      for (let partition = 0; partition < ledger.partitions; partition++) {
        const slot = ledger.first + partition
        db.prepare('DELETE FROM stream_record WHERE position >= ? AND position < ?').run(
          slot * slotSize + left(partition),
          (slot + 1) * slotSize,
        )
      }
      goOnWithout()
    },
  }
}

export async function startLosingCluster(options: ClusterOptions, redis: RedisServer): Promise<LosingEngine> {
  const engine = await startClusterEngine(options)
  const stop = async () => {
    await engine.stop()
    // For the next engine on the same servers.
    await lossesOfCluster(engine, options.brokers, redis).everything()
  }
  return Object.assign(
    { ...engine, stop },
    {
      backup: (file: string) => holdfast(['backup', file], environmentOf(engine, options.brokers, options.redisUrl)),
      async lose(what: (losses: Losses) => Promise<void>) {
        await Promise.all(serviceNames.map(name => engine.services[name].kill('SIGTERM')))
        await what(lossesOfCluster(engine, options.brokers, redis))
        const startedAt = performance.now()
        await Promise.all(serviceNames.map(name => engine.services[name].start()))
        await Promise.all(serviceNames.map(name => isReady(engine.services[name].url)))
        return performance.now() - startedAt
      },
    },
  )
}

const environmentOf = (engine: ClusterEngine, brokers: string, redisUrl: string) => ({
  HOLDFAST_KAFKA_BROKERS: brokers,
  HOLDFAST_REDIS_URL: redisUrl,
  HOLDFAST_SECRET_FILE: join(engine.dataDir, engineSecretFileName),
  ...engine.keys,
  HOLDFAST_DATA: join(engine.dataDir, 'cli'),
})

function lossesOfCluster(engine: ClusterEngine, brokers: string, redis: RedisServer): Losses & { everything(): Promise<void> } {
  async function asAdmin(work: (admin: ReturnType<Kafka['admin']>) => Promise<void>): Promise<void> {
    const admin = new Kafka({ brokers: [brokers], clientId: 'holdfast-losses', logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    await work(admin)
    await admin.disconnect()
  }
  const loseGroups = async (admin: ReturnType<Kafka['admin']>) => {
    const { groups } = await admin.listGroups()
    await admin.deleteGroups(groups.map(({ groupId }) => groupId))
  }
  const loseTopics = async (admin: ReturnType<Kafka['admin']>, isLost: (name: string) => boolean) => {
    const lost = (await admin.listTopics()).filter(name => name.startsWith('freeze.') && isLost(name))
    await admin.deleteTopics({ topics: lost })
    // While the broker removes a topic, no topic of this name can be created.
    while ((await admin.listTopics()).some(name => lost.includes(name))) await new Promise(resolve => setTimeout(resolve, 50))
  }
  async function loseAllBut(isKept: (name: string) => boolean): Promise<void> {
    await asAdmin(async admin => {
      await loseGroups(admin)
      await loseTopics(admin, name => !isKept(name))
    })
    await redis.flush()
    for (const name of serviceNames) rmSync(join(engine.dataDir, name), { recursive: true, force: true })
  }
  return {
    everything: () => loseAllBut(() => false),
    everythingButTheLedger: () => loseAllBut(name => name === topics.ledger.name),
    async everythingButABackup(file) {
      await loseAllBut(() => false)
      await holdfast(['restore', file], environmentOf(engine, brokers, redis.url))
    },
    async positionsStoresAndOrders() {
      await asAdmin(async admin => {
        await loseGroups(admin)
        for (const topic of await admin.listTopics())
          if (/^freeze\.(orders|notifications|deliveries)/.test(topic)) {
            const ends = await admin.fetchTopicOffsets(topic)
            await admin.deleteTopicRecords({ topic, partitions: ends.map(({ partition, high }) => ({ partition, offset: high })) })
          }
      })
      await redis.flush()
    },
    async endOfTheLedger(left) {
      const kept = await ledgerOf(engine.streams)
      await asAdmin(admin => loseTopics(admin, name => name === topics.ledger.name))
      await engine.streams.ensureTopics([topics.ledger])
      for (const [partition, records] of kept.entries()) {
        const rest = records.slice(0, left(partition))
        for (let at = 0; at < rest.length; at += 50) await engine.streams.append(topics.ledger.name, partition, rest.slice(at, at + 50))
      }
    },
  }
}

/** The records of the ledger by partition. */
export async function ledgerOf(streams: Streams): Promise<OutgoingRecord[][]> {
  const { name } = topics.ledger
  const all: OutgoingRecord[][] = []
  for (let partition = 0; partition < (await streams.partitionCount(name)); partition++) {
    const own: OutgoingRecord[] = []
    for await (const records of streams.read(name, partition, 0, await streams.endOffset(name, partition)))
      own.push(...records.map(({ key, value }) => ({ key, value })))
    all.push(own)
  }
  return all
}

async function isReady(url: string): Promise<void> {
  const until = performance.now() + 60_000
  for (let why = ''; ; ) {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined)
    if (answer?.status === 200) return
    why = answer ? await answer.text() : 'no answer'
    if (performance.now() > until) throw new Error(`${url} is not ready: ${why}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}
