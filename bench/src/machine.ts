import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'

/** What a figure depends on as much as on the engine. */
export interface MachineFacts {
  readonly cores: number
  readonly processor: string
  readonly memoryGb: number
  readonly node: string
  readonly platform: string
  /** What was running beside the bench when it began. */
  readonly loadAverage: number
  /** The median of an fsync of 4 kB where the engines keep their files, in milliseconds. */
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
