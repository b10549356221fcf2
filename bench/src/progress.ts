export interface Progress {
  stop(): void
}

/**
 * Prints the progress of a load on standard error, so that a long load does not look hung: in place on a terminal, else
 * every five seconds.
 */
export function createProgress(what: string, seconds: number, now: () => string): Progress {
  const { stderr } = process
  const startedAt = performance.now()
  const line = (): string => `${what}: ${Math.round((performance.now() - startedAt) / 1000)} of ${seconds} s, ${now()}`
  const timer = setInterval(() => stderr.write(stderr.isTTY ? `\r\x1b[K${line()}` : `${line()}\n`), stderr.isTTY ? 500 : 5000)
  return {
    stop() {
      clearInterval(timer)
      stderr.write(stderr.isTTY ? `\r\x1b[K${line()}\n` : `${line()}\n`)
    },
  }
}
