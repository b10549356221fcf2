import { Worker } from 'node:worker_threads'
import type { Link } from './link.ts'

/** A command for a link in the thread; each is answered. */
export interface LinkFault {
  readonly number: number
  readonly link: number
  readonly act: 'start' | 'heal' | 'cut' | 'halfOpen' | 'delay' | 'turnTo' | 'close'
  /** A port, or milliseconds. */
  readonly value: number
}

/** A link in another thread. Each call resolves once it is done. */
export type FarLink = {
  readonly [K in keyof Link]: Link[K] extends (...args: infer A) => unknown ? (...args: A) => Promise<void> : Link[K]
}

export interface Links {
  start(target: number): Promise<FarLink>
  close(): Promise<void>
}

export function createLinks(): Links {
  const worker = new Worker(new URL('./link-worker.ts', import.meta.url))
  const waiting = new Map<number, (port: number | undefined) => void>()
  let asked = 0
  let links = 0
  worker.on('message', ({ number, port }: { number: number; port?: number }) => {
    waiting.get(number)?.(port)
    waiting.delete(number)
  })
  function ask(link: number, act: LinkFault['act'], value = 0): Promise<number | undefined> {
    const number = ++asked
    worker.postMessage({ number, link, act, value } satisfies LinkFault)
    return new Promise(resolve => waiting.set(number, resolve))
  }
  return {
    async start(target) {
      const link = links++
      const port = await ask(link, 'start', target)
      if (port === undefined) throw new Error('a link has no port')
      const does = (act: LinkFault['act']) => async (value?: number) => void (await ask(link, act, value))
      return {
        port,
        heal: does('heal'),
        cut: does('cut'),
        halfOpen: does('halfOpen'),
        delay: does('delay'),
        turnTo: does('turnTo'),
        close: does('close'),
      }
    },
    close: async () => void (await worker.terminate()),
  }
}
