import { spawnSync } from 'node:child_process'
import { mkdirSync, statfsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { receiveDeliveries } from '@holdfast/bank/receive-deliveries'
import { enter, type Place, secretOf } from '@holdfast/bank/set-up'
import { createClient, RefusedError } from '@holdfast/client'
import { configSchemaWithPort, createDrivers, silentLogger, systemClock } from '@holdfast/service-kit'
import {
  createEngineSignatureVerifier,
  createEngineSigner,
  developmentToken,
  ensureDevelopmentMembers,
  ensureEngineSecret,
} from '@holdfast/trust'
import { freePort } from '../../src/cluster-engine.ts'
import { everythingIn, testSettings } from '../../src/engine.ts'
import { createServiceProcess } from '../../src/service-process.ts'
import { withWords } from '../../src/with-words.ts'
import { beneficiary, onward, requester } from './countries.ts'
import { readLying } from './lying.ts'
import { processOf } from './process-of.ts'
import type { Seeing, Site, SiteProcess } from './site.ts'

/** A file system of its own, whose room can be taken. */
export interface Disk {
  /** Leaves room for so many bytes more. */
  fill(leftBytes: number): void
  empty(): void
}

export interface EmbeddedSite extends Site {
  readonly process: SiteProcess
  /** Or why there is none. */
  readonly disk: Disk | string
}

/** Room for the data of half an hour; of a file system in memory only what is used is taken. */
const diskBytes = 4_000_000_000

/** The whole engine as one process on one file, in a file system of its own where that may be made. */
export async function startEmbeddedSite(isSealed: boolean, tree?: string): Promise<EmbeddedSite> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-real-'))
  const dataDir = join(folder, 'data')
  mkdirSync(dataDir, { mode: 0o700 })
  const disk = mountDisk(dataDir)
  const stopping = new AbortController()
  const ends: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })]
  if (typeof disk !== 'string') {
    // The engine may still be ending when this process exits.
    const unmount = () => void spawnSync('umount', ['-l', dataDir])
    // A run that ends early must not leave it behind.
    process.once('exit', unmount)
    ends.push(async () => {
      process.off('exit', unmount)
      unmount()
    })
  }
  ensureDevelopmentMembers(dataDir)
  const port = await freePort()
  const env = { ...testSettings, HOLDFAST_DATA: dataDir, HOLDFAST_WORDS: isSealed ? 'sealed' : 'clear' }
  const engine = createServiceProcess('standalone', port, env, join(folder, 'engine.log'))
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
  const place: Place = { directory: join(dataDir, 'directory.json'), secrets: join(dataDir, 'webhook-secrets') }

  const whyNotSigned = createEngineSignatureVerifier([createEngineSigner(ensureEngineSecret(dataDir)).key])
  let onOrder: Seeing['onOrder'] = () => undefined
  /** Before the engine starts: an order that comes before its bank is in the directory lies in its topic alone. */
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
        for await (const { id, fact } of createClient({ url: engine.url, token }).watch({ from: 'start', lastEventId, signal })) {
          lastEventId = id || undefined
          onFact(fact)
        }
      } catch (error) {
        // A refusal by a moved clock, or an engine that is away for long, changes no position. All facts from the start take minutes late in a campaign.
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
    disk,
    doors: { intake: [engine.url], answers: [engine.url], desk: [engine.url] },
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
        return { ...lying, ledger: await withWords(lying.ledger, { dataDir, env }) }
      } finally {
        await drivers.close()
      }
    },
    stop,
  }
}

function mountDisk(folder: string): Disk | string {
  const mount = (...options: string[]) => spawnSync('mount', ['-t', 'tmpfs', '-o', options.join(), 'tmpfs', folder], { encoding: 'utf8' })
  const mounted = mount(`size=${diskBytes}`, 'mode=0700')
  if (mounted.status !== 0) return (mounted.stderr || `${mounted.error?.message}`).trim()
  const resize = (bytes: number): string | undefined => {
    const { status, stderr } = mount('remount', `size=${bytes}`)
    return status === 0 ? undefined : `the room of ${folder} can't be changed: ${stderr}`
  }
  const enlarge = (bytes: number) => {
    const why = resize(bytes)
    if (why !== undefined) throw new Error(why)
  }
  return {
    fill(leftBytes) {
      let why: string | undefined = ''
      // What is written meanwhile may be more than there would be room for.
      for (let times = 0; times < 50 && why !== undefined; times++) {
        const { bsize, blocks, bfree } = statfsSync(folder)
        why = resize((blocks - bfree) * bsize + leftBytes)
      }
      if (why !== undefined) throw new Error(why)
    },
    empty: () => enlarge(diskBytes),
  }
}
