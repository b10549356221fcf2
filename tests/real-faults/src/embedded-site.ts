import { mkdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { receiveDeliveries } from '@holdfast/bank-simulator/receive-deliveries'
import { enter, type SetupPaths, secretOf } from '@holdfast/bank-simulator/set-up'
import { createClient, RefusedError } from '@holdfast/client'
import type { PaymentStopTypes } from '@holdfast/payment-stop/language'
import { configSchemaWithPort, createDrivers, silentLogger, systemClock } from '@holdfast/runtime'
import { createServiceProcess, type ServiceProcess } from '@holdfast/test-kit/service-process'
import {
  createEngineSignatureVerifier,
  createEngineSigner,
  developmentToken,
  ensureDevelopmentMembers,
  ensureEngineSecret,
} from '@holdfast/trust'
import { everythingIn, testSettings } from '../../src/engine.ts'
import { withPersonalData } from '../../src/with-personal-data.ts'
import { beneficiary, onward, requester } from './countries.ts'
import { type Disk, mountDisk } from './disk.ts'
import { readLying } from './lying.ts'
import { type OperatorCommand, startHoldfast } from './operator.ts'
import { processOf } from './process-of.ts'
import { type IdentityFile, keysFile, masterKeysFile, type Seeing, type Site, type SiteProcess, secretFile } from './site.ts'

export interface EmbeddedSite extends Site {
  readonly process: SiteProcess
  /** The disk, or why there is none. */
  readonly disk: Disk | string
  /** Another engine with the same settings on another folder, not started. */
  engineOn(dataDir: string): Promise<Pick<ServiceProcess, 'start' | 'kill'>>
  /** Runs an operator command for the engine in a folder. */
  holdfast(dataDir: string, ...words: readonly string[]): OperatorCommand
}

/** The whole engine as one process on one file, in a file system of its own where mounting is possible. */
export async function startEmbeddedSite(tree?: string): Promise<EmbeddedSite> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-real-'))
  const dataDir = join(folder, 'data')
  mkdirSync(dataDir, { mode: 0o700 })
  const disk = mountDisk(dataDir)
  const stopping = new AbortController()
  const ends: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })]
  if (typeof disk !== 'string') ends.push(async () => disk.unmount())
  ensureDevelopmentMembers(dataDir)
  const env = { ...testSettings, HOLDFAST_DATA: dataDir }
  const engine = await createServiceProcess('standalone', { env, logFile: join(folder, 'engine.log') })
  const standalone = processOf('standalone', engine, env => engine.start({ ...(tree ? { tree } : {}), ...(env ? { env } : {}) }))
  const end = async () => {
    await standalone.kill('SIGCONT')
    await standalone.kill('SIGTERM')
  }
  ends.push(end)
  const stop = async () => {
    stopping.abort()
    for (const each of ends.toReversed()) await each()
  }
  const place: SetupPaths = { directory: join(dataDir, 'directory.json'), secrets: join(dataDir, 'webhook-secrets') }

  const whyNotSigned = createEngineSignatureVerifier([createEngineSigner(ensureEngineSecret(dataDir)).key])
  let onOrder: Seeing['onOrder'] = () => undefined
  /** Before the engine starts: an order that precedes its bank's directory entry would be in its topic only. */
  async function openBanks(): Promise<void> {
    for (const country of [beneficiary, onward]) {
      const identity = { country, bic: undefined }
      const secret = secretOf(identity, place)
      const receiver = await receiveDeliveries({
        port: 0,
        secret,
        whyNotSigned: async order => whyNotSigned(order),
        onOrder: order => onOrder({ ...order, country }),
        onRefused: why => console.error(`a bank of ${country} refused ${why}`),
      })
      ends.push(() => receiver.stop())
      enter(identity, place, receiver.url, 'json')
    }
  }

  async function follow({ onFact }: Seeing): Promise<void> {
    const token = () => developmentToken(dataDir, { country: requester, role: 'officer', person: 'follower' })
    let lastEventId: string | undefined
    while (!stopping.signal.aborted) {
      try {
        const { signal } = stopping
        for await (const { id, fact } of createClient<PaymentStopTypes>({ url: engine.url, token }).watch({
          from: 'start',
          lastEventId,
          signal,
        })) {
          lastEventId = id || undefined
          onFact(fact)
        }
      } catch (error) {
        // A refusal by a moved clock, or a long outage, changes no position. Reading all facts from the start takes
        // minutes late in a campaign.
        if (error instanceof RefusedError && error.problem.code === 'POSITION_UNKNOWN') lastEventId = undefined
        await new Promise(resolve => setTimeout(resolve, 500))
      }
    }
  }

  try {
    await openBanks()
    await standalone.start()
  } catch (error) {
    await stop()
    throw error
  }
  return {
    engine: 'embedded',
    dataDir,
    scratchDir: folder,
    process: standalone,
    processes: [standalone],
    identity: ([secretFile, masterKeysFile, keysFile] as const).map(
      (name): IdentityFile => ({ name, path: join(dataDir, name), setting: undefined, isReadBy: () => true }),
    ),
    disk,
    async engineOn(at) {
      const other = await createServiceProcess('standalone', {
        env: { ...testSettings, HOLDFAST_DATA: at },
        logFile: join(folder, 'other-engine.log'),
      })
      return { kill: signal => other.kill(signal), start: () => other.start(tree ? { tree } : {}) }
    },
    holdfast: (at, ...words) => startHoldfast({ ...testSettings, HOLDFAST_DATA: at }, words, tree),
    endpoints: { intake: [engine.url], answers: [engine.url], desk: [engine.url] },
    publish: undefined,
    async see(seeing) {
      onOrder = seeing.onOrder
      void follow(seeing)
    },
    isChangingHands: () => false,
    async lying() {
      stopping.abort()
      await end()
      const config = configSchemaWithPort(0).parse({ ...testSettings, HOLDFAST_DATA: dataDir })
      const drivers = await createDrivers(config, 'standalone', systemClock, silentLogger)
      try {
        const lying = await readLying(async topic => {
          await drivers.streams.ensureTopics([topic])
          return everythingIn(drivers.streams, topic)
        })
        return { ...lying, ledger: await withPersonalData(lying.ledger, { dataDir, env }) }
      } finally {
        await drivers.close()
      }
    },
    stop,
  }
}
