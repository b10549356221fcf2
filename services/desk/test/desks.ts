import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Client, createClient } from '@holdfast/client'
import { masterKeysFileName } from '@holdfast/encryption/master-keys'
import type { LedgerRecord, PaymentStopTypes } from '@holdfast/payment-stop/language'
import { configSchemaWithPort, type Drivers, type Logger, silentLogger, systemClock } from '@holdfast/runtime'
import { type MemberRole, topics } from '@holdfast/schemas'
import { type ServiceDefinition, startService } from '@holdfast/service-kit'
import { openDrivers } from '@holdfast/test-kit/open-drivers'
import { developmentToken, engineSecretFileName } from '@holdfast/trust'
import { vi } from 'vitest'
import { createDesk } from '../src/app.ts'
import { paymentStopDesk } from '../src/payment-stops/payment-stop-desk.ts'
import type { History } from './histories.ts'

export interface StartedDesk {
  readonly url: string
  /** A client of an officer, or of the given role and person. */
  as(country: string, role?: MemberRole, person?: string): Client<PaymentStopTypes>
  /** A new token each time, so that nothing about it is cached. */
  token(country: string, ttlSeconds?: number): Promise<string>
  /** The settings of an engine with the same members and secret, such as one restored from a backup. */
  readonly keys: Readonly<Record<string, string>>
  /** The folder of its projection. */
  readonly viewDir: string
  stop(): Promise<void>
}

export interface DeskOptions {
  readonly definition?: ServiceDefinition
  readonly settings?: Readonly<Record<string, string>>
  readonly log?: Logger
}

export interface Desks {
  readonly streams: Drivers['streams']
  /** The store of the data keys. */
  readonly keyStore: Drivers['keyStore']
  /** The folder of all data. */
  readonly dataDir: string
  /** Starts another desk of the engine on the same ledger, with its own projection. */
  start(name: string, options?: DeskOptions): Promise<StartedDesk>
  write(...entries: LedgerRecord[]): Promise<void>
  /** Waits until a desk shows all of a history. */
  sees(desk: StartedDesk, history: History): Promise<void>
  close(): Promise<void>
}

/**
 * A ledger without its writer, and desks that read it. The first desk creates the keys and the secret of the engine.
 */
export async function openDesks(partitions: number): Promise<Desks> {
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-desk-'))
  const env = { HOLDFAST_PARTITIONS: `${partitions}` }
  const { drivers, close } = await openDrivers('desk', { folder: join(dataDir, 'streams'), env })
  const closings: Array<() => Promise<void>> = [close]
  let firstDir: string | undefined
  return {
    streams: drivers.streams,
    keyStore: drivers.keyStore,
    dataDir,
    async start(name, { definition = createDesk([paymentStopDesk]), settings = {}, log = silentLogger } = {}) {
      const viewDir = join(dataDir, name)
      const isFirst = firstDir === undefined
      firstDir ??= settings.HOLDFAST_MEMBERS ? dirname(settings.HOLDFAST_MEMBERS) : viewDir
      const keysDir = firstDir
      const keys = {
        HOLDFAST_MEMBERS: join(keysDir, 'members.json'),
        HOLDFAST_SECRET_FILE: join(keysDir, engineSecretFileName),
        HOLDFAST_MASTER_KEYS_FILE: join(keysDir, masterKeysFileName),
      }
      const deskConfig = configSchemaWithPort(0).parse({
        HOLDFAST_REQUESTS_PER_SECOND: '1000000',
        HOLDFAST_DATA: viewDir,
        ...(isFirst ? {} : keys),
        ...settings,
      })
      const service = await startService(definition, deskConfig, { clock: systemClock, log, drivers })
      let isStopped = false
      const stop = async () => {
        if (!isStopped) await service.stop()
        isStopped = true
      }
      closings.unshift(stop)
      const token = (country: string, ttlSeconds = 3600) => developmentToken(keysDir, { country, role: 'officer', person: 'p', ttlSeconds })
      return {
        url: service.url,
        token,
        keys,
        viewDir,
        stop,
        as: (country, role = 'officer', person = 'p') =>
          createClient<PaymentStopTypes>({ url: service.url, token: () => developmentToken(keysDir, { country, role, person }) }),
      }
    },
    async write(...entries) {
      await drivers.streams.publish(
        topics.ledger.name,
        entries.map(entry => ({ key: entry.subject, value: JSON.stringify(entry) })),
      )
    },
    sees: ({ as }, { requestId, document, entries }) =>
      vi.waitFor(async () => {
        const shown = await as(document.requestingCountry).show(requestId)
        if (!shown.ok || shown.value.request.sequence + shown.value.refusals.length !== entries.length)
          throw new Error(`${requestId} is not seen yet`)
      }, 10_000),
    async close() {
      for (const each of closings) await each()
      await rm(dataDir, { recursive: true })
    },
  }
}

export function unwrap<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value
}
