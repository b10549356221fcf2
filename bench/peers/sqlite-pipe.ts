import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { diskBytesOf } from '../src/disk.ts'
import { withEndings } from '../src/endings.ts'
import { createHttpSubmitter } from '../src/http-submitter.ts'
import { createOutcomes } from '../src/outcomes.ts'
import { startProgram } from '../src/program.ts'
import type { Target } from '../src/target.ts'
import { toPeer } from './peer.ts'

/** The upper bound of the embedded engine: its records through bare SQLite. */
export async function startSqlitePipe(mode: 'each' | 'turn'): Promise<Target> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'))
  return withEndings(async endings => {
    endings.add(() => rm(folder, { recursive: true, force: true }))
    const outcomes = createOutcomes()
    const name = `sqlite-pipe-${mode}`
    const program = await startProgram({
      name,
      file: fileURLToPath(new URL('sqlite-pipe-program.ts', import.meta.url)),
      args: [folder, mode],
      folder,
      outcomes,
    })
    endings.add(program.stop)
    return {
      name,
      outcomes,
      submitter: () => createHttpSubmitter(outcomes, toPeer(program.url)),
      durability: { sqlite: 'WAL, synchronous=FULL: an fsync for each group commit' },
      processes: () => ({ engine: [program.pid] }),
      footprint: async () => ({ diskBytes: diskBytesOf(folder) }),
      stop: endings.stop,
    }
  })
}
