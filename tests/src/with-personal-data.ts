import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { configSchemaWithPort, openKeyStore, silentLogger } from '@holdfast/runtime'
import type { Fact, TopicSpec } from '@holdfast/schemas'
import { createKeyRing, createPersonalDataCipher, type EventWithData, type KeyStore, type PersonalDataCipher } from '@holdfast/sealing'
import { masterKeysFileName, readMasterKeys } from '@holdfast/sealing/master-keys'
import { engineSecretFileName, readEngineSecret } from '@holdfast/trust'
import type { EmbeddedEngine } from './embedded-engine.ts'
import { eventsIn } from './engine.ts'

/** Where an engine keeps what opens its words: its folder, and the settings by which it finds its keys. Where it keeps them in a file, it has to be ended. */
export interface KeysOfEngine {
  readonly dataDir: string
  readonly env: Readonly<Record<string, string>>
}

export interface OpenPersonalData {
  readonly words: Pick<PersonalDataCipher, 'openedWithNames'>
  close(): Promise<void>
}

/** A busy machine may take longer to connect than a service waits for its store. */
const reachedWithinMs = 30_000
const retryMs = 200

/** Throws what the last attempt has thrown. */
async function untilAnswered(ping: () => Promise<void>, withinMs: number): Promise<void> {
  for (const untilMs = Date.now() + withinMs; ; await setTimeout(retryMs)) {
    try {
      return await ping()
    } catch (error) {
      if (Date.now() > untilMs) throw error
    }
  }
}

/** As who may read the words of persons has them. */
export async function openPersonalData({ dataDir, env }: KeysOfEngine): Promise<OpenPersonalData> {
  const config = configSchemaWithPort(0).parse({ ...env, HOLDFAST_DATA: dataDir })
  const { store, ping, close } = await openKeyStore(config, silentLogger)
  await untilAnswered(ping, reachedWithinMs)
  return openedBy(store, dataDir, config.HOLDFAST_MASTER_KEYS_FILE, close)
}

/** Of an engine that runs in this process. */
export async function wordsOf({ dataDir, drivers }: Pick<EmbeddedEngine, 'dataDir' | 'drivers'>): Promise<OpenPersonalData> {
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
    words: createPersonalDataCipher({ ring, secret: readEngineSecret(join(dataDir, engineSecretFileName)) }),
    async close() {
      ring.close()
      await close()
    },
  }
}

/** What lies in a topic of an engine in this process, with the words of persons and the names of who acts in their places. */
export async function eventsWithWords<T extends EventWithData>(
  engine: EmbeddedEngine,
  topic: Pick<TopicSpec, 'name'>,
): Promise<readonly T[]> {
  const { words, close } = await wordsOf(engine)
  const events = await words.openedWithNames(await eventsIn<T>(engine.streams, topic))
  await close()
  return events
}

const isSealed = ({ value }: { readonly value: string }): boolean => value.includes('"sealed":{') || value.includes('"actorbox":"')

/** Records of a ledger with the words of persons and the names of who acts in their places, where that seals them. */
export async function withPersonalData<L extends { readonly value: string }>(
  lines: readonly L[],
  keys: KeysOfEngine,
): Promise<readonly L[]> {
  const sealed = lines.filter(isSealed)
  if (sealed.length === 0) return lines
  const { words, close } = await openPersonalData(keys)
  try {
    const events = await words.openedWithNames(sealed.map(({ value }) => JSON.parse(value) as Fact))
    const opened = new Map(sealed.map((line, index) => [line, JSON.stringify(events[index])]))
    return lines.map(line => ({ ...line, value: opened.get(line) ?? line.value }))
  } finally {
    await close()
  }
}
