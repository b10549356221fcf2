import { fileURLToPath } from 'node:url'
import { inNamespace, topics } from '@holdfast/schemas'
import { startClusterEngine } from '@holdfast/test-kit/cluster-engine'
import { startEngineProcess } from '@holdfast/test-kit/engine-process'
import { createServiceProcess } from '@holdfast/test-kit/service-process'
import { sharedServers } from '@holdfast/test-kit/shared-servers'
import { startProcess } from '@holdfast/test-kit/start-process'
import { countIn, eventually } from '../../src/engine.ts'
import { submitAll } from '../../src/load.ts'
import { type Attacked, answerEveryMs, goOn, orderAll, type Seen } from './healthy-member.ts'

// Attacks an engine with its default quotas from another process, while a country reads its request and its bank
// answers orders.

/** The length of an attack, and the number of requests stored before it. */
export interface AttackOptions {
  readonly attackMs: number
  /** The number of requests that a search covers. */
  readonly requestsBefore: number
}

/** One process on one file, filled before it gets its quotas. */
async function startEmbedded({ requestsBefore }: AttackOptions): Promise<Attacked> {
  const filling = await startEngineProcess()
  await submitAll(filling, ['SG', 'system', 'before'], requestsBefore, 16)
  await orderAll(filling, 999_999, 1)
  await filling.kill('SIGTERM')
  const { dataDir, logFile } = filling
  const attacked = await createServiceProcess('standalone', { env: { HOLDFAST_DATA: dataDir }, logFile })
  await attacked.start()
  return {
    intakeUrl: attacked.url,
    deskUrl: attacked.url,
    answersUrl: attacked.url,
    dataDir,
    async stop() {
      await attacked.kill('SIGTERM')
      await filling.stop()
    },
  }
}

/** A process for each service. Here the quota of a member role is three times what one member may send at once. */
async function startCluster(): Promise<Attacked> {
  const shared = sharedServers()
  if (!shared) throw new Error('no real Kafka and Redis')
  const engine = await startClusterEngine({
    ...shared,
    env: { HOLDFAST_DISK_FREE_MB: '0' },
  })
  const requestsTopic = inNamespace(shared.namespace, topics.requests.name)
  return { ...engine, answersUrl: engine.services.dispatch.url, kafka: { brokers: shared.brokers, requestsTopic, streams: engine.streams } }
}

const attacksByHttp = [
  'streams opened and reset',
  'empty exports, lists and idle streams',
  'answers to orders that do not exist',
  'illegal commands',
  'requests of one member',
  'large bodies',
  'pipelined looks',
  'bodies without a token',
  'media types that backtrack',
  'lists of empty elements',
  'runs of CDATA',
  'reports of one cent',
  'chains and crowds of children',
] as const
/** The embedded engine reads no Kafka topic. */
export const attackByKafka = 'compressed batches without a token'
const attacksOnCluster = [...attacksByHttp, attackByKafka] as const
type AttackName = (typeof attacksOnCluster)[number] | 'no attack'

export const attackedBackends = [
  { backend: 'embedded', start: startEmbedded, isThere: true, attacks: attacksByHttp },
  { backend: 'Kafka and Redis', start: startCluster, isThere: sharedServers() !== undefined, attacks: attacksOnCluster },
]

/**
 * The measurements of a country and its bank, the counts of the attacker's answers and messages, and the number of dead
 * letters.
 */
export interface SeenUnderAttack extends Seen {
  readonly attacker: Readonly<Record<string, number>>
  readonly deadLetters: number
}

/**
 * Attacks an engine from another process while a member reads and its bank answers. Without an attacker it takes half
 * as long.
 */
export function createAttacks(engine: Attacked, { attackMs }: AttackOptions): (name: AttackName) => Promise<SeenUnderAttack> {
  let next = 1_000_000
  /** The most answers within an attack. */
  const ordersEach = Math.ceil(attackMs / answerEveryMs)

  async function attack(name: string, target: string): Promise<string> {
    const script = fileURLToPath(new URL('attacker.ts', import.meta.url))
    const { dataDir, intakeUrl, deskUrl, answersUrl, kafka } = engine
    const byKafka = kafka ? [kafka.brokers, kafka.requestsTopic, `${await kafka.streams.partitionCount(topics.requests.name)}`] : []
    const args = [script, dataDir, intakeUrl, deskUrl, answersUrl, name, target, `${attackMs}`, ...byKafka]
    const attacker = startProcess(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let out = ''
    attacker.stdout.on('data', chunk => {
      out += chunk
    })
    return new Promise((resolve, reject) =>
      attacker.on('exit', code => (code === 0 ? resolve(out.trim()) : reject(new Error(`the attacker ended with ${code}`)))),
    )
  }

  return async name => {
    // The last one is for the attacker: an officer can reject it, and then no bank's answer counts for it.
    const orders = await orderAll(engine, next, ordersEach + 1)
    next += ordersEach + 1
    const lettersBefore = await countDeadLetters(engine)
    const over =
      name === 'no attack'
        ? new Promise<string>(resolve => setTimeout(() => resolve('{}'), attackMs / 2))
        : attack(name, orders.at(-1)?.requestId ?? '')
    const [seen, answered] = await Promise.all([goOn(engine, orders.slice(0, ordersEach), over), over])
    const { looks, answers, receipts } = seen
    const counts = `${looks.length} looks, ${answers.length} answers and ${receipts.length} receipts by Kafka`
    const deadLetters = (await countDeadLetters(engine)) - lettersBefore
    console.log(`${name}: ${counts}; ${deadLetters} dead letters; answers to the attacker: ${answered.slice(0, 100)}`)
    return { ...seen, attacker: JSON.parse(answered) as Record<string, number>, deadLetters }
  }
}

/** Dead letters of a cluster, once its intake has read every request. */
async function countDeadLetters({ kafka }: Attacked): Promise<number> {
  if (!kafka) return 0
  const { streams } = kafka
  const { name } = topics.requests
  const isRead = async (): Promise<true | undefined> => {
    const sent = await countIn(streams, name)
    const read = [...(await streams.positions('intake', name)).values()].reduce((sum, offset) => sum + offset, 0)
    return read >= sent ? true : undefined
  }
  await eventually(isRead, 'intake has read every request', 120_000)
  return countIn(streams, topics.deadLetters.name)
}
