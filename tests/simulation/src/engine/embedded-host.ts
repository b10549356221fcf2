import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { notificationsTopic, ordersTopic, type TopicSpec, topics } from '@holdfast/schemas'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { createEmbeddedClaims, createEmbeddedIdempotency, createEmbeddedSnapshots } from '@holdfast/stores'
import { createEmbeddedStreams, type OutgoingRecord, type Streams } from '@holdfast/streams'
import { createMemoryLog, createMemoryStreams, type MemoryLog } from '@holdfast/test-kit/memory-streams'
import { pause } from '../actors/endpoint.ts'
import type { Chance } from '../chance/chance.ts'
import type { Fates } from '../chance/fates.ts'
import type { Sometimes } from '../judging/sometimes.ts'
import { setDisk } from '../patches.ts'
import { gated } from './gated.ts'
import type { Ports } from './process.ts'
import { createVirtualDisk } from './virtual-disk.ts'

/**
 * The real embedded drivers on one SQLite file, whose commits fail while its disk is full. The file outlives the
 * process.
 */
export interface EmbeddedHost {
  /** Every durable record, as clients see it. */
  readonly log: MemoryLog
  /** Opens the file that the earlier process left behind. */
  open(): Promise<void>
  /** The process is killed: the file has committed data only. */
  crash(): void
  portsOf(isAlive: () => boolean): Ports
  /** A client outside the engine, which outlives it. An honest one retries what was not acknowledged. */
  outside(description: string, isHonest: boolean): Streams
  /** For this time, most commits fail. */
  fillDisk(ms: number): void
  /** From here on commits succeed. */
  calm(): void
  /** Deletes the files of all incarnations: a campaign of thousands of runs would exhaust memory. */
  end(): void
}

export interface EmbeddedHostOptions {
  readonly chance: Chance
  readonly fates: Fates
  readonly sometimes: Sometimes
  readonly folder: string
  readonly partitions: number
  /** Topics of other workflows. */
  readonly moreTopics: readonly TopicSpec[]
}

interface Life {
  readonly file: SqliteFile
  readonly folder: string
  readonly observer: Streams
  readonly killed: PromiseWithResolvers<void>
}

const fileName = 'holdfast.sqlite'
/** The files that a kill leaves behind. */
const leftBehind = ['', '-wal', '-mark'].map(part => `${fileName}${part}`)
const countries = ['SG', 'TL', 'MY'] as const
const topicsOfStops: readonly TopicSpec[] = [
  ...Object.values(topics),
  ...countries.flatMap(country => [ordersTopic(country), notificationsTopic(country)]),
]
/** Some commits are small enough for a full disk. */
const failingShare = 0.6

export function createEmbeddedHost({ chance, fates, sometimes, folder, partitions, moreTopics }: EmbeddedHostOptions): EmbeddedHost {
  const observed = [...topicsOfStops, ...moreTopics]
  const log = createMemoryLog({ partitions, nowMs: () => Date.now() })
  const time = { nowMs: () => Date.now(), steadyMs: () => performance.now() }
  let lives = 0
  let life: Life | undefined
  let isFull = false
  const files: SqliteFile[] = []
  log.broker.addTopics(observed)

  /** Throws where the commit fails. A killed process commits nothing any more. */
  function beforeCommit(path: string): void {
    if (path !== life?.file.path) throw new Error('the process was killed')
    if (!isFull || !fates.occurs(failingShare)) return
    sometimes.reached('undone')
    throw new Error('database or disk is full')
  }

  const folderOf = (number: number): string => join(folder, `embedded-${number}`)

  async function follow({ observer }: Life): Promise<void> {
    await observer.ensureTopics(observed)
    for (const { name } of observed) {
      const lengths = log.broker.partitionsOf(name).map(({ records }, partition) => [partition, records.length] as const)
      await observer.tail({
        topic: name,
        from: new Map(lengths),
        onRecords(records) {
          for (const { partition, key, value, headers, timestampMs } of records)
            log.broker.partition(name, partition).append([{ key, value, headers }], timestampMs)
        },
        onFault: () => undefined,
      })
    }
  }

  async function publish(isHonest: boolean, topic: string, records: readonly OutgoingRecord[]): Promise<void> {
    for (;;) {
      const now = life
      if (now) {
        const isTaken = await Promise.race([
          now.observer.publish(topic, records).then(
            () => true,
            () => false,
          ),
          now.killed.promise.then(() => false),
        ])
        if (isTaken || !isHonest) return
      }
      await pause(250)
    }
  }

  return {
    log,
    async open() {
      lives += 1
      const path = join(folderOf(lives), fileName)
      mkdirSync(folderOf(lives), { recursive: true })
      setDisk({ beforeCommit, diskOf: () => createVirtualDisk(chance.branch(`disk ${lives}`)) })
      const file = openSqlite(path, { durable: true })
      files.push(file)
      const observer = createEmbeddedStreams({ file, partitions, time })
      life = { file, folder: folderOf(lives), observer, killed: Promise.withResolvers() }
      await follow(life)
    },
    crash() {
      if (!life) return
      const next = folderOf(lives + 1)
      mkdirSync(next, { recursive: true })
      for (const name of leftBehind) if (existsSync(join(life.folder, name))) copyFileSync(join(life.folder, name), join(next, name))
      life.killed.resolve()
      life = undefined
    },
    portsOf(isAlive) {
      if (!life) throw new Error('the file is not open')
      const { file } = life
      return {
        streams: gated(createEmbeddedStreams({ file, partitions, time }), isAlive),
        idempotency: gated(createEmbeddedIdempotency(file, Date.now), isAlive),
        claims: workflow => gated(createEmbeddedClaims(file, workflow), isAlive),
        snapshots: namespace => gated(createEmbeddedSnapshots(file, namespace), isAlive),
      }
    },
    outside: (description, isHonest) => ({
      ...createMemoryStreams({ log, description }),
      publish: (topic, records) => publish(isHonest, topic, records),
    }),
    fillDisk(ms) {
      isFull = true
      setTimeout(() => {
        isFull = false
      }, ms)
    },
    calm() {
      isFull = false
    },
    end() {
      for (const file of files) file.close().catch(() => undefined)
    },
  }
}
