import { readFileSync } from 'node:fs'

const looksEveryMs = 250

/**
 * Calls back once when the npm that started this process has ended. A signal to npm alone, or SIGKILL, does not
 * reach the command that npm runs. A shell can be between the two.
 */
export function onNpmEnd(react: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  const isShell = wordsOf(parent)[1] === '-c'
  const npm = parentOf(parent)
  const timer = setInterval(() => {
    if (process.ppid === parent && (!isShell || parentOf(parent) === npm)) return
    clearInterval(timer)
    react()
  }, looksEveryMs)
  timer.unref()
}

/** Only Linux reports it. Shells of other systems replace themselves with their last command. */
const wordsOf = (pid: number): string[] => read(`/proc/${pid}/cmdline`).split('\0')

/** The name of a process, in parentheses, may hold any character. */
const parentOf = (pid: number): string | undefined => /.*\) \S (\d+)/s.exec(read(`/proc/${pid}/stat`))?.[1]

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
