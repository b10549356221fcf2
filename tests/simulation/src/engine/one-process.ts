import type { EmbeddedHost } from './embedded-host.ts'
import type { SimulatedProcess } from './process.ts'

/** All services in one process on one file, as in `services/standalone`: started in sequence, killed together. */
export function createOneProcess(parts: readonly SimulatedProcess[], host: EmbeddedHost): SimulatedProcess {
  const [first] = parts
  if (!first) throw new Error('a process has at least one part')
  let incarnation = 0
  return {
    name: 'standalone',
    http: first.http,
    streams: first.streams,
    isUp: () => parts.every(part => part.isUp()),
    async start() {
      const life = ++incarnation
      await host.open()
      for (const part of parts) if (life === incarnation) await part.start()
    },
    crash() {
      incarnation += 1
      for (const part of parts) part.crash()
      host.crash()
    },
    // It is the only member of its groups, so no coordinator expels it.
    expel: () => undefined,
    learn: () => undefined,
    leap(byMs) {
      for (const part of parts) part.leap(byMs)
    },
    become() {
      throw new Error('an engine on one file cannot be upgraded while it runs')
    },
    life: () => incarnation,
  }
}
