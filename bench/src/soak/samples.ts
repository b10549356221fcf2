import { readdirSync } from 'node:fs'
import { instantMs } from '@holdfast/test-kit/instant'
import { residentBytesOf } from '../proc.ts'
import type { Footprint, Target } from '../target.ts'

/** The resources of an engine at one moment. */
export interface Sample {
  readonly atMs: number
  readonly submitted: number
  readonly underWay: number
  /** Resident memory of each of the engine's processes, by its name. */
  readonly memoryBytes: Readonly<Record<string, number>>
  /** Open files and sockets. */
  readonly handles: Readonly<Record<string, number>>
  readonly footprint: Footprint
}

/** For a cluster `engine` is the sum of its processes. Kafka has a heap of a fixed size; Redis reports its data. */
function groupsOf({ processes }: Target): (readonly [string, number])[] {
  const { engine = [], kafka: _kafka, redis: _redis, ...services } = processes()
  const named = Object.entries(services).flatMap(([name, pids]) => pids.map(pid => [name, pid] as const))
  return named.length > 0 ? named : engine.map(pid => ['engine', pid] as const)
}

function handlesOf(name: string, pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length
  } catch (error) {
    throw new Error(`${name}, process ${pid}, has ended`, { cause: error })
  }
}

/** Throws where one of the engine's processes has ended. */
export async function takeSample(target: Target): Promise<Sample> {
  const { submitted, recovered } = target.outcomes.counts()
  const groups = groupsOf(target)
  return {
    atMs: instantMs(),
    submitted,
    underWay: submitted - recovered,
    memoryBytes: Object.fromEntries(groups.map(([name, pid]) => [name, residentBytesOf(pid) ?? Number.NaN])),
    handles: Object.fromEntries(groups.map(([name, pid]) => [name, handlesOf(name, pid)])),
    footprint: await target.footprint(),
  }
}
