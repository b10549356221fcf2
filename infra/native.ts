import { spawn } from 'node:child_process'
import { mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { kafkaJars } from '@holdfast/test-kit/kafka-jars'
import { brokerArguments, prepareKafka } from '@holdfast/test-kit/kafka-server'
import { answersAsKafka, freePort, isTaken, redisVersionAt, waitUntil } from '@holdfast/test-kit/ports'
import { hasRedisServer } from '@holdfast/test-kit/redis-server'
import { birthOf, makeStateFolder, type ServerProcess, stateFolder } from './state.ts'

const startMs = 60_000

/** Starts a broker that outlives this command. Resolves when it answers. */
export async function startKafka(port: number): Promise<ServerProcess> {
  await mustBeFree('Kafka', port, 'HOLDFAST_KAFKA_PORT')
  console.log("Downloading Kafka's jars, if they are missing …")
  const jars = await kafkaJars()
  const config = await prepareKafka({ jars, dataDir: join(stateFolder, 'kafka'), port, controllerPort: await freePort() })
  return startDetached('kafka', 'java', brokerArguments(jars, config, 'info'), port, () => answersAsKafka(port))
}

/** Starts a Redis that outlives this command. Resolves when it answers. Stores its data in an append-only file. */
export async function startRedis(port: number): Promise<ServerProcess> {
  await mustBeFree('Redis', port, 'HOLDFAST_REDIS_PORT')
  if (!hasRedisServer()) throw new Error('redis-server is not installed. Install it (Debian: apt-get install redis-server).')
  const folder = join(stateFolder, 'redis')
  mkdirSync(folder, { recursive: true })
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--maxmemory-policy', 'noeviction']
  args.push('--appendonly', 'yes', '--appendfsync', 'always')
  return startDetached('redis', 'redis-server', args, port, async () => (await redisVersionAt(port)) !== undefined)
}

async function mustBeFree(what: string, port: number, variable: string): Promise<void> {
  if (await isTaken(port)) throw new Error(`Port ${port} for ${what} is in use by another program. Choose another one with ${variable}.`)
}

async function startDetached(
  name: string,
  command: string,
  args: readonly string[],
  port: number,
  answers: () => Promise<boolean>,
): Promise<ServerProcess> {
  makeStateFolder()
  const logFile = join(stateFolder, `${name}.log`)
  const log = openSync(logFile, 'w')
  const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log] })
  const pid = await new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('spawn', () => resolve(child.pid ?? 0))
  })
  const birth = birthOf(pid) ?? ''
  const endOfLog = (): string => `${logFile} ends with:\n${readFileSync(logFile, 'utf8').slice(-2000)}`
  try {
    await waitUntil(
      answers,
      startMs,
      () => `${name} does not answer on port ${port} after ${startMs / 1000} s; ${endOfLog()}`,
      () => (child.exitCode === null ? undefined : `${name} ended while it started; ${endOfLog()}`),
    )
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  child.unref()
  return { port, pid, birth }
}
