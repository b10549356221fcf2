import type { Caller } from './callers.ts'
import type { Route, RouteCall } from './routes.ts'

export interface Answer {
  readonly status: number
  /** Everything that can distinguish two answers, except their time and their cursors, which differ each time. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

const ofEachAnswer = /^(date|x-request-id|traceparent|etag|keep-alive|connection)$/
let asked = 0

/** Sends a query about a request as this caller. */
export async function ask(url: string, route: Route, caller: Caller, about: RouteCall): Promise<Answer> {
  const { address, path, accept, body } = route
  const nth = ++asked
  const isPost = address.startsWith('POST')
  const answer = await fetch(`${url}${path(about)}`, {
    method: isPost ? 'POST' : 'GET',
    headers: {
      ...(await caller.headers()),
      ...(accept ? { accept } : {}),
      // The compressed length depends on the cursors, which differ each time.
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

/** A cursor has the length of any other of its kind and is opaque. */
const withoutPlaces = (text: string): string =>
  text
    .replace(/"instance":"urn:uuid:[0-9a-f-]{36}"/, '"instance":"of this answer"')
    .replace(/"nextCursor":"([A-Za-z0-9_-]+)"/g, (_, place: string) => `"nextCursor":"${'x'.repeat(place.length)}"`)
