import { channel } from 'node:diagnostics_channel'
import { developmentOperatorToken, developmentToken } from '@holdfast/trust'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RouteAccess, type RouteEntry, routeGroups } from '../../services/standalone/page/routes.ts'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'

interface RegisteredRoute {
  readonly url: string
  readonly method: string | string[]
  readonly config?: {
    readonly open?: boolean
    readonly forOperators?: boolean
    readonly forUnits?: boolean
    readonly forInstitutions?: boolean
    readonly alsoForOperators?: boolean
    readonly takesQuery?: boolean
  }
}
interface Server {
  addHook(name: 'onRoute', hook: (route: RegisteredRoute) => void): void
}

/** Fastify publishes each server that it creates, before its routes. */
const servers = channel('fastify.initialization')
const registered: RegisteredRoute[] = []
const watchServer = (message: unknown) => (message as { fastify: Server }).fastify.addHook('onRoute', route => void registered.push(route))

const entries = routeGroups.flatMap(({ routes }) => routes)
let engine: EmbeddedEngine
beforeAll(async () => {
  servers.subscribe(watchServer)
  engine = await startEmbeddedEngine()
  servers.unsubscribe(watchServer)
})
afterAll(() => engine?.stop())

function accessOf({ config = {} }: RegisteredRoute): RouteAccess[] {
  if (config.open) return ['open']
  if (config.forOperators) return ['operators']
  return [
    'members',
    ...(config.forUnits ? (['units'] as const) : []),
    ...(config.forInstitutions ? (['institutions'] as const) : []),
    ...(config.alsoForOperators ? (['operators'] as const) : []),
  ]
}

test('the table has every route that the services register, with its access, and no other', () => {
  const routes = registered
    // Fastify adds HEAD to each GET. The development provider does not exist in production.
    .flatMap(route => [route.method].flat().flatMap(method => (method === 'HEAD' ? [] : [{ name: `${method} ${route.url}`, route }])))
    .filter(({ name }) => !name.includes('/development-sign-in'))
  expect(routes.length).toBeGreaterThan(40)
  const inTable = entries.map(({ route, access }) => `${route}: ${access.join(', ')}`)
  expect(inTable.toSorted()).toEqual(routes.map(({ name, route }) => `${name}: ${accessOf(route).join(', ')}`).toSorted())
})

/** Open routes ignore other parameters. Orders need a key of an institution before their query is read. */
const isQueryable = ({ route, access }: RouteEntry) =>
  route.startsWith('GET /v1') && !access.includes('open') && !/^GET \/v1\/orders(\/:order)?$/.test(route)

/** The names that the engine does not know among these and one that no route has. */
async function unknownAt({ route, access }: RouteEntry, names: readonly string[]): Promise<string[]> {
  const path = route
    .slice('GET '.length)
    .replaceAll(/:(id|order|message|answer)\b/g, '445a0189-a8e9-509e-8929-646bc5413012')
    .replaceAll(':country', 'SG')
    .replaceAll(/:\w+/g, '1')
  const token = access.includes('operators')
    ? await developmentOperatorToken(engine.dataDir, 'night', 600, new Date())
    : await developmentToken(engine.dataDir, { country: 'SG', role: 'officer', person: 'a.tan' })
  const query = [...names, 'noSuchParameter'].map(name => `${name}=%00`).join('&')
  const response = await fetch(`${engine.url}${path}?${query}`, { headers: { authorization: `Bearer ${token}` } })
  const { problems = [] } = (await response.json()) as { problems?: { code: string; path: string }[] }
  return problems.filter(({ code }) => code === 'UNKNOWN').map(({ path }) => path.slice(1))
}

const parameters = [...new Set(entries.flatMap(({ query = [] }) => query))]
test.each(entries.filter(isQueryable).map(entry => [entry.route, entry] as const))(
  'the table has the parameters of %s',
  async (_, entry) => {
    const known = entry.query ?? []
    const notOfTheRoute = parameters.filter(name => !known.includes(name))
    expect((await unknownAt(entry, parameters)).toSorted()).toEqual([...notOfTheRoute, 'noSuchParameter'].toSorted())
  },
)
