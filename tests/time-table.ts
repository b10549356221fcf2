/** The run of one test file. Instants are of one clock, in milliseconds. */
export interface TimedFile {
  readonly project: string
  readonly file: string
  readonly beganMs: number
  readonly endedMs: number
}

const longestShown = 12

/**
 * Where the time of a run went: each project from its first file's start to its last file's end, and the slowest files.
 */
export function timeTable(files: readonly TimedFile[]): string {
  const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`
  const projects = [...Map.groupBy(files, ({ project }) => project)].map(([project, of]) => {
    const tookMs = Math.max(...of.map(({ endedMs }) => endedMs)) - Math.min(...of.map(({ beganMs }) => beganMs))
    return `${project} ${seconds(tookMs)}`
  })
  const longest = files
    .toSorted((a, b) => b.endedMs - b.beganMs - (a.endedMs - a.beganMs))
    .slice(0, longestShown)
    .map(({ file, beganMs, endedMs }) => `  ${seconds(endedMs - beganMs).padStart(6)}  ${file}`)
  return [`Time by project: ${projects.join(', ')}. The longest files:`, ...longest].join('\n')
}
