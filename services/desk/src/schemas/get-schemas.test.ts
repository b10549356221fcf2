import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Desks, openDesks, type StartedDesk } from '../../test/desks.ts'
import { createHistory, followMoney, type History, onwardTo, passed, usd } from '../../test/histories.ts'

let desks: Desks
let desk: StartedDesk
let parent: History

beforeAll(async () => {
  desks = await openDesks(1)
  desk = await desks.start('a')
  parent = passed(createHistory(buildRequestNumber(1, { payment: { amount: usd('1000.00') } })))
  parent.give('ReportFreeze', { amount: usd('100.00'), basis: 'VOLUNTARY' }, 'TL/institution/a')
  const moved = parent.give('ReportMovedOnward', { amount: usd('400.00'), country: 'AE', onward: onwardTo('AE-1') }, 'TL/institution/a')
  const child = passed(followMoney(parent, moved))
  const withdrawn = passed(createHistory(buildRequestNumber(2)))
  withdrawn.give('Withdraw', { reason: 'The victim was paid back' }, 'SG/officer/a.tan')
  withdrawn.refuse('Withdraw', { reason: 'Once more' }, 'SG/officer/a.tan')
  for (const history of [parent, child, withdrawn]) {
    await desks.write(...history.entries)
    await desks.sees(desk, history)
  }
})
afterAll(() => desks.close())

const ask = async (path: string, headers: Record<string, string> = {}) => fetch(`${desk.url}${path}`, { headers })

test('schemas are public, with a list and a tag', async () => {
  const { schemas } = (await (await ask('/v1/schemas')).json()) as { schemas: { name: string; path: string }[] }
  expect(schemas.map(({ name }) => name)).toEqual(expect.arrayContaining(['receipt', 'fact', 'erased-fact', 'problem', 'export-proof']))
  for (const { path, name } of schemas) {
    const response = await ask(path)
    expect([path, response.status, response.headers.get('content-type')]).toEqual([
      path,
      200,
      expect.stringMatching(/^application\/schema\+json/),
    ])
    expect(((await response.json()) as { $id: string }).$id).toBe(`urn:holdfast:schema:${name}:v1`)
  }
  const tag = (await ask('/v1/schemas/fact')).headers.get('etag') ?? ''
  expect((await ask('/v1/schemas/fact', { 'if-none-match': tag })).status).toBe(304)
  expect((await ask('/v1/schemas/..%2Fpackage')).status).toBe(404)
})

/** The schema with every object closed, so that undescribed members are found too. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed)
  if (typeof node !== 'object' || node === null) return node
  const copy = Object.fromEntries(Object.entries(node).map(([name, value]) => [name, closed(value)]))
  return 'properties' in copy && !('additionalProperties' in copy) ? { ...copy, additionalProperties: false } : copy
}

const answers: readonly (readonly [schema: string, path: (id: string) => string, country: string])[] = [
  ['request-list', () => '/v1/requests', 'SG'],
  ['shown-request', id => `/v1/requests/${id}`, 'SG'],
  ['history-page', id => `/v1/requests/${id}/history?limit=2`, 'SG'],
  ['request-counts', () => '/v1/requests/counts', 'SG'],
  ['action-list', id => `/v1/requests/${id}/actions`, 'SG'],
  ['request-orders', id => `/v1/requests/${id}/orders`, 'TL'],
  ['alert-page', () => '/v1/alerts?after=', 'SG'],
  ['proposal-page', () => '/v1/proposals', 'SG'],
  ['case-view', () => `/v1/cases/SG/${parent.document.caseReference}`, 'SG'],
  ['country-view', () => '/v1/countries/TL', 'SG'],
  ['engine-keys', () => '/v1/engine-keys', 'SG'],
  ['checkpoint-list', () => '/v1/checkpoints', 'SG'],
  ['problem', () => '/v1/requests?limit=0&colour=red', 'SG'],
  ['problem', () => '/v1/requests/none', 'SG'],
]

test.each(answers)('an answer matches the schema %s and has no other members', async (name, path, country) => {
  const response = await ask(path(parent.requestId), { authorization: `Bearer ${await desk.token(country)}` })
  const schema = closed(await (await ask(`/v1/schemas/${name}`)).json()) as object
  const validate = formats.default(new Ajv2020({ allErrors: true, strict: false })).compile(schema)
  const body = await response.json()
  expect(validate(body) ? [] : [validate.errors, body]).toEqual([])
})
