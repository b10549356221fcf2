import {
  type CircuitView,
  type OperationsView,
  type ProcessView,
  type ReaderStatus,
  type ReaderView,
  statusLateMs,
} from '@holdfast/schemas'
import type { ReceivedStatus } from './known-status.ts'

/** The services that every engine needs. */
const needed = ['intake', 'ledger', 'validation', 'dispatch', 'desk'] as const
const circuitOrder = ['open', 'halfOpen', 'closed'] as const

/** Values that no process reports. */
export interface Partitions {
  /** The number of partitions of a topic. */
  count(topic: string): Promise<number>
  /** The lag of a group in a partition that none of its members has; undefined if unknown. */
  lagOf(group: string, topic: string, partition: number): Promise<number | undefined>
}

/** Combines the last status of each process. */
export async function operationsView(statuses: readonly ReceivedStatus[], nowMs: number, partitions: Partitions): Promise<OperationsView> {
  const isLate = ({ heardMs }: ReceivedStatus): boolean => nowMs - heardMs > statusLateMs
  const present = statuses.filter(each => !isLate(each))
  const services = new Set(statuses.flatMap(({ body }) => body.services))
  return {
    asOf: new Date(nowMs).toISOString(),
    processes: statuses.map(each => processView(each, isLate(each))).sort(byProcess),
    missing: needed.filter(name => !services.has(name)),
    readers: await readersOf(statuses, present, partitions),
    circuits: circuitsOf(present),
    circuitsMore: present.reduce((sum, { body }) => sum + (body.circuits?.more ?? 0), 0),
  }
}

function processView({ body, heardMs }: ReceivedStatus, isLate: boolean): ProcessView {
  const { readers: _readers, circuits: _circuits, stopped: _stopped, ...reported } = body
  const state = isLate ? 'late' : body.reasons.length > 0 ? 'notReady' : 'ready'
  return { ...reported, state, heardAt: new Date(heardMs).toISOString() }
}

type ProcessName = Pick<ProcessView, 'process' | 'instance'>
const byProcess = (a: ProcessName, b: ProcessName): number => textOrder(a.process, b.process) || textOrder(a.instance, b.instance)
const textOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

interface ReportedReader extends ReaderStatus {
  readonly instance: string
}
const readersIn = (statuses: readonly ReceivedStatus[]): ReportedReader[] =>
  statuses.flatMap(({ body }) => body.readers.map(reader => ({ ...reader, instance: body.instance })))
const nameOf = ({ group, topic, alone, instance }: ReportedReader): string => `${group} ${topic}${alone ? ` ${instance}` : ''}`

/** Includes groups whose members are all late, but not consumers of their own that are late. */
async function readersOf(
  statuses: readonly ReceivedStatus[],
  present: readonly ReceivedStatus[],
  partitions: Partitions,
): Promise<ReaderView[]> {
  const byGroup = Map.groupBy(readersIn(present), nameOf)
  for (const reader of readersIn(statuses))
    if (!reader.alone && !byGroup.has(nameOf(reader))) byGroup.set(nameOf(reader), [{ ...reader, partitions: [] }])
  const readers = [...byGroup].sort(([a], [b]) => textOrder(a, b)).map(([, members]) => readerView(members, partitions))
  return (await Promise.all(readers)).flat()
}

async function readerView(members: readonly ReportedReader[], { count, lagOf }: Partitions): Promise<ReaderView[]> {
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
