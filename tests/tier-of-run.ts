import { type Tier, tierOf } from '@holdfast/test-kit/tier'

export interface TieredRun {
  readonly tier: Tier
  /** For vitest. */
  readonly args: readonly string[]
  /** Ratios that are measured replace those on record. */
  readonly isRecording: boolean
}

/** Names a file or folder, or a project. */
const names = (arg: string): boolean => arg === '--project' || arg.startsWith('--project=') || (!arg.startsWith('-') && /[/.]/.test(arg))

/** The tier of `--tier NAME`, and whether `--record` is among the arguments. Without a tier it is `all` where the arguments name files or a project, as those are wanted whatever their tier, and `test` otherwise. */
export function tierOfRun(all: readonly string[]): TieredRun {
  const isRecording = all.includes('--record')
  const given = all.filter(arg => arg !== '--record')
  const at = given.indexOf('--tier')
  if (at < 0) return { tier: given.some(names) ? 'all' : 'test', args: given, isRecording }
  return { tier: tierOf(given[at + 1] ?? ''), args: given.toSpliced(at, 2), isRecording }
}
