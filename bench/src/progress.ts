export interface Progress {
  stop(): void
}

/** Says on standard error how far a load is, so that nobody takes a long one for a hung one: in place on a terminal, else every five seconds. */
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
