import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { startProcess } from '../../test-kit/src/start-process.ts'
import { buildRecords } from '../../test-kit/src/streams-contract/harness.ts'
import { pause } from '../src/pause.ts'
import type { Streams } from '../src/port.ts'

/** The partitions of these tests' topics. */
export const partitions = [0, 1, 2, 3]

export interface Flow {
  /** Records in each partition. */
  written(): number
  stop(): Promise<void>
}

/** Keeps writing a record to each of four partitions. */
export function startFlow(streams: Streams, topic: string): Flow {
  const stopping = new AbortController()
  let written = 0
  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await Promise.all(partitions.map(partition => streams.append(topic, partition, buildRecords(1, `${written}.`))))
      written += 1
      await pause(20, stopping.signal)
    }
  }
  const running = run()
  return {
    written: () => written,
    async stop() {
      stopping.abort()
      await running
    },
  }
}

export const longestGap = (instants: readonly number[]): number =>
  Math.max(...instants.slice(1).map((at, index) => at - (instants[index] ?? at)))

export interface MemberProcess {
  readonly process: ChildProcess
  held(): ReadonlySet<number>
  /** How many lines began with this word. */
  said(word: string): number
  kill(): Promise<void>
}

/** Starts a group member in its own process, with the arguments of member-process.ts. */
export function startMember(...memberArguments: readonly string[]): MemberProcess {
  const path = fileURLToPath(new URL('./member-process.ts', import.meta.url))
  const child = startProcess(process.execPath, [path, ...memberArguments], { stdio: ['ignore', 'pipe', 'inherit'] })
  const held = new Set<number>()
  const lines = createInterface({ input: child.stdout })
  const said = new Map<string, number>()
  lines.on('line', line => {
    const [word = '', partition] = line.split(' ')
    if (word === 'opened') held.add(Number(partition))
    if (word === 'closed') held.delete(Number(partition))
    said.set(word, (said.get(word) ?? 0) + 1)
  })
  return {
    process: child,
    held: () => held,
    said: word => said.get(word) ?? 0,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}
