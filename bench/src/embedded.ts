import { fork } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { developmentToken, ensureEngineSecret, fingerprintOf, requestIdFor } from '@holdfast/trust'
import { diskBytesOf } from './disk.ts'
import type { EngineMessage, EngineRequest } from './embedded-engine.ts'
import { requestingCountry } from './institution.ts'
import { createOutcomes } from './outcomes.ts'
import { profilingArguments } from './profiling.ts'
import { requestsRoute, type StreamCounts, type Target } from './target.ts'

const startsWithinMs = 30_000

/** Starts the engine on the embedded backends: one process, one SQLite file, every commit with an fsync. */
export async function startEmbedded(profile: string | undefined): Promise<Target> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'))
  const logFile = join(folder, 'engine.log')
  const log = openSync(logFile, 'a')
  const engine = fork(fileURLToPath(new URL('embedded-engine.ts', import.meta.url)), [folder], {
    stdio: ['ignore', log, log, 'ipc'],
    execArgv: profilingArguments(profile, 'embedded'),
  })
  const kill = (): void => void engine.kill('SIGKILL')
  process.once('exit', kill)
  const outcomes = createOutcomes()
  const started = Promise.withResolvers<string>()
  let counted = Promise.withResolvers<StreamCounts>()
  const late = setTimeout(() => started.reject(new Error('the engine does not start')), startsWithinMs)
  engine.once('exit', code => {
    const error = new Error(`the engine ended with ${code}: ${readFileSync(logFile, 'utf8').slice(-2000)}`)
    started.reject(error)
    counted.reject(error)
  })
  engine.on('message', (message: EngineMessage) => {
    if (message.kind === 'started') started.resolve(message.url)
    if (message.kind === 'counts') counted.resolve(message.counts)
    if (message.kind !== 'seen') return
    for (const [requestId, atMs] of message.ordered) outcomes.ordered(requestId, atMs)
    for (const [requestId, atMs] of message.recovered) outcomes.recovered(requestId, atMs)
  })
  const ask = (what: EngineRequest): void => void engine.send(what)

  const stop = async (): Promise<void> => {
    counted.promise.catch(() => undefined)
    if (engine.exitCode === null && engine.signalCode === null) {
      const gone = once(engine, 'exit')
      ask('stop')
      const tooLong = setTimeout(kill, 10_000)
      await gone
      clearTimeout(tooLong)
    }
    process.off('exit', kill)
    await rm(folder, { recursive: true, force: true })
  }

  try {
    const intakeUrl = await started.promise
    const secret = ensureEngineSecret(folder)
    return {
      name: 'embedded',
      intakeUrl,
      token: await developmentToken(folder, { country: requestingCountry, role: 'system', person: 'bench' }),
      outcomes,
      requestIdOf: (key, request) => requestIdFor(secret, requestingCountry, key, fingerprintOf(requestingCountry, requestsRoute, request)),
      durability: { sqlite: 'WAL, synchronous=FULL: an fsync for each group commit' },
      processes: () => ({ engine: [engine.pid ?? 0] }),
      footprint: async () => ({ diskBytes: diskBytesOf(folder) }),
      audit() {
        counted = Promise.withResolvers<StreamCounts>()
        ask('count')
        return counted.promise
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  } finally {
    clearTimeout(late)
  }
}
