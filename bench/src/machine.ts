import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'

/** Properties of the machine that determine a figure as much as the engine does. */
export interface MachineFacts {
  readonly cores: number
  readonly processor: string
  readonly memoryGb: number
  readonly node: string
  readonly platform: string
  /** Other processes at the start of the benchmark. */
  readonly loadAverage: number
  /** The median of a 4 kB fsync on the disk of the engines' files, in milliseconds. */
  readonly fsyncMs: number
}

export const machineFacts = (): MachineFacts => ({
  cores: availableParallelism(),
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  memoryGb: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  loadAverage: loadavg()[0] ?? 0,
  fsyncMs: measureFsync(),
})

function measureFsync(): number {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-fsync-'))
  const file = openSync(join(folder, 'probe'), 'w')
  try {
    const block = Buffer.alloc(4096, 1)
    const times = Array.from({ length: 101 }, () => {
      const startedAt = performance.now()
      writeSync(file, block)
      fsyncSync(file)
      return performance.now() - startedAt
    })
    return times.sort((a, b) => a - b)[50] ?? 0
  } finally {
    closeSync(file)
    rmSync(folder, { recursive: true })
  }
}
