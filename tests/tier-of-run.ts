import { type Tier, tierOf } from '@holdfast/test-kit/tier'

export interface TieredRun {
  readonly tier: Tier
  /** The remaining arguments, for vitest. */
  readonly args: readonly string[]
  /** Measured ratios replace the recorded ones. */
  readonly isRecording: boolean
}

/** Whether the argument names a file, a folder or a project. */
const names = (arg: string): boolean => arg === '--project' || arg.startsWith('--project=') || (!arg.startsWith('-') && /[/.]/.test(arg))

/**
 * The tier of `--tier NAME`, and whether `--record` is among the arguments. Without `--tier`, named files or projects
 * run whatever their tier (`all`); otherwise the tier is `test`.
 */
export function tierOfRun(all: readonly string[]): TieredRun {
  const isRecording = all.includes('--record')
  const given = all.filter(arg => arg !== '--record')
  const at = given.indexOf('--tier')
  if (at < 0) return { tier: given.some(names) ? 'all' : 'test', args: given, isRecording }
  return { tier: tierOf(given[at + 1] ?? ''), args: given.toSpliced(at, 2), isRecording }
}
