import { once } from 'node:events'
import { type ClientRequest, get, type IncomingMessage } from 'node:http'

// A process that reads streams for a test, controlled by messages: see stream-readers.ts.

/** The streams to be open from now on; without it, a query for the number of facts. */
export interface Wanted {
  readonly open?: readonly string[]
}

export interface Readers {
  readonly open: number
  /** The facts that all of them together received. */
  readonly facts: number
}

const url = `${process.argv[2]}/v1/stream`
const atOnce = 50
let streams: ClientRequest[] = []
let facts = 0

async function openOne(token: string): Promise<ClientRequest | undefined> {
  const request = get(url, { agent: false, headers: { authorization: `Bearer ${token}` } })
  request.on('error', () => undefined)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  if (response.statusCode !== 200) return undefined
  // Misses a name that is split between two chunks, which is one in a thousand.
  response.setEncoding('latin1').on('data', (chunk: string) => {
    facts += chunk.split('event: fact').length - 1
  })
  response.on('error', () => undefined)
  await once(response, 'data')
  return request
}

async function openAll(tokens: readonly string[]): Promise<void> {
  for (const stream of streams) stream.destroy()
  streams = []
  for (let from = 0; from < tokens.length; from += atOnce) {
    const opened = await Promise.all(tokens.slice(from, from + atOnce).map(openOne))
    streams.push(...opened.filter(stream => stream !== undefined))
  }
}

process.on('message', async ({ open }: Wanted) => {
  if (open) await openAll(open)
  process.send?.({ open: streams.length, facts } satisfies Readers)
})
