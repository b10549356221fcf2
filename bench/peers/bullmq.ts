import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startRedis } from '@holdfast/test-kit/redis-server'
import { withEndings } from '../src/endings.ts'
import { createHttpSubmitter } from '../src/http-submitter.ts'
import { createOutcomes } from '../src/outcomes.ts'
import { startProgram } from '../src/program.ts'
import type { Target } from '../src/target.ts'
import { toPeer } from './peer.ts'

/** The first choice of many teams: a queue on Redis. One process, and a Redis with an fsync before each answer. */
export async function startBullmq(): Promise<Target> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'))
  return withEndings(async endings => {
    endings.add(() => rm(folder, { recursive: true, force: true }))
    const redis = await startRedis({ appendonly: true, lasting: true })
    endings.add(() => redis.stop())
    const outcomes = createOutcomes()
    const program = await startProgram({
      name: 'bullmq',
      file: fileURLToPath(new URL('bullmq-program.ts', import.meta.url)),
      args: [`${redis.port}`],
      folder,
      outcomes,
    })
    endings.add(program.stop)
    return {
      name: 'bullmq',
      outcomes,
      submitter: () => createHttpSubmitter(outcomes, toPeer(program.url)),
      durability: { redis: 'append-only file, fsync before each answer' },
      processes: () => ({ engine: [program.pid], redis: [redis.pid ?? 0] }),
      footprint: async () => ({ diskBytes: 0, redis: await redis.size() }),
      stop: endings.stop,
    }
  })
}
