import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { topicOfLedger, topics } from '@holdfast/schemas'
import { isPassing, type Streams } from '@holdfast/streams'
import { engineSecretFileName } from '@holdfast/trust'
import { Failure, type Terminal } from '../terminal.ts'

interface Options {
  /** How many partitions a ledger gets that is not there yet; where this is left out there has to be one. */
  readonly partitions?: number
}

export interface EngineStreams {
  readonly streams: Streams
  /** The ledger in use, as the record of partitions names it. */
  readonly recordedAs: string
  /** Where the secret of an embedded engine has to be and is not; undefined where it is there, or named. */
  readonly missingSecret: string | undefined
}

/**
 * Does something with the streams that the engine itself stands on, as the environment of its services names them: Kafka, or the file in HOLDFAST_DATA, which an engine that runs keeps
 * to itself. Throws Failure when they can't be had.
 */
export async function withEngineStreams<T>(
  terminal: Terminal,
  work: (engine: EngineStreams) => Promise<T>,
  { partitions }: Options = {},
): Promise<T> {
  // What services stand on takes a while to load, and no other command needs it.
  const { baseConfigSchema, createDrivers, readConfig, silentLogger, systemClock } = await import('@holdfast/runtime')
  const config = readConfig(baseConfigSchema, terminal.settings.environment, { readsWords: false })
  if (!config.ok) throw new Failure(config.error)
  const { HOLDFAST_KAFKA_BROKERS: brokers, HOLDFAST_DATA: folder } = config.value
  if (!brokers && partitions === undefined && !existsSync(join(folder, 'holdfast.sqlite')))
    throw new Failure(`${folder} holds no engine (HOLDFAST_DATA)`)
  const wanted = partitions === undefined ? config.value : { ...config.value, HOLDFAST_PARTITIONS: partitions }
  let drivers: Awaited<ReturnType<typeof createDrivers>>
  try {
    drivers = await createDrivers(wanted, 'cli', systemClock, silentLogger)
  } catch (error) {
    const { message } = error as Error
    // On Kafka it is a certificate or a password that can't be used.
    throw new Failure(brokers ? message : `${message}: stop the engine first, or name a copy of its folder in HOLDFAST_DATA`)
  }
  try {
    const secretPath = join(folder, engineSecretFileName)
    return await work({
      streams: drivers.streams,
      recordedAs: topicOfLedger(ledgerName, config.value.HOLDFAST_LEDGER_NUMBER),
      missingSecret: config.value.HOLDFAST_SECRET_FILE === undefined && !existsSync(secretPath) ? secretPath : undefined,
    })
  } catch (error) {
    if (isPassing(error)) throw new Failure(`${drivers.streams.description}: ${(error as Error).message}`)
    throw error
  } finally {
    await drivers.close()
  }
}

export const ledgerName = topics.ledger.name
