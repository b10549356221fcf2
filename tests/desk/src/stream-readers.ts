import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startProcess } from '@holdfast/test-kit/start-process'
import type { Readers, Wanted } from './read-streams.ts'

/** Stream readers in a process of their own: their work must not count as the engine's. */
export interface StreamReaders {
  /** Opens one for each token. Resolves when all of them are connected. */
  open(tokens: readonly string[]): Promise<void>
  /** Closes all. Resolves when they are closed. */
  close(): Promise<void>
  /** The facts that all of them together have received. */
  facts(): Promise<number>
  stop(): Promise<void>
}

export function startReaders(url: string): StreamReaders {
  const child: ChildProcess = startProcess(process.execPath, [fileURLToPath(new URL('./read-streams.ts', import.meta.url)), url], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ask = async (wanted: Wanted): Promise<Readers> => {
    child.send(wanted)
    const [answer] = (await once(child, 'message')) as [Readers]
    return answer
  }
  return {
    async open(tokens) {
      const { open } = await ask({ open: tokens })
      if (open < tokens.length) throw new Error(`of ${tokens.length} streams ${open} are open`)
    },
    close: async () => void (await ask({ open: [] })),
    facts: async () => (await ask({})).facts,
    async stop() {
      child.kill()
      await once(child, 'exit')
    },
  }
}
