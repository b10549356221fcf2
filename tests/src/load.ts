import { spawnSync } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createClient, type Retries } from '@holdfast/client'
import type { Fact, PaymentStopTypes } from '@holdfast/payment-stop/language'
import { evolve, type RequestSnapshot, statesOf } from '@holdfast/payment-stop/lifecycle'
import { isFeatureLevelRaised, ordersTopic, topics } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'
import type { Addresses } from '@holdfast/test-kit/engine'
import { sendInWindow } from '@holdfast/test-kit/load'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { createDevelopmentTokens } from '@holdfast/trust'
import { clientsOf, type Engine, eventsIn, type Person } from './engine.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A member system that retries while parts of the engine are down. */
const patient: Retries = { attemptsMax: 200, pauseMs: 50, pauseMaxMs: 1000 }

/** Sends each request twice from this many clients. Returns the ids; throws where the two copies got different ids. */
export async function submitAll(engine: Addresses, sender: Person, count: number, clients: number, firstNumber = 1): Promise<Set<string>> {
  const tokens = createDevelopmentTokens(engine.dataDir)
  const [country, role, person = 'p'] = sender
  const token = () => tokens({ country, role, person })
  const ids = new Map<number, string>()
  const client = createClient<PaymentStopTypes>({ url: engine.intakeUrl, token, retries: patient })
  await sendInWindow({ atOnce: clients, count: count * 2 }, async nth => {
    // The copies of a request are sent close together, so that they meet at the endpoint.
    const number = firstNumber + Math.floor(nth / 2)
    const receipt = await client.submit(buildRequestNumber(number), { idempotencyKey: `load-${number}` })
    if (!receipt.ok) throw new Error(`request ${number} was refused: ${JSON.stringify(receipt.error)}`)
    const known = ids.get(number)
    if (known !== undefined && known !== receipt.value.requestId) throw new Error(`request ${number} was accepted as two`)
    ids.set(number, receipt.value.requestId)
  })
  return new Set(ids.values())
}

/** The state of a ledger, derived as every reader derives it. */
export interface LedgerReport {
  readonly states: ReadonlyMap<string, string>
  readonly sequences: ReadonlyMap<string, number>
  /** Records that the acceptance rule drops. Late writers may append them; they change nothing. */
  readonly dropped: number
}

export const readLedgerReport = (engine: Engine): Promise<LedgerReport> => createLedgerReader(engine)()

/**
 * Reports on a growing ledger again and again. Each call reads only the new records and adds to one report,
 * because polling must not take the processor from the engine.
 */
export function createLedgerReader({ streams }: Pick<Engine, 'streams'>): () => Promise<LedgerReport> {
  const topic = topics.ledger.name
  const snapshots = new Map<string, RequestSnapshot>()
  const states = new Map<string, string>()
  const sequences = new Map<string, number>()
  const read: number[] = []
  let dropped = 0

  function take({ value }: StreamRecord): void {
    const fact = JSON.parse(value) as Fact
    // The level of a ledger belongs to no request.
    if (isFeatureLevelRaised(fact)) return
    const { accepted, snapshot } = evolve(snapshots.get(fact.subject), fact)
    if (!accepted || !snapshot) {
      dropped += 1
      return
    }
    snapshots.set(fact.subject, snapshot)
    states.set(fact.subject, statesOf(snapshot).join())
    sequences.set(fact.subject, snapshot.sequence)
  }

  return async () => {
    const partitions = await streams.partitionCount(topic)
    for (let partition = 0; partition < partitions; partition++) {
      const end = await streams.endOffset(topic, partition)
      for await (const records of streams.read(topic, partition, read[partition] ?? 0, end)) for (const record of records) take(record)
      read[partition] = end
    }
    return { states, sequences, dropped }
  }
}

/** Ids of orders that are in a country's topic more than once. */
export async function doubledOrders(engine: Engine, country: string): Promise<{ sent: number; doubled: string[] }> {
  const ids = (await eventsIn<{ id: string }>(engine.streams, ordersTopic(country))).map(order => order.id)
  const seen = new Set<string>()
  const doubled = ids.filter(id => seen.size === seen.add(id).size)
  return { sent: seen.size, doubled }
}

/** Exports what a country can read and runs `holdfast verify` on it, from this source tree or another. */
export async function verifyExport(
  engine: Engine,
  person: Person,
  tree = root,
  now?: Date,
): Promise<{ status: number | null; output: string; lines: number }> {
  const path = join(engine.dataDir, 'export.jsonl')
  const file = createWriteStream(path)
  let lines = 0
  for await (const line of clientsOf(engine, person, now).desk.export()) {
    file.write(`${line}\n`)
    lines += 1
  }
  await new Promise(resolve => file.end(resolve))
  const verified = spawnSync(process.execPath, ['packages/cli/bin/holdfast.js', 'verify', path], { cwd: tree, encoding: 'utf8' })
  return { status: verified.status, output: verified.stdout + verified.stderr, lines }
}
