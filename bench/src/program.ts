import { once } from 'node:events'
import { openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startProcess } from '@holdfast/test-kit/start-process'
import type { Outcomes } from './outcomes.ts'
import type { ProgramMessage, ProgramRequest } from './program-side.ts'
import type { StreamCounts } from './target.ts'

/** A measured process: it reports its endpoint, and when it saw orders and ends. */
export interface Program {
  readonly url: string
  readonly pid: number
  /** For a process that counts the records of its streams. */
  counts(): Promise<StreamCounts>
  stop(): Promise<void>
}

export interface ProgramOptions {
  readonly name: string
  /** Its module, which communicates as in `program-side.ts`. */
  readonly file: string
  readonly args: readonly string[]
  /** The file of its log. */
  readonly folder: string
  readonly outcomes: Outcomes
  readonly nodeArguments?: readonly string[]
}

const startsWithinMs = 30_000
const stopsWithinMs = 10_000

/** Starts it. Resolves when its endpoint is open; throws with the end of its log where it does not open. */
export async function startProgram({ name, file, args, folder, outcomes, nodeArguments = [] }: ProgramOptions): Promise<Program> {
  const logFile = join(folder, `${name}.log`)
  const log = openSync(logFile, 'a')
  const child = startProcess(process.execPath, [...nodeArguments, file, ...args], {
    stdio: ['ignore', log, log, 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const kill = (): void => void child.kill('SIGKILL')
  const started = Promise.withResolvers<string>()
  let counted = Promise.withResolvers<StreamCounts>()
  counted.promise.catch(() => undefined)
  const late = setTimeout(
    () => started.reject(new Error(`${name} does not start: ${readFileSync(logFile, 'utf8').slice(-2000)}`)),
    startsWithinMs,
  )
  child.once('exit', code => {
    const error = new Error(`${name} ended with ${code}: ${readFileSync(logFile, 'utf8').slice(-2000)}`)
    started.reject(error)
    counted.reject(error)
  })
  child.on('message', (message: ProgramMessage) => {
    if (message.kind === 'started') started.resolve(message.url)
    else if (message.kind === 'counts') counted.resolve(message.counts)
    else {
      for (const [requestId, atMs] of message.ordered) outcomes.ordered(requestId, atMs)
      for (const [requestId, atMs] of message.recovered) outcomes.recovered(requestId, atMs)
    }
  })
  const ask = (what: ProgramRequest): void => void child.send(what)

  async function stop(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    ask('stop')
    const tooLong = setTimeout(kill, stopsWithinMs)
    await gone
    clearTimeout(tooLong)
  }

  try {
    const url = await started.promise
    return {
      url,
      pid: child.pid ?? 0,
      counts() {
        counted = Promise.withResolvers<StreamCounts>()
        ask('count')
        return counted.promise
      },
      stop,
    }
  } catch (error) {
    kill()
    await stop()
    throw error
  } finally {
    clearTimeout(late)
  }
}
