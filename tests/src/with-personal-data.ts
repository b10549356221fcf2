import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { createKeyRing, createPersonalDataCipher, type EventWithData, type KeyStore, type PersonalDataCipher } from '@holdfast/encryption'
import { masterKeysFileName, readMasterKeys } from '@holdfast/encryption/master-keys'
import { paymentStop } from '@holdfast/payment-stop'
import type { Fact } from '@holdfast/payment-stop/language'
import { configSchemaWithPort, openKeyStore, silentLogger } from '@holdfast/runtime'
import type { TopicSpec } from '@holdfast/schemas'
import { engineSecretFileName, readEngineSecret } from '@holdfast/trust'
import type { EmbeddedEngine } from './embedded-engine.ts'
import { eventsIn } from './engine.ts'

/**
 * The folder of an engine, and the settings that locate its keys. An engine that stores keys in a file must be stopped.
 */
export interface KeysOfEngine {
  readonly dataDir: string
  readonly env: Readonly<Record<string, string>>
}

export interface OpenPersonalData {
  readonly cipher: Pick<PersonalDataCipher, 'decryptWithNames'>
  close(): Promise<void>
}

/** On a loaded machine connecting can take longer than a service waits for its store. */
const reachedWithinMs = 30_000
const retryMs = 200

/** Throws the error of the last attempt. */
async function untilAnswered(ping: () => Promise<void>, withinMs: number): Promise<void> {
  for (const untilMs = Date.now() + withinMs; ; await setTimeout(retryMs)) {
    try {
      return await ping()
    } catch (error) {
      if (Date.now() > untilMs) throw error
    }
  }
}

/** The records as a principal with access to personal data reads them. */
export async function openPersonalData({ dataDir, env }: KeysOfEngine): Promise<OpenPersonalData> {
  const config = configSchemaWithPort(0).parse({ ...env, HOLDFAST_DATA: dataDir })
  const { store, ping, close } = await openKeyStore(config, silentLogger)
  await untilAnswered(ping, reachedWithinMs)
  return openedBy(store, dataDir, config.HOLDFAST_MASTER_KEYS_FILE, close)
}

/** Opens the personal data of an engine in this process. */
export async function personalDataOf({ dataDir, drivers }: Pick<EmbeddedEngine, 'dataDir' | 'drivers'>): Promise<OpenPersonalData> {
  const { store } = await drivers.keyStore()
  return openedBy(store, dataDir)
}

function openedBy(
  store: KeyStore,
  dataDir: string,
  masterKeysFile = join(dataDir, masterKeysFileName),
  close = async () => {},
): OpenPersonalData {
  const ring = createKeyRing({ store, masterKeys: readMasterKeys(masterKeysFile), clock: () => new Date() })
  return {
    cipher: createPersonalDataCipher({
      personalData: paymentStop.personalData,
      ring,
      secret: readEngineSecret(join(dataDir, engineSecretFileName)),
    }),
    async close() {
      ring.close()
      await close()
    },
  }
}

/** The records of a topic of an engine in this process, with personal data and actors in plaintext. */
export async function decryptedEvents<T extends EventWithData>(
  engine: EmbeddedEngine,
  topic: Pick<TopicSpec, 'name'>,
): Promise<readonly T[]> {
  const { cipher, close } = await personalDataOf(engine)
  const events = await cipher.decryptWithNames(await eventsIn<T>(engine.streams, topic))
  await close()
  return events
}

const hasEncryptedFields = ({ value }: { readonly value: string }): boolean =>
  value.includes('"encrypted":{') || value.includes('"encryptedactor":"')

/** Records of a ledger with personal data and actors in plaintext, where they are encrypted. */
export async function withPersonalData<L extends { readonly value: string }>(
  lines: readonly L[],
  keys: KeysOfEngine,
): Promise<readonly L[]> {
  const encryptedLines = lines.filter(hasEncryptedFields)
  if (encryptedLines.length === 0) return lines
  const { cipher, close } = await openPersonalData(keys)
  try {
    const events = await cipher.decryptWithNames(encryptedLines.map(({ value }) => JSON.parse(value) as Fact))
    const opened = new Map(encryptedLines.map((line, index) => [line, JSON.stringify(events[index])]))
    return lines.map(line => ({ ...line, value: opened.get(line) ?? line.value }))
  } finally {
    await close()
  }
}
