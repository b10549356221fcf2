import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startArguments } from '@holdfast/test-kit/start-arguments'
import { createDevelopmentTokens, ensureEngineSecret } from '@holdfast/trust'
import { diskBytesOf } from './disk.ts'
import { withEndings } from './endings.ts'
import { createHttpSubmitter, toIntake } from './http-submitter.ts'
import { requestingCountry } from './institution.ts'
import { createOutcomes } from './outcomes.ts'
import { profilingArguments } from './profiling.ts'
import { startProgram } from './program.ts'
import { countsAt, type Target } from './target.ts'

/**
 * Starts the engine on the embedded backends: one process, one SQLite file, every commit with an fsync.
 * @param kept a folder that outlives the target and can have files of an earlier engine; by default one is created and
 * removed.
 * @param answering false: no institution answers, and every request stays open.
 */
export async function startEmbedded(profile: string | undefined, kept?: string, answering = true): Promise<Target> {
  const folder = kept ?? (await mkdtemp(join(tmpdir(), 'holdfast-bench-')))
  return withEndings(async endings => {
    if (kept === undefined) endings.add(() => rm(folder, { recursive: true, force: true }))
    const outcomes = createOutcomes()
    const program = await startProgram({
      name: 'embedded',
      file: fileURLToPath(new URL('embedded-engine.ts', import.meta.url)),
      args: [folder, answering ? 'answering' : 'silent'],
      folder,
      outcomes,
      nodeArguments: [...startArguments('standalone'), ...profilingArguments(profile, 'embedded')],
    })
    endings.add(program.stop)
    const tokens = createDevelopmentTokens(folder)
    const token = (ttlSeconds?: number) =>
      tokens({ country: requestingCountry, role: 'system', person: 'bench', ...(ttlSeconds ? { ttlSeconds } : {}) })
    return {
      name: 'embedded',
      outcomes,
      submitter: () =>
        createHttpSubmitter(outcomes, toIntake({ intakeUrl: program.url, token: () => token(), secret: ensureEngineSecret(folder) })),
      recoveredInView: countsAt(program.url, await token(3600)),
      isReady: () => fetch(`${program.url}/health/ready`).then(({ ok }) => ok),
      durability: { sqlite: 'WAL, each group commit is durable (fdatasync) before any client is notified' },
      processes: () => ({ engine: [program.pid] }),
      footprint: async () => ({ diskBytes: diskBytesOf(folder) }),
      audit: program.counts,
      stop: endings.stop,
    }
  })
}
