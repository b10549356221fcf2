import { parentPort } from 'node:worker_threads'
import { type Link, startLink } from './link.ts'
import type { LinkFault } from './links.ts'

// Links have a thread of their own, so that the work of the run does not slow them.

const links: Link[] = []

async function answer({ link, act, value }: LinkFault): Promise<number | undefined> {
  if (act !== 'start') {
    await links[link]?.[act](value)
    return undefined
  }
  const started = await startLink(value)
  links[link] = started
  return started.port
}

parentPort?.on('message', (asked: LinkFault) => void answer(asked).then(port => parentPort?.postMessage({ number: asked.number, port })))
