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

/** The whole engine in this process, with its endpoints. */
export interface FuzzedEngine extends Engine {
  /** The server itself: inputs reach it without a socket, through the same hooks. */
  readonly http: ServiceContext['http']
}

/** This header marks a record whose bytes were no text. The Kafka driver sets it; here the fuzzer does. */
const damageHeader = 'fuzz-damage'

/**
 * Value and headers of a record with these bytes, as the Kafka driver reads them: invalid text is repaired and marked.
 */
export function readAsKafkaDoes(bytes: Buffer, headers: Readonly<Record<string, string>>) {
  const text = decodeUtf8(bytes)
  if (text.ok) return { value: text.value, headers }
  return { value: bytes.toString('utf8'), headers: { ...headers, [damageHeader]: 'the value is not UTF-8' } }
}

function damagedAsSaid({ ...record }: StreamRecord): StreamRecord {
  const { [damageHeader]: damage, ...headers } = record.headers
  return damage === undefined ? record : { ...record, headers, damage }
}

const isOfEndpoint = (topic: string): boolean => topic === topics.requests.name || topic === topics.answers.name

const withDamage = (streams: Streams, planted: ReadonlySet<Plant>): Streams => ({
  ...streams,
  stage: options =>
    streams.stage({
      ...options,
      async open(assignment, committed) {
        const worker = await options.open(assignment, committed)
        if (!isOfEndpoint(assignment.topic)) return worker
        const onBatch = plantIntoWork(planted, records => worker.onBatch(records))
        return { ...worker, onBatch: records => onBatch(plantIntoRecords(planted, records.map(damagedAsSaid))) }
      },
    }),
})

export interface EngineOptions {
  /** Receives every log line, as JSON. */
  readonly onLog: (line: string) => void
  /** For planted faults only. */
  readonly planted: ReadonlySet<Plant>
  /** A text that no answer may reveal, for a planted fault to reveal. */
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
  if (!http) throw new Error('the engine has no endpoints')
  return {
    ...engine,
    http,
    async stop() {
      await engine.stop()
      await rm(page, { recursive: true, force: true })
    },
  }
}
