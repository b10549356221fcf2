import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { topicOfLedger } from '@holdfast/schemas'
import { isTransient, type Streams } from '@holdfast/streams'
import { engineSecretFileName } from '@holdfast/trust'
import { Failure, type Terminal } from '../terminal.ts'

interface Options {
  /** The number of partitions of a new ledger; without it, the ledger must exist. */
  readonly partitions?: number
}

export interface EngineStreams {
  readonly streams: Streams
  /** The name of the ledger in use of a workflow, as the record of partitions has it. */
  readonly recordedAs: (ledger: string) => string
  /** The number of the ledgers in use. */
  readonly ledgerNumber: number
  /**
   * The path at which the secret of an embedded engine is missing; undefined if it is there or named in the settings.
   */
  readonly missingSecret: string | undefined
}

/**
 * Opens the streams that the services' settings name: Kafka, or the file in HOLDFAST_DATA, which a running engine
 * locks. Throws Failure if they cannot be opened.
 */
export async function withEngineStreams<T>(
  terminal: Terminal,
  work: (engine: EngineStreams) => Promise<T>,
  { partitions }: Options = {},
): Promise<T> {
  // These modules take a while to load, and no other command needs them.
  const { baseConfigSchema, createDrivers, readConfig, silentLogger, systemClock } = await import('@holdfast/runtime')
  const config = readConfig(baseConfigSchema, terminal.settings.environment, { readsPersonalData: false })
  if (!config.ok) throw new Failure(config.error)
  const { HOLDFAST_KAFKA_BROKERS: brokers, HOLDFAST_DATA: folder } = config.value
  if (!brokers && partitions === undefined && !existsSync(join(folder, 'holdfast.sqlite')))
    throw new Failure(`${folder} has no engine (HOLDFAST_DATA)`)
  const wanted = partitions === undefined ? config.value : { ...config.value, HOLDFAST_PARTITIONS: partitions }
  let drivers: Awaited<ReturnType<typeof createDrivers>>
  try {
    drivers = await createDrivers(wanted, 'cli', systemClock, silentLogger)
  } catch (error) {
    const { message } = error as Error
    // With Kafka, the cause is a certificate or a password that cannot be used.
    throw new Failure(brokers ? message : `${message}: stop the engine first, or name a snapshot of its folder in HOLDFAST_DATA`)
  }
  try {
    const secretPath = join(folder, engineSecretFileName)
    return await work({
      streams: drivers.streams,
      ledgerNumber: config.value.HOLDFAST_LEDGER_NUMBER,
      recordedAs: ledger => topicOfLedger(ledger, config.value.HOLDFAST_LEDGER_NUMBER),
      missingSecret: config.value.HOLDFAST_SECRET_FILE === undefined && !existsSync(secretPath) ? secretPath : undefined,
    })
  } catch (error) {
    if (isTransient(error)) throw new Failure(`${drivers.streams.description}: ${(error as Error).message}`)
    throw error
  } finally {
    await drivers.close()
  }
}
