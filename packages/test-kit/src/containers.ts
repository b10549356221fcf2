import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { GenericContainer, getContainerRuntimeClient, ImageName, Wait } from 'testcontainers'
import { kafkaFolder } from './kafka-jars.ts'
import { answersAsKafka, freePort, redisVersionAt, waitUntil } from './ports.ts'

/** The images that tests run on. Other places and versions are named by the environment, such as images built where none can be pulled. */
export const imagesFrom = (env: NodeJS.ProcessEnv): { kafka: string; redis: string } => ({
  kafka: env.HOLDFAST_KAFKA_IMAGE ?? 'apache/kafka:4.3.1',
  redis: env.HOLDFAST_REDIS_IMAGE ?? 'redis:8',
})

export interface ContainerServer {
  readonly image: string
  readonly port: number
  stop(): Promise<void>
}

/** An image of this size comes within a minute on a usual line; what takes longer is not waited for. */
const pullMs = 120_000
const startMs = 60_000

/** Why containers of these images can't be had here, or undefined. Pulls the images that are missing, for at most two minutes each. */
export async function whyNoContainers(images: readonly string[]): Promise<string | undefined> {
  const engine = await getContainerRuntimeClient().catch(() => undefined)
  if (!engine) return 'no Docker engine answers'
  for (const image of images) {
    const name = ImageName.fromString(image)
    if (await engine.image.exists(name)) continue
    const late = pause(pullMs, 'late' as const, { ref: false })
    const outcome = await Promise.race([engine.image.pull(name).then(() => 'pulled' as const, messageOf), late])
    if (outcome === 'late') return `image ${image} did not come within ${pullMs / 1000} s`
    if (outcome !== 'pulled') return `image ${image} is not here and can not be pulled: ${outcome}`
  }
  return undefined
}

/** A broker in a container, on a port of 127.0.0.1 that it knows as its own: a client is sent to the address that a broker gives. */
export async function startKafkaContainer(image: string): Promise<ContainerServer> {
  const port = await freePort()
  const container = new GenericContainer(image)
    .withEnvironment({ ...settings(), KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port},INTERNAL://127.0.0.1:9094` })
    .withExposedPorts({ container: 9092, host: port })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .withStartupTimeout(startMs)
  return started(image, container, port, () => answersAsKafka(port))
}

/** A Redis in a container, on a free port of 127.0.0.1, that keeps its data in an append-only file. */
export async function startRedisContainer(image: string): Promise<ContainerServer> {
  const port = await freePort()
  const container = new GenericContainer(image)
    .withCommand(['redis-server', '--bind', '0.0.0.0', '--protected-mode', 'no', '--appendonly', 'yes', '--maxmemory-policy', 'noeviction'])
    .withExposedPorts({ container: 6379, host: port })
    .withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/))
    .withStartupTimeout(startMs)
  return started(image, container, port, async () => (await redisVersionAt(port)) !== undefined)
}

async function started(
  image: string,
  container: GenericContainer,
  port: number,
  answers: () => Promise<boolean>,
): Promise<ContainerServer> {
  const running = await container.start()
  try {
    // The engine's own proxy accepts connections before the server does, so the server itself is asked.
    await waitUntil(answers, startMs, () => `${image} runs but does not answer on port ${port}`)
  } catch (error) {
    await running.stop()
    throw error
  }
  // Data that will not be read needs no orderly end.
  return { image, port, stop: async () => void (await running.stop({ timeout: 0, remove: true })) }
}

/** The lines `NAME=value` of `infra/kafka/container.env`. */
function settings(): Record<string, string> {
  const lines = readFileSync(join(kafkaFolder, 'container.env'), 'utf8').split('\n')
  return Object.fromEntries(lines.flatMap(line => (/^[A-Z_]+=/.test(line) ? [line.split(/=(.*)/s, 2)] : [])))
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).trim().slice(0, 300)
