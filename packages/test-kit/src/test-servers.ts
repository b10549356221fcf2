import type { TestProject } from 'vitest/node'
import { startKafka } from './kafka-server.ts'
import { redisVersionAt } from './ports.ts'
import { hasRedisServer, startRedis } from './redis-server.ts'

// The real servers of a test run, as vitest's globalSetup: started once for all projects that name this file, ended with the last of them.

interface TestServer {
  readonly kind: 'Kafka' | 'Redis'
  readonly version: string
  readonly port: number
  /** `native process`, or the image it runs from. */
  readonly how: string
  stop(): Promise<void>
}

/** A server, or why it can't be had. */
type Found = TestServer | string

const variables = { Kafka: 'HOLDFAST_TEST_KAFKA', Redis: 'HOLDFAST_TEST_REDIS' } as const

interface Shared {
  running: Promise<TestServer[]> | undefined
  users: number
}

/** Each project of a run loads this file again, in the same process: what they share has to be outside of it. */
const place = globalThis as { [key: symbol]: Shared | undefined }
const key = Symbol.for('holdfast.test-servers')

/**
 * Starts Kafka and Redis and names them in HOLDFAST_TEST_KAFKA (`host:port`) and HOLDFAST_TEST_REDIS (a URL) for the test processes to come. One that
 * is named already is taken as it is. All test files share them, each in a namespace of its own (tests/src/test-namespace.ts). HOLDFAST_TEST_SERVERS says how: `native`, `docker`, or `auto` (the default), which takes containers
 * where an engine has the images or can pull them. Prints one line for each server, or why its tests are skipped; throws instead where
 * HOLDFAST_REQUIRE names it.
 */
export default async function setup(_project: TestProject): Promise<() => Promise<void>> {
  place[key] ??= { running: undefined, users: 0 }
  const shared = place[key]
  shared.users += 1
  shared.running ??= startAll(process.env)
  await shared.running
  return async () => {
    shared.users -= 1
    if (shared.users > 0) return
    const servers = await shared.running
    shared.running = undefined
    for (const server of servers ?? []) {
      delete process.env[variables[server.kind]]
      await server.stop()
    }
  }
}

async function startAll(env: NodeJS.ProcessEnv): Promise<TestServer[]> {
  const wanted = (['Kafka', 'Redis'] as const).filter(kind => {
    const given = env[variables[kind]]
    if (given) console.log(`${kind} at ${given} (named by ${variables[kind]})`)
    return !given
  })
  if (wanted.length === 0) return []
  const starters = await chooseStarters(env)
  const found = await Promise.all(wanted.map(async kind => ({ kind, server: await starters[kind]().catch(messageOf) })))
  const servers = found.flatMap(({ server }) => (typeof server === 'string' ? [] : [server]))
  const required = (env.HOLDFAST_REQUIRE ?? '').split(',').map(name => name.trim())
  for (const { kind, server } of found) {
    if (typeof server !== 'string') {
      env[variables[kind]] = kind === 'Kafka' ? `127.0.0.1:${server.port}` : `redis://127.0.0.1:${server.port}`
      console.log(`${kind} ${server.version} at 127.0.0.1:${server.port} (${server.how})`)
    } else if (required.includes(kind.toLowerCase())) {
      for (const other of servers) await other.stop()
      throw new Error(`HOLDFAST_REQUIRE names ${kind}, which can not be had: ${server}`)
    } else {
      console.log(`Tests on ${kind} are skipped: ${server}`)
    }
  }
  return servers
}

type Starters = Readonly<Record<TestServer['kind'], () => Promise<Found>>>

async function chooseStarters(env: NodeJS.ProcessEnv): Promise<Starters> {
  const way = env.HOLDFAST_TEST_SERVERS ?? 'auto'
  if (way === 'native') return native
  if (way !== 'auto' && way !== 'docker') throw new Error(`HOLDFAST_TEST_SERVERS is ${way}; it may be native, docker or auto`)
  // Loaded only here: it takes half a second, and a native run has no use for it.
  const containers = await import('./containers.ts')
  const images = containers.imagesFrom(env)
  const why = await containers.whyNoContainers([images.kafka, images.redis])
  if (why === undefined) return inContainers(containers, images)
  if (way === 'auto') return native
  return { Kafka: async () => why, Redis: async () => why }
}

const native: Starters = {
  Kafka: async () => {
    const { port, version, stop } = await startKafka()
    return { kind: 'Kafka', version, port, how: 'native process', stop }
  },
  Redis: async () => {
    if (!hasRedisServer()) return 'no redis-server is installed (Debian: apt-get install redis-server) and no Docker engine is used'
    const { port, stop } = await startRedis({ appendonly: true })
    return { kind: 'Redis', version: await redisVersion(port), port, how: 'native process', stop }
  },
}

const inContainers = (containers: typeof import('./containers.ts'), images: { kafka: string; redis: string }): Starters => ({
  Kafka: async () => {
    const { port, stop } = await containers.startKafkaContainer(images.kafka)
    return { kind: 'Kafka', version: tagOf(images.kafka), port, how: `container of ${images.kafka}`, stop }
  },
  Redis: async () => {
    const { port, stop } = await containers.startRedisContainer(images.redis)
    return { kind: 'Redis', version: await redisVersion(port), port, how: `container of ${images.redis}`, stop }
  },
})

const redisVersion = async (port: number): Promise<string> => (await redisVersionAt(port)) ?? 'of unknown version'
const tagOf = (image: string): string => /:([^/:]+)$/.exec(image)?.[1] ?? 'of unknown version'
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
