import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sharedServers } from '@holdfast/test-kit/shared-servers'
import { startProcess } from '@holdfast/test-kit/start-process'
import { freePort, startClusterEngine } from '../../src/cluster-engine.ts'
import { type Engine, testSettings } from '../../src/engine.ts'
import { submitAll } from '../../src/load.ts'
import { createServiceProcess } from '../../src/service-process.ts'
import { type Attacked, goOn, orderAll, type Seen } from './healthy-member.ts'

// An engine as an operator starts it, with its quotas, is attacked from another process. Meanwhile a country looks at its request and its bank answers orders.

/** How long an attack lasts, and how much is stored before it. */
export interface AttackOptions {
  readonly attackMs: number
  /** Requests that a look searches in. */
  readonly requestsBefore: number
}

const ordersEach = 12

/** One process on one file, filled before it gets its quotas. */
async function startEmbedded({ requestsBefore }: AttackOptions): Promise<Attacked> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-attacked-'))
  const dataDir = join(folder, 'data')
  await mkdir(dataDir)
  const start = async (env: Record<string, string>): Promise<Attacked> => {
    const service = createServiceProcess('standalone', await freePort(), { HOLDFAST_DATA: dataDir, ...env }, join(folder, 'engine.log'))
    await service.start()
    const { url } = service
    const stop = () => service.kill('SIGTERM')
    return { intakeUrl: url, deskUrl: url, answersUrl: url, streams: {} as Engine['streams'], dataDir, stop }
  }
  const filling = await start({ ...testSettings, HOLDFAST_WORDS: 'sealed' })
  await submitAll(filling, ['SG', 'system', 'before'], requestsBefore, 16)
  await orderAll(filling, 999_999, 1)
  await filling.stop()
  const attacked = await start({})
  return {
    ...attacked,
    async stop() {
      await attacked.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A process for each service. One member may send its own at once here: the share of a side is three times as much at once. */
async function startCluster(): Promise<Attacked> {
  const shared = sharedServers()
  if (!shared) throw new Error('no real Kafka and Redis')
  const engine = await startClusterEngine({
    ...shared,
    env: { HOLDFAST_DISK_FREE_MB: '0' },
    isSealed: true,
  })
  return { ...engine, answersUrl: engine.services.dispatch.url }
}

export const attackedBackends = [
  { backend: 'embedded', start: startEmbedded, isThere: true },
  { backend: 'Kafka and Redis', start: startCluster, isThere: sharedServers() !== undefined },
]

export const attacks = [
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
type AttackName = (typeof attacks)[number] | 'nobody'

/** Attacks an engine from a process of its own while a member looks and its bank answers. Without an attacker it takes half as long. Returns what those two saw. */
export function createAttacks(engine: Attacked, { attackMs }: AttackOptions): (name: AttackName) => Promise<Seen> {
  let next = 1_000_000

  function attack(name: string, target: string): Promise<string> {
    const script = fileURLToPath(new URL('attacker.ts', import.meta.url))
    const { dataDir, intakeUrl, deskUrl, answersUrl } = engine
    const attacker = startProcess(process.execPath, [script, dataDir, intakeUrl, deskUrl, answersUrl, name, target, `${attackMs}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let out = ''
    attacker.stdout.on('data', chunk => {
      out += chunk
    })
    return new Promise((resolve, reject) =>
      attacker.on('exit', code => (code === 0 ? resolve(out.trim()) : reject(new Error(`the attacker ended with ${code}`)))),
    )
  }

  return async name => {
    // The last of them is for the attacker: an officer may reject it, and then no bank's answer counts for it.
    const orders = await orderAll(engine, next, ordersEach + 1)
    next += ordersEach + 1
    const over =
      name === 'nobody'
        ? new Promise<string>(resolve => setTimeout(() => resolve('{}'), attackMs / 2))
        : attack(name, orders.at(-1)?.requestId ?? '')
    const [seen, answered] = await Promise.all([goOn(engine, orders.slice(0, ordersEach), over), over])
    console.log(`${name}: ${seen.looks.length} looks and ${seen.answers.length} answers; the attacker was told ${answered.slice(0, 60)}`)
    return seen
  }
}
