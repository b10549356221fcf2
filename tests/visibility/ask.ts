import type { Caller } from './callers.ts'
import type { Route, RouteCall } from './routes.ts'

export interface Answer {
  readonly status: number
  /** What a caller could tell one answer from another by, but for when it came and for places, which are another text each time. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

const ofEachAnswer = /^(date|x-request-id|traceparent|etag|keep-alive|connection)$/
let asked = 0

/** Asks as a caller, about a request. */
export async function ask(url: string, route: Route, caller: Caller, about: RouteCall): Promise<Answer> {
  const { address, path, accept, body } = route
  const nth = ++asked
  const isPost = address.startsWith('POST')
  const answer = await fetch(`${url}${path(about)}`, {
    method: isPost ? 'POST' : 'GET',
    headers: {
      ...(await caller.headers()),
      ...(accept ? { accept } : {}),
      // How well an answer can be packed hangs on its cursors, which are other texts each time.
      'accept-encoding': 'identity',
      ...(isPost ? { 'content-type': 'application/json', 'idempotency-key': `visibility-${nth}`, origin: url } : {}),
    },
    ...(body ? { body: JSON.stringify(body(about, nth)) } : {}),
  })
  return {
    status: answer.status,
    headers: Object.fromEntries([...answer.headers].filter(([name]) => !ofEachAnswer.test(name))),
    text: withoutPlaces(await answer.text()),
  }
}

/** A place is as long as any other of its kind, and says nothing to who has it. */
const withoutPlaces = (text: string): string =>
  text
    .replace(/"instance":"urn:uuid:[0-9a-f-]{36}"/, '"instance":"of this answer"')
    .replace(/"nextCursor":"([A-Za-z0-9_-]+)"/g, (_, place: string) => `"nextCursor":"${'x'.repeat(place.length)}"`)
