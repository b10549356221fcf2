import { type Client, createClient } from '@holdfast/client'
import type { Command, CommandBody, DualApprovalCommand, Fact, PaymentStopTypes, PaymentStopView } from '@holdfast/payment-stop/language'
import type { CommandOutcome, MemberRole, TopicSpec } from '@holdfast/schemas'
import type { StreamRecord, Streams } from '@holdfast/streams'
import type { Addresses } from '@holdfast/test-kit/engine'
import { developmentToken } from '@holdfast/trust'

export { type Engine, testSettings } from '@holdfast/test-kit/engine'

export type Person = readonly [country: string, role: MemberRole, person?: string]

export const tokenOf = (engine: Pick<Addresses, 'dataDir'>, [country, role, person = 'p']: Person, now?: Date): Promise<string> =>
  developmentToken(engine.dataDir, { country, role, person, ...(now ? { now } : {}) })

/** A client for each service: in a cluster they have two addresses. */
export const clientsOf = (
  engine: Addresses,
  person: Person,
  now?: Date,
): { intake: Client<PaymentStopTypes>; desk: Client<PaymentStopTypes> } => {
  const token = () => tokenOf(engine, person, now)
  return {
    intake: createClient<PaymentStopTypes>({ url: engine.intakeUrl, token }),
    desk: createClient<PaymentStopTypes>({ url: engine.deskUrl, token }),
  }
}

/** Submits a request and returns its id. Throws when the engine refuses. */
export async function submit(engine: Addresses, person: Person, request: unknown, idempotencyKey: string, now?: Date): Promise<string> {
  const receipt = await clientsOf(engine, person, now).intake.submit(request, { idempotencyKey })
  if (!receipt.ok) throw new Error(`refused: ${JSON.stringify(receipt.error)}`)
  return receipt.value.requestId
}

/** Gives each repeat of a command on one request its own idempotency key. `now`: of an engine with its own clock. */
export interface TogetherOptions {
  readonly key?: string
  readonly now?: Date
}

/**
 * Two officers of one member role give the same command (V17): the first proposes, the second approves.
 * Returns the outcome of the second. Throws when either is refused.
 */
export async function together<K extends DualApprovalCommand>(
  engine: Addresses,
  persons: readonly [Person, Person],
  requestId: string,
  command: K,
  data: CommandBody<K>,
  { key = command, now }: TogetherOptions = {},
): Promise<CommandOutcome<PaymentStopTypes>> {
  const [first, second] = persons
  const give = async (person: Person, nth: number, wanted: CommandOutcome<PaymentStopTypes>['outcome']) => {
    const { desk } = clientsOf(engine, person, now)
    const given = await desk.act(requestId, command, data, { idempotencyKey: `${key}-${nth}-${requestId.slice(0, 8)}` })
    if (!given.ok) throw new Error(`${command} by ${person.join('/')} was refused: ${JSON.stringify(given.error)}`)
    if (given.value.outcome !== wanted) throw new Error(`${command} by ${person.join('/')} is ${given.value.outcome}, not ${wanted}`)
    return given.value
  }
  await give(first, 1, 'proposed')
  return give(second, 2, 'applied')
}

const lookEveryMs = 25
const pauseMsMax = 250

/**
 * Repeats a query until it returns a value; throws with its last result.
 * Waits as long as the last query took, at most 250 ms, so that a slow query leaves time to the engine.
 */
export async function eventually<T>(look: () => Promise<T | undefined>, what: string, withinMs = 30_000): Promise<T> {
  const until = performance.now() + withinMs
  for (;;) {
    const beganMs = performance.now()
    const seen = await look()
    if (seen !== undefined) return seen
    const nowMs = performance.now()
    if (nowMs > until) throw new Error(`${what}: not within ${withinMs} ms`)
    await new Promise(resolve => setTimeout(resolve, Math.min(Math.max(lookEveryMs, nowMs - beganMs), pauseMsMax)))
  }
}

/** Waits until a state path of the request begins with this, such as `frozen.coverage.full`. */
export async function reaches(
  engine: Addresses,
  requestId: string,
  state: string,
  withinMs?: number,
): Promise<{ request: PaymentStopView; history: Fact[] }> {
  const { desk } = clientsOf(engine, ['SG', 'officer'])
  let last = 'unknown'
  const look = async () => {
    const shown = await desk.show(requestId)
    if (!shown.ok) return undefined
    last = shown.value.request.states.join(', ')
    return shown.value.request.states.some(path => path === state || path.startsWith(`${state}.`)) ? shown.value : undefined
  }
  return eventually(look, `${requestId} reaches ${state}`, withinMs).catch(error => {
    throw new Error(`${(error as Error).message}; it is in ${last}`)
  })
}

/** All records of a topic. */
export async function everythingIn(streams: Streams, { name }: Pick<TopicSpec, 'name'>): Promise<StreamRecord[]> {
  const all: StreamRecord[] = []
  const partitions = await streams.partitionCount(name)
  for (let partition = 0; partition < partitions; partition++) {
    const end = await streams.endOffset(name, partition)
    for await (const records of streams.read(name, partition, 0, end)) all.push(...records)
  }
  return all
}

/** The number of records of a topic from which none has been removed. */
export async function countIn(streams: Streams, topic: string): Promise<number> {
  let count = 0
  for (let partition = 0; partition < (await streams.partitionCount(topic)); partition++) count += await streams.endOffset(topic, partition)
  return count
}

export const eventsIn = async <T = Command>(streams: Streams, topic: Pick<TopicSpec, 'name'>): Promise<T[]> =>
  (await everythingIn(streams, topic)).map(record => JSON.parse(record.value) as T)
