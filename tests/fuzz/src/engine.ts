import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '@holdfast/runtime'
import { decodeUtf8, topics } from '@holdfast/schemas'
import type { ServiceContext, ServiceDefinition } from '@holdfast/service-kit'
import { createStandalone } from '@holdfast/standalone'
import type { StreamRecord, Streams } from '@holdfast/streams'
import { startInProcess } from '@holdfast/test-kit/in-process-engine'
import { type Engine, testSettings } from '../../src/engine.ts'
import { type Plant, plantInto, plantIntoRecords, plantIntoWork } from './plants.ts'

/** The whole engine in this process, as its services run it, with its doors at hand. */
export interface FuzzedEngine extends Engine {
  /** The server itself: it is asked without a socket, through the same hooks. */
  readonly http: ServiceContext['http']
}

/** By this header a record says that its bytes were no text. Only the Kafka driver says so of records; here it is put in between. */
const damageHeader = 'doors-damage'

/** The value and headers of a record whose bytes are these, as the Kafka driver reads them: what is no text as well as it can be, and why it is none. */
export function readAsKafkaDoes(bytes: Buffer, headers: Readonly<Record<string, string>>) {
  const text = decodeUtf8(bytes)
  if (text.ok) return { value: text.value, headers }
  return { value: bytes.toString('utf8'), headers: { ...headers, [damageHeader]: 'the value is not UTF-8' } }
}

function damagedAsSaid({ ...record }: StreamRecord): StreamRecord {
  const { [damageHeader]: damage, ...headers } = record.headers
  return damage === undefined ? record : { ...record, headers, damage }
}

const isOfDoor = (topic: string): boolean => topic === topics.requests.name || topic === topics.answers.name

const withDamage = (streams: Streams, planted: ReadonlySet<Plant>): Streams => ({
  ...streams,
  stage: options =>
    streams.stage({
      ...options,
      async open(assignment, committed) {
        const worker = await options.open(assignment, committed)
        if (!isOfDoor(assignment.topic)) return worker
        const onBatch = plantIntoWork(planted, records => worker.onBatch(records))
        return { ...worker, onBatch: records => onBatch(plantIntoRecords(planted, records.map(damagedAsSaid))) }
      },
    }),
})

export interface EngineOptions {
  /** Given every line of the log, as JSON. */
  readonly onLog: (line: string) => void
  /** What nobody but a test wants. */
  readonly planted: ReadonlySet<Plant>
  /** What no answer may show, for a plant to show. */
  readonly secret: string
}

export async function startFuzzedEngine({ onLog, planted, secret }: EngineOptions): Promise<FuzzedEngine> {
  const page = await mkdtemp(join(tmpdir(), 'holdfast-page-'))
  await mkdir(join(page, 'assets'))
  await writeFile(join(page, 'index.html'), '<!doctype html><title>The desk</title>')
  const standalone = createStandalone({ desk: { page } })
  let http: ServiceContext['http'] | undefined
  const definition: ServiceDefinition = {
    ...standalone,
    async start(context, stack) {
      http = context.http
      plantInto(planted, context, secret)
      return standalone.start({ ...context, streams: withDamage(context.streams, planted) }, stack)
    },
  }
  const engine = await startInProcess(definition, {
    log: createLog('standalone', 'trace', { write: onLog }),
    env: { ...testSettings, HOLDFAST_PARTITIONS: '1' },
  })
  if (!http) throw new Error('the engine has no doors')
  return {
    ...engine,
    http,
    async stop() {
      await engine.stop()
      await rm(page, { recursive: true, force: true })
    },
  }
}
