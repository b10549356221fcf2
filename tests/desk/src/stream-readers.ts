import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startProcess } from '@holdfast/test-kit/start-process'
import type { Readers, Wanted } from './read-streams.ts'

/** Readers of streams, in a process of their own: their work is not that of the engine. */
export interface StreamReaders {
  /** Opens one for each token, and gives back when all of them are connected. */
  open(tokens: readonly string[]): Promise<void>
  /** Closes all, and gives back when they are. */
  close(): Promise<void>
  /** Facts that all of them together were given until now. */
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
