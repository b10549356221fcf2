import type { Chance } from '../../../simulation/src/chance/chance.ts'
import { type RouteCall as AskedAbout, type Route, routes } from '../../../visibility/routes.ts'
import { eventOf } from './documents.ts'
import { type Drawing, drawSender, howMany, isWhole } from './drawing.ts'
import type { DrawnInput, HttpInput } from './input.ts'
import { mutatedBytes } from './mutate-bytes.ts'
import { mutatedJson } from './mutate-json.ts'
import { awkwardText, headerText } from './texts.ts'
import { wrongAuthorization } from './tokens.ts'

/** Paths of a browser, and of a scanner. */
const pages = [
  '/',
  '/assets/index.js',
  '/assets/..%2f..%2fpackage.json',
  '/auth/sign-in',
  '/auth/sign-in?back=%2F%2Fx.invalid',
  '/auth/callback?code=x&state=y',
  '/.git/config',
  '/v1/',
  '/health/live',
  '/favicon.ico',
]

/** A stream never ends, so inputs read all facts instead. A projection that is rebuilt would disturb later inputs. */
const asked = routes.filter(({ address }) => address !== 'POST /v1/view/rebuild')
const looks = asked.filter(({ address }) => address.startsWith('GET'))
const deeds = asked.filter(({ address }) => address.startsWith('POST') && !/v1\/(requests|answers|requests\/:id\/commands)$/.test(address))

/** An HTTP request with something wrong in its body, headers, address or token. */
export function askSomething(drawing: Drawing): DrawnInput<HttpInput> {
  const { chance } = drawing
  const roll = chance.next()
  if (roll < 0.34) return spoil(sendRequest(drawing), drawing)
  if (roll < 0.52) return spoil(sendAnswer(drawing), drawing)
  if (roll < 0.68) return spoil(giveCommand(drawing), drawing)
  if (roll < 0.92) return spoil(look(drawing), drawing)
  return spoil(doSomething(drawing), drawing)
}

interface Whole extends HttpInput {
  readonly document?: unknown
  readonly token: string
}

const json = 'application/json'
const headersWith = (token: string, number: number, more: Readonly<Record<string, string>> = {}) => ({
  authorization: `Bearer ${token}`,
  'content-type': json,
  'idempotency-key': `fuzz-${number}`,
  ...more,
})

function sendRequest(drawing: Drawing): Whole {
  const { chance, documents, number } = drawing
  const { by, token } = drawSender(drawing, ['system', 'officer'])
  const headers = headersWith(token, number)
  return { way: 'asked', method: 'POST', url: '/v1/requests', headers, by, token, document: chance.pick(documents.requests) }
}

function sendAnswer(drawing: Drawing): Whole {
  const { chance, documents, number, world } = drawing
  const { by, token } = drawSender(drawing, ['institution', 'fiu'])
  const about = chance.pick(chance.happens(0.8) ? world.own : world.foreign)
  const body = { orderId: about.orderId, requestId: about.requestId, institution: { bic: 'KMNSTLDL' }, ...chance.pick(documents.answers) }
  const roll = chance.next()
  const sent = { way: 'asked', method: 'POST', url: '/v1/answers', by, token } as const
  if (roll < 0.5) return { ...sent, headers: headersWith(token, number), document: body }
  const { data, ...attributes } = eventOf('answer', `in-${number}`, by.slice(0, 2), body)
  if (roll < 0.75)
    return {
      ...sent,
      headers: headersWith(token, number, { 'content-type': 'application/cloudevents+json' }),
      document: { ...attributes, data },
    }
  const named = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]))
  return { ...sent, headers: headersWith(token, number, named), document: data }
}

function giveCommand(drawing: Drawing): Whole {
  const { chance, documents, number } = drawing
  const { by, token } = drawSender(drawing)
  const [command, data] = chance.pick(documents.commands)
  const url = `/v1/requests/${idOf(drawing)}/commands`
  return { way: 'asked', method: 'POST', url, headers: headersWith(token, number), by, token, document: { command, data } }
}

/** The desk waits for an unknown id, for a limited number of readers at once. */
function idOf({ chance, world }: Drawing): string {
  const roll = chance.next()
  if (roll < 0.85) return chance.pick(world.own).requestId
  if (roll < 0.97) return chance.pick(world.foreign).requestId
  return `00000000-0000-5000-8000-${chance
    .between(0, 2 ** 31)
    .toString(16)
    .padStart(12, '0')}`
}

function about({ chance, world }: Drawing): AskedAbout {
  return chance.pick(chance.happens(0.8) ? world.own : world.foreign)
}

function byWhom(drawing: Drawing, { address }: Route): { readonly by: string; readonly token: string } {
  const isForOperators = /operations|dead-letters|parked|view/.test(address)
  if (drawing.chance.happens(isForOperators ? 0.5 : 0.01)) return { by: 'operator', token: drawing.world.operatorToken() }
  return drawSender(drawing)
}

function look(drawing: Drawing): Whole {
  const { chance } = drawing
  if (chance.happens(0.06)) {
    const { by, token } = drawSender(drawing)
    return { way: 'asked', method: 'GET', url: chance.pick(pages), headers: { authorization: `Bearer ${token}` }, by, token }
  }
  const route = chance.pick(looks)
  const { by, token } = byWhom(drawing, route)
  const accept = route.accept ?? chance.pick([json, '*/*', 'application/x-ndjson'])
  const url = route.path(about(drawing))
  return { way: 'asked', method: 'GET', url, headers: { authorization: `Bearer ${token}`, accept }, by, token }
}

function doSomething(drawing: Drawing): Whole {
  const { chance, number } = drawing
  const route = chance.pick(deeds)
  const { by, token } = byWhom(drawing, route)
  const told = about(drawing)
  const document = route.body?.(told, number)
  return { way: 'asked', method: 'POST', url: route.path(told), headers: headersWith(token, number), by, token, document }
}

/** Changes one or two things; a read is changed by its address. */
function spoil({ document, token, ...whole }: Whole, { chance, number }: Drawing): DrawnInput<HttpInput> {
  const text = document === undefined ? undefined : JSON.stringify(document)
  if (isWhole(chance)) return { made: 'whole', sent: { ...whole, ...bodyOf(text) } }
  const roll = chance.next()
  if (text !== undefined && roll < 0.55) {
    const changes = howMany(chance)
    return { made: `${changes} changes to its JSON`, sent: { ...whole, ...bodyOf(mutatedJson(document, chance, number, changes)) } }
  }
  if (text !== undefined && roll < 0.78) {
    const changes = howMany(chance)
    return { made: `${changes} changes to its bytes`, sent: { ...whole, body: mutatedBytes(Buffer.from(text), chance, changes) } }
  }
  if (roll < 0.9 && !(text !== undefined && roll < 0.86))
    return { made: 'its address', sent: { ...whole, ...bodyOf(text), url: wrongUrl(whole.url, chance, number) } }
  if (roll < 0.94) {
    const authorization = wrongAuthorization(token, chance, number)
    return { made: 'its token', sent: { ...whole, ...bodyOf(text), headers: { ...whole.headers, authorization } } }
  }
  return { made: 'its headers', sent: { ...whole, ...bodyOf(text), ...wrongHeaders(whole, chance, number) } }
}

const bodyOf = (text: string | undefined) => (text === undefined ? {} : { body: Buffer.from(text.toWellFormed()) })

const percents = [
  '%',
  '%0',
  '%zz',
  '%00',
  '%2f',
  '%2F..%2F',
  '%c0%80',
  '%ed%a0%80',
  '%ff',
  '%E2%80%AE',
  '%25%32%46',
  ';',
  '//',
  '/./',
  '\\',
  '%0d%0aSet-Cookie:%20x=1',
  '[',
  '"',
]
const parameters = [
  'limit',
  'after',
  'before',
  'q',
  'phase',
  'sort',
  'days',
  'currency',
  'parent',
  'from',
  'seen',
  'topic',
  'caseReference',
  'requestingCountry',
  'openedBefore',
  'for',
  '__proto__',
  'constructor',
  'format',
]

/** Addresses are ASCII: other characters are percent-encoded, correctly or not. */
function wrongUrl(url: string, chance: Chance, number: number): string {
  const text = () =>
    chance.happens(0.5) ? encodeURIComponent(awkwardText(chance, number).toWellFormed()).slice(0, 9_000) : chance.pick(percents)
  switch (chance.between(0, 5)) {
    case 0: {
      const at = chance.between(1, url.length)
      return url.slice(0, at) + text() + url.slice(at)
    }
    case 1: {
      const parts = url.split('/')
      const at = chance.between(1, parts.length - 1)
      return parts.with(at, text()).join('/')
    }
    case 2:
      return `${url}/${text()}`
    default: {
      const more = Array.from(
        { length: howMany(chance) },
        () => `${chance.pick(parameters)}${chance.pick(['=', '[]=', '', '[a]='])}${text()}`,
      )
      return `${url}${url.includes('?') ? '&' : '?'}${more.join('&')}`
    }
  }
}

const mediaTypes = [
  'text/plain',
  'application/xml',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  'application/json; charset=utf-16',
  'application/json; charset="',
  'application/cloudevents-batch+json',
  'application/cloudevents+json',
  'application/vnd.x+json',
  'image/svg+xml',
  '/',
  ';;;',
  'a/b;charset=',
  '',
]
const encodings = ['gzip', 'br', 'deflate', 'identity', 'gzip, gzip', 'IDENTITY', 'x', '']
const origins = ['null', 'https://x.invalid', 'http://127.0.0.1', 'file://']
const keys = ['', ' ', 'k'.repeat(65), 'k'.repeat(64), 'a b', 'é', 'fuzz-1', '"quoted"', 'a,b', '__proto__', 'constructor']

function wrongHeaders({ headers, method }: HttpInput, chance: Chance, number: number): { headers: Record<string, string>; method: string } {
  const wrong: Record<string, string> = { ...headers }
  for (let changes = howMany(chance); changes > 0; changes--)
    switch (chance.between(0, 8)) {
      case 0:
        wrong['content-type'] = chance.happens(0.7) ? chance.pick(mediaTypes) : headerText(chance, number)
        break
      case 1:
        wrong['content-encoding'] = chance.pick(encodings)
        break
      case 2:
        wrong['idempotency-key'] = chance.happens(0.7) ? chance.pick(keys) : headerText(chance, number)
        break
      case 3:
        delete wrong[chance.pick(Object.keys(wrong))]
        break
      case 4:
        wrong.cookie = `__Host-holdfast=${headerText(chance, number)}; x=${headerText(chance, number)}`
        break
      case 5:
        wrong[chance.pick(['ce-specversion', 'ce-id', 'ce-source', 'ce-type', 'ce-time', 'ce-constructor'])] = headerText(chance, number)
        break
      case 6:
        wrong[
          chance.pick([
            'traceparent',
            'last-event-id',
            'x-forwarded-for',
            'x-http-method-override',
            'range',
            'if-none-match',
            'accept-language',
            'forwarded',
          ])
        ] = headerText(chance, number)
        break
      case 7:
        wrong.origin = chance.pick(origins)
        break
      default:
        wrong.accept =
          chance.pick(['application/x-ndjson', 'application/x-ndjson; proof=tree', 'text/event-stream;q=0', 'text/html', '*/*;q=x', '']) ||
          '*/*'
    }
  return { headers: wrong, method: chance.happens(0.1) ? chance.pick(['PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']) : method }
}
