import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import { openSqlite } from '@holdfast/sqlite'
import { createRedisConnection } from '@holdfast/stores/redis'
import type { Backend } from './backends.ts'
import { type Engine, eventually, everythingIn } from './engine.ts'

/** One store, topic or table of an engine, with all its content. */
export interface StoredData {
  readonly place: string
  readonly text: string
}

/** Topics for other systems keep data in plaintext for a time. These are the other topics. */
const ofTheEngine = Object.values(topics).filter(
  ({ name }) => ![topics.requests, topics.answers, topics.deliveries, topics.deadLetters].some(edge => edge.name === name),
)

/** All records of the engine's internal topics. */
export async function storedInTopics({ streams }: Engine): Promise<StoredData[]> {
  const found = await Promise.all(
    ofTheEngine.map(async topic =>
      (await everythingIn(streams, topic)).map(({ key, value }) => ({ place: topic.name, text: `${key} ${value}` })),
    ),
  )
  return found.flat()
}

/**
 * All that an engine stores outside its topics. Waits until dispatch has saved an awaiting state for each of these
 * requests: it saves up to a second late.
 */
export function storedOnceSaved(engine: Engine, { redis }: Backend, awaited: Readonly<Record<string, string>>): Promise<StoredData[]> {
  return eventually(async () => {
    const kept = redis ? await keptInRedis(redis.url, redis.prefix) : await keptInFile(engine)
    const states = kept.filter(({ place, text }) => text.includes('dispatch.') || place.includes('dispatch.'))
    const isThere = ([requestId, said]: [string, string]) =>
      states.some(({ place, text }) => `${place} ${text}`.includes(requestId) && text.includes(said))
    return Object.entries(awaited).every(isThere) ? kept : undefined
  }, 'the states of the requests are in the store')
}

/**
 * Whether ledger, validation and dispatch of an embedded engine with one partition have saved their states to the
 * ledger's end.
 */
export async function areStatesSaved(engine: Engine): Promise<boolean> {
  const end = await engine.streams.endOffset(topics.ledger.name, 0)
  const saved = (await keptInFile(engine))
    .filter(({ place }) => place === 'snapshot_checkpoints')
    .map(({ text }) => JSON.parse(text) as { namespace: string; checkpoint: number })
    .filter(({ namespace }) => /^(ledger|validation|dispatch)\./.test(namespace))
  return saved.length === 3 && saved.every(({ checkpoint }) => checkpoint >= end)
}

/**
 * All tables outside the topics in the main file of an embedded engine. Reads a copy, because the engine locks the
 * file.
 */
async function keptInFile({ dataDir }: Engine): Promise<StoredData[]> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-kept-'))
  for (const part of ['', '-wal']) copyFileSync(join(dataDir, `holdfast.sqlite${part}`), join(folder, `kept.sqlite${part}`))
  const file = openSqlite(join(folder, 'kept.sqlite'), { durable: false })
  try {
    const tables = file
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'stream\\_record%' ESCAPE '\\'")
      .all() as {
      name: string
    }[]
    return tables.flatMap(({ name }) =>
      file
        .prepare(`SELECT * FROM ${name}`)
        .all()
        .map(row => ({ place: name, text: JSON.stringify(row) })),
    )
  } finally {
    await file.close()
    rmSync(folder, { recursive: true })
  }
}

/** All keys in Redis with this prefix; some have the prefix in braces. */
async function keptInRedis(url: string, prefix: string): Promise<StoredData[]> {
  const connection = createRedisConnection(url, silentLogger)
  const found: StoredData[] = []
  try {
    let cursor = '0'
    do {
      const [next, keys] = await connection.run(redis => redis.scan(cursor, 'MATCH', `*${prefix}:*`, 'COUNT', 1_000))
      cursor = next
      for (const place of keys) found.push({ place, text: JSON.stringify(await everythingAt(place)) })
    } while (cursor !== '0')
    return found
  } finally {
    await connection.close()
  }

  async function everythingAt(key: string): Promise<unknown> {
    const type = await connection.run(redis => redis.type(key))
    if (type === 'string') return connection.run(redis => redis.get(key))
    if (type === 'hash') return connection.run(redis => redis.hgetall(key))
    if (type === 'zset') return connection.run(redis => redis.zrange(key, 0, '-1'))
    throw new Error(`${key} is a ${type}; add how to read it`)
  }
}
