import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureMasterKeys, masterKeysFileName } from '@holdfast/encryption'
import { inNamespace, namespaceSchema, topics } from '@holdfast/schemas'
import { createKafkaStreams } from '@holdfast/streams/kafka'
import { answersAsKafka, isTaken, redisVersionAt, waitUntil } from '@holdfast/test-kit/ports'
import { engineSecretFileName, ensureEngineSecret } from '@holdfast/trust'
import { compose, whyNoDocker } from './docker.ts'
import { startKafka, startRedis } from './native.ts'
import { end, forgetState, isRunning, readState, type State, stateFolder, writeState } from './state.ts'

// `npm run infra:up [-- --fresh]`: starts Kafka and Redis on this machine, on loopback, with the topics of
// schemas/src/topics.ts. It is idempotent. `--fresh` deletes their data first.

const fresh = process.argv.includes('--fresh')
const ports = { kafka: portFrom('HOLDFAST_KAFKA_PORT', 9092), redis: portFrom('HOLDFAST_REDIS_PORT', 6380) }
const namespace = namespaceFrom(process.env.HOLDFAST_NAMESPACE)
/** The default of the services: `HOLDFAST_PARTITIONS`, else 4. */
const partitions = Number(process.env.HOLDFAST_PARTITIONS ?? 4)
const images = [process.env.HOLDFAST_KAFKA_IMAGE ?? 'apache/kafka:4.3.1', process.env.HOLDFAST_REDIS_IMAGE ?? 'redis:8']

try {
  if (fresh) await forget()
  const { kafka, redis } = await bringUp()
  await makeTopics(`127.0.0.1:${kafka}`)
  console.log(`\nSet these for npm start, the services and the tests:

export HOLDFAST_KAFKA_BROKERS=127.0.0.1:${kafka}
export HOLDFAST_REDIS_URL=redis://127.0.0.1:${redis}${namespace === undefined ? '' : `\nexport HOLDFAST_NAMESPACE=${namespace}`}
export HOLDFAST_SECRET_FILE=${secretFile()}
export HOLDFAST_KEYS_REDIS_URL=redis://127.0.0.1:${redis}
export HOLDFAST_MASTER_KEYS_FILE=${masterKeysFile()}`)
} catch (error) {
  console.error(`infra:up: ${(error as Error).message}`)
  process.exitCode = 1
}

async function bringUp(): Promise<{ kafka: number; redis: number }> {
  const before = readState()
  const why = before?.way === 'native' ? 'they already run like this' : whyNoDocker(images)
  if (why === undefined) return bringUpContainers(before)
  console.log(`Kafka and Redis as processes of this machine: ${why}`)
  return bringUpProcesses(before)
}

async function bringUpContainers(before: State | undefined): Promise<{ kafka: number; redis: number }> {
  console.log(`Kafka and Redis in containers: a Docker engine answers and has ${images.join(' and ')}`)
  if (fresh) compose('down', '--volumes')
  if (before === undefined) {
    for (const [name, port] of Object.entries(ports)) {
      if (await isTaken(port)) throw new Error(`Port ${port} is in use. Choose another one with HOLDFAST_${name.toUpperCase()}_PORT.`)
    }
  }
  compose('up', '--detach')
  writeState({ way: 'docker' })
  const late = (what: string, port: number) => () =>
    `${what} does not answer on port ${port}: see docker compose -f infra/compose.yaml logs`
  await waitUntil(() => answersAsKafka(ports.kafka), 60_000, late('Kafka', ports.kafka))
  await waitUntil(async () => (await redisVersionAt(ports.redis)) !== undefined, 60_000, late('Redis', ports.redis))
  console.log(`Kafka answers at 127.0.0.1:${ports.kafka}, Redis at 127.0.0.1:${ports.redis}`)
  return ports
}

async function bringUpProcesses(before: State | undefined): Promise<{ kafka: number; redis: number }> {
  const kafka = isRunning(before?.kafka) ? before.kafka : await startKafka(ports.kafka)
  // Written after each start, so that the first server can be stopped even if the next one fails.
  writeState({ way: 'native', kafka, ...(isRunning(before?.redis) ? { redis: before.redis } : {}) })
  console.log(`Kafka answers at 127.0.0.1:${kafka.port} (process ${kafka.pid}, log ${join('infra/.run', 'kafka.log')})`)
  const redis = isRunning(before?.redis) ? before.redis : await startRedis(ports.redis)
  writeState({ way: 'native', kafka, redis })
  console.log(`Redis answers at 127.0.0.1:${redis.port} (process ${redis.pid}, log ${join('infra/.run', 'redis.log')})`)
  return { kafka: kafka.port, redis: redis.port }
}

async function makeTopics(brokers: string): Promise<void> {
  const streams = createKafkaStreams({ brokers: [brokers], clientId: 'infra-up', namespace, partitions, replication: 1 })
  try {
    await streams.ensureTopics(Object.values(topics))
    console.log(
      `Topics: ${Object.values(topics)
        .map(({ name }) => inNamespace(namespace, name))
        .join(', ')}`,
    )
  } finally {
    await streams.close()
  }
}

/** Deleted with the data: ids of requests depend on it. */
function secretFile(): string {
  ensureEngineSecret(stateFolder)
  return join(stateFolder, engineSecretFileName)
}

/** Deleted with the data: they decrypt its personal data. */
function masterKeysFile(): string {
  ensureMasterKeys(stateFolder)
  return join(stateFolder, masterKeysFileName)
}

/** Stops what an earlier call started and removes its data. */
async function forget(): Promise<void> {
  const before = readState()
  if (before?.way === 'docker') compose('down')
  await Promise.all([end(before?.kafka), end(before?.redis)])
  for (const name of ['kafka', 'redis']) rmSync(join(stateFolder, name), { recursive: true, force: true })
  forgetState()
}

function portFrom(variable: string, otherwise: number): number {
  const port = Number(process.env[variable] ?? otherwise)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  console.error(`${variable} is ${process.env[variable]}. Set it to a number from 1 to 65535.`)
  process.exit(1)
}

function namespaceFrom(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined
  const parsed = namespaceSchema.safeParse(text)
  if (parsed.success) return parsed.data
  console.error(`HOLDFAST_NAMESPACE ${parsed.error.issues.map(({ message }) => message).join('; ')}`)
  process.exit(1)
}
