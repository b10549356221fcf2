import {
  type CircuitView,
  type OperationsView,
  type ProcessView,
  type ReaderStatus,
  type ReaderView,
  statusLateMs,
} from '@holdfast/schemas'
import type { ReceivedStatus } from './known-status.ts'

/** The services without which an engine does not work. */
const needed = ['intake', 'ledger', 'validation', 'dispatch', 'desk'] as const
const circuitOrder = ['open', 'halfOpen', 'closed'] as const

/** What is not said by any process that is heard, and is looked up. */
export interface Partitions {
  /** How many a topic has. */
  count(topic: string): Promise<number>
  /** How far a group is behind in a partition that none of its members has; undefined where that is not known. */
  lagOf(group: string, topic: string, partition: number): Promise<number | undefined>
}

/** Puts together what each process said last. */
export async function operationsView(heard: readonly ReceivedStatus[], nowMs: number, partitions: Partitions): Promise<OperationsView> {
  const isLate = ({ heardMs }: ReceivedStatus): boolean => nowMs - heardMs > statusLateMs
  const present = heard.filter(each => !isLate(each))
  const services = new Set(heard.flatMap(({ body }) => body.services))
  return {
    asOf: new Date(nowMs).toISOString(),
    processes: heard.map(each => processView(each, isLate(each))).sort(byPlace),
    missing: needed.filter(name => !services.has(name)),
    readers: await readersOf(heard, present, partitions),
    circuits: circuitsOf(present),
    circuitsMore: present.reduce((sum, { body }) => sum + (body.circuits?.more ?? 0), 0),
  }
}

function processView({ body, heardMs }: ReceivedStatus, isLate: boolean): ProcessView {
  const { readers: _readers, circuits: _circuits, stopped: _stopped, ...said } = body
  const state = isLate ? 'late' : body.reasons.length > 0 ? 'notReady' : 'ready'
  return { ...said, state, heardAt: new Date(heardMs).toISOString() }
}

type Placed = Pick<ProcessView, 'process' | 'instance'>
const byPlace = (a: Placed, b: Placed): number => textOrder(a.process, b.process) || textOrder(a.instance, b.instance)
const textOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

interface SaidReader extends ReaderStatus {
  readonly instance: string
}
const readersIn = (heard: readonly ReceivedStatus[]): SaidReader[] =>
  heard.flatMap(({ body }) => body.readers.map(reader => ({ ...reader, instance: body.instance })))
const nameOf = ({ group, topic, alone, instance }: SaidReader): string => `${group} ${topic}${alone ? ` ${instance}` : ''}`

/** A group whose members are all late is told of too, and one that reads for itself alone no longer. */
async function readersOf(
  heard: readonly ReceivedStatus[],
  present: readonly ReceivedStatus[],
  partitions: Partitions,
): Promise<ReaderView[]> {
  const said = Map.groupBy(readersIn(present), nameOf)
  for (const reader of readersIn(heard))
    if (!reader.alone && !said.has(nameOf(reader))) said.set(nameOf(reader), [{ ...reader, partitions: [] }])
  const readers = [...said].sort(([a], [b]) => textOrder(a, b)).map(([, members]) => readerView(members, partitions))
  return (await Promise.all(readers)).flat()
}

async function readerView(members: readonly SaidReader[], { count, lagOf }: Partitions): Promise<ReaderView[]> {
  const [first] = members
  if (!first) return []
  const { group, topic, alone, instance } = first
  const lags = new Map(members.flatMap(member => member.partitions.map(({ partition, lag }) => [partition, lag] as const)))
  const behindSince = members.flatMap(member => member.behindSince ?? []).sort()[0]
  const partitions = await count(topic)
  const unowned = Array.from({ length: partitions }, (_, partition) => partition).filter(partition => !lags.has(partition))
  const lookedUp = await Promise.all(unowned.map(partition => lagOf(group, topic, partition)))
  const all = [...lags.values(), ...lookedUp]
  const lag = all.every(each => each !== undefined) ? all.reduce((sum, each) => sum + each, 0) : undefined
  return [
    {
      group,
      topic,
      ...(alone ? { instance } : {}),
      partitions,
      unowned: unowned.length,
      ...(lag === undefined ? {} : { lag }),
      ...(behindSince === undefined ? {} : { behindSince }),
    },
  ]
}

const circuitsOf = (present: readonly ReceivedStatus[]): CircuitView[] =>
  present
    .flatMap(({ body }) => (body.circuits?.worst ?? []).map(circuit => ({ ...circuit, instance: body.instance })))
    .sort(
      (a, b) =>
        circuitOrder.indexOf(a.state) - circuitOrder.indexOf(b.state) || b.waiting - a.waiting || textOrder(a.recipient, b.recipient),
    )
