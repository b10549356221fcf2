import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { paymentStop } from '@holdfast/payment-stop'

/** The request of all queries, with data that only its readers can know. */
export interface RouteCall {
  readonly requestId: string
  readonly caseReference: string
  readonly requestingCountry: string
  /** One of its orders. */
  readonly orderId: string
}

/** A route, and a query about a request. */
export interface Route {
  readonly name: string
  /** The route as in the code. */
  readonly address: string
  readonly path: (about: RouteCall) => string
  readonly accept?: string
  /** Each query must be different. */
  readonly body?: (about: RouteCall, nth: number) => unknown
}

interface GetOptions {
  readonly path?: Route['path']
  /** Distinguishes several queries of one route. */
  readonly way?: string
  readonly accept?: string
}

const get = (address: string, { path = () => address.slice('GET '.length), way, accept }: GetOptions = {}): Route => ({
  name: way ? `${address} ${way}` : address,
  address,
  path,
  ...(accept ? { accept } : {}),
})
const post = (address: string, body: NonNullable<Route['body']>, path: Route['path'] = () => address.slice('POST '.length)): Route => ({
  name: address,
  address,
  path,
  body,
})
const ofRequest =
  (rest = '') =>
  ({ requestId }: RouteCall): string =>
    `/v1/requests/${requestId}${rest}`

/** Every route for members, units, the General Secretariat or operators. */
export const routes: readonly Route[] = [
  get('GET /v1/requests'),
  get('GET /v1/requests', { way: 'searched', path: ({ requestId }) => `/v1/requests?q=${requestId}` }),
  get('GET /v1/requests', {
    way: 'of a case',
    path: ({ caseReference, requestingCountry }) => `/v1/requests?caseReference=${caseReference}&requestingCountry=${requestingCountry}`,
  }),
  get('GET /v1/requests', { way: 'of a parent', path: ({ requestId }) => `/v1/requests?parent=${requestId}` }),
  get('GET /v1/requests/counts'),
  get('GET /v1/requests/:id', { path: ofRequest() }),
  get('GET /v1/requests/:id/history', { path: ofRequest('/history') }),
  get('GET /v1/requests/:id/actions', { path: ofRequest('/actions') }),
  get('GET /v1/requests/:id/orders', { path: ofRequest('/orders') }),
  get('GET /v1/requests/:id/orders/:order/message', {
    path: about => `${ofRequest('/orders/')(about)}${about.orderId}/message?format=json`,
  }),
  get('GET /v1/requests/:id/bank-messages/:message', { path: about => `${ofRequest('/bank-messages/')(about)}${about.orderId}` }),
  get('GET /v1/orders'),
  get('GET /v1/orders/:order/answers', { path: ({ orderId }) => `/v1/orders/${orderId}/answers` }),
  get('GET /v1/answers/:answer', { path: ({ orderId }) => `/v1/answers/${orderId}` }),
  get('GET /v1/orders/:order', { path: ({ orderId }) => `/v1/orders/${orderId}` }),
  get('GET /v1/cases/:country/:caseReference', {
    path: ({ requestingCountry, caseReference }) => `/v1/cases/${requestingCountry}/${caseReference}`,
  }),
  get('GET /v1/alerts', { path: () => '/v1/alerts?after=' }),
  get('GET /v1/proposals'),
  get('GET /v1/analysis', { path: () => '/v1/analysis?days=365' }),
  get('GET /v1/stream', { accept: 'application/x-ndjson' }),
  get('GET /v1/stream', {
    way: 'of a request',
    path: ({ requestId }) => `/v1/stream?requestId=${requestId}`,
    accept: 'application/x-ndjson',
  }),
  get('GET /v1/work', { path: ({ requestId }) => `/v1/work?requestId=${requestId}` }),
  get('GET /v1/work-inbox', { path: () => '/v1/work-inbox?for=unassigned' }),
  get('GET /v1/work-alerts'),
  get('GET /v1/work-log'),
  get('GET /v1/persons'),
  post('POST /v1/requests/:id/commands', () => ({ command: 'Withdraw', data: {} }), ofRequest('/commands')),
  post('POST /v1/requests/:id/reveal', () => ({ path: '/victim/name', purpose: 'To write to the victim' }), ofRequest('/reveal')),
  post('POST /v1/work', ({ requestId }, nth) => ({ kind: 'NoteTaken', requestId, data: { text: `Note ${nth}` } })),
  post('POST /v1/answers', ({ orderId }) => ({ orderId, kind: 'interim', reason: 'PDCR', reference: 'R-1' })),
  post('POST /v1/requests', () => ({})),
  get('GET /v1/checkpoints'),
  get('GET /v1/checkpoints/proof', { path: () => '/v1/checkpoints/proof?origin=x' }),
  get('GET /v1/engine-keys'),
  get('GET /v1/schemas'),
  get('GET /v1/schemas/:name', { path: () => '/v1/schemas/fact' }),
  get('GET /v1/countries'),
  get('GET /v1/countries/:country', { path: () => '/v1/countries/TL' }),
  get('GET /v1/session'),
  get('GET /v1/operations'),
  get('GET /v1/dead-letters'),
  get('GET /v1/dead-letters/:number', { path: () => '/v1/dead-letters/1' }),
  post(
    'POST /v1/dead-letters/:number/redrive',
    () => ({ preview: true }),
    () => '/v1/dead-letters/1/redrive',
  ),
  get('GET /v1/parked'),
  get('GET /v1/parked/:id', { path: ({ requestId }) => `/v1/parked/${requestId}` }),
  post(
    'POST /v1/parked/:id/redrive',
    () => ({ preview: true }),
    ({ requestId }) => `/v1/parked/${requestId}/redrive`,
  ),
  get('GET /v1/view'),
  post('POST /v1/view/rebuild', () => ({ not: 'a body' })),
]

const services = fileURLToPath(new URL('../../services', import.meta.url))

/** Every route under /v1 in the code of the services, and the endpoint of the workflow's documents. */
export function addressesInCode(): string[] {
  const files = readdirSync(services, { recursive: true, encoding: 'utf8' }).filter(
    file => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('node_modules'),
  )
  const written = files.flatMap(file =>
    [...readFileSync(`${services}/${file}`, 'utf8').matchAll(/http\.(get|post|put|patch|delete)(?:<[^(]*>)?\(\s*'(\/v1\/[^']*)'/g)].map(
      ([, method = '', path = '']) => `${method.toUpperCase()} ${path}`,
    ),
  )
  return [...written, `POST ${paymentStop.ingress.path}`]
}
