import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { mayWrite } from '@holdfast/access/backends'
import type { BaseConfig, Clock, Logger } from '@holdfast/runtime'
import { openPartitionRecord, StartRefusedError, unfinishedRestoreText } from '@holdfast/runtime'
import { topicOfLedger, topics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import { digestWith, type EngineSecret, engineSecretFileName, ensureEngineSecret, readEngineSecret } from '@holdfast/trust'

export interface SecretOptions {
  readonly config: BaseConfig
  /** The name of the service that starts. */
  readonly name: string
  readonly streams: Streams
  /** The file of the ledger; undefined on Kafka. */
  readonly file: string | undefined
  readonly clock: Clock
  readonly log: Logger
}

export interface SecretOfEngine {
  readonly secret: EngineSecret
  /** The identity of the engine, the same for every service: derived from the secret without revealing it. */
  readonly engine: string
}

export const whereToRead = '(docs/operate/runbooks.md, "A service does not start")'
const why = 'With another secret, a request that is sent again would become a second request with a second freeze order.'

/**
 * Returns the secret of the engine, which must be the one that the ledger was created with. An embedded engine creates
 * it only for a new ledger. A ledger without an identity, from an older version, gets it. Throws StartRefusedError and
 * EngineSecretError.
 */
export async function secretOfEngine({ config, name, streams, file, clock, log }: SecretOptions): Promise<SecretOfEngine> {
  const { HOLDFAST_SECRET_FILE: named, HOLDFAST_DATA: folder } = config
  const path = named ?? join(folder, engineSecretFileName)
  const record = await openPartitionRecord(streams, clock)
  // A partial ledger has no identity yet, and its restore must be finished first.
  const ledger = topicOfLedger(topics.ledger.name, config.HOLDFAST_LEDGER_NUMBER)
  const unfinished = record.unfinishedRestore(ledger)
  if (unfinished) throw new StartRefusedError(unfinishedRestoreText(ledger, unfinished))
  const known = record.engine()
  const isNextToLedger = file !== undefined && resolve(file) === resolve(folder, 'holdfast.sqlite')
  if (named === undefined && isNextToLedger && !existsSync(path) && (known !== undefined || (await hasHistory(streams))))
    throw new StartRefusedError(
      `${path} is missing, but the ledger next to it was written with it. ${why} Put the copy of this file back and start again ${whereToRead}`,
    )
  const secret = named === undefined ? ensureEngineSecret(folder) : readEngineSecret(named)
  const engine = digestWith(secret.keyFor('engine identity'), 'engine')
  if (known !== undefined && known !== engine)
    throw new StartRefusedError(
      `${path} is not the secret that this ledger was written with. ${why} Put back the secret that belongs to the ledger, or the ledger that belongs to the secret ${whereToRead}`,
    )
  if (known === undefined && file !== undefined) await record.add({ topic: topics.ledger.name, engine })
  if (known === undefined && file === undefined && mayRecord(name))
    await record
      .add({ topic: topics.ledger.name, engine })
      .catch(error => log.warn({ err: error }, 'The identity of the engine cannot be recorded. Run "npm run infra:access" of this version'))
  return { secret, engine }
}

/** Whether the ledger or its commands have any record. */
export async function hasHistory(streams: Pick<Streams, 'partitionCount' | 'endOffset'>): Promise<boolean> {
  for (const { name } of [topics.ledger, topics.commands]) {
    const partitions = await streams.partitionCount(name).catch(() => 0)
    for (let partition = 0; partition < partitions; partition++) if ((await streams.endOffset(name, partition)) > 0) return true
  }
  return false
}

const mayRecord = (service: string): boolean => mayWrite(service, topics.partitions.name)
