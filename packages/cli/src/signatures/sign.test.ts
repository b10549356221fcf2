import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runHoldfast, workIn } from '@holdfast/test-kit/run-holdfast'
import { createEventVerifier, ensureDevelopmentMembers, loadMembers, makeKey, membersFileSchema } from '@holdfast/trust'
import { afterAll, expect, test } from 'vitest'

const directory = mkdtempSync(join(tmpdir(), 'holdfast-sign-'))
workIn(directory)
afterAll(() => rmSync(directory, { recursive: true }))
const data = join(directory, 'data')
ensureDevelopmentMembers(data)

const holdfastWith = (settings: Readonly<Record<string, string>>, ...args: readonly string[]) =>
  runHoldfast(args, { env: { HOLDFAST_DATA: data, ...settings } })
const holdfast = (...words: readonly string[]) => holdfastWith({}, ...words)
function file(name: string, content: string): string {
  writeFileSync(join(directory, name), content)
  return name
}
const event = { specversion: '1.0', id: 'SG-1', source: '/ncb/sg', type: 'holdfast.request.v1', data: { caseReference: 'Zo\u00eb \u20ac' } }
file('event.json', JSON.stringify(event))

test('an event is signed with a development key for the named principal, over its signed members only', async () => {
  const { code, out } = await holdfast('sign', 'event.json', '--member', 'SG', '--role', 'system', '--person', 'ncb')
  expect(code).toBe(0)
  const verify = createEventVerifier({ members: loadMembers(join(data, 'members.json')), now: () => new Date(), clockSkewSeconds: 5 })
  const signature = out.trim()
  expect(await verify(signature, event)).toMatchObject({ ok: true, value: { country: 'SG', role: 'system', person: 'ncb' } })
  expect(await verify(signature, { ...event, id: 'SG-2' })).toMatchObject({ ok: false })
})

test('an event is signed with the key of a file, which HOLDFAST_KEY can name', async () => {
  const { privateKey, publicKey } = makeKey('sg-1')
  const key = file('sg-1.private.jwk', JSON.stringify(privateKey))
  const { out } = await holdfast('sign', 'event.json', '--member', 'SG', '--key', key, '--ttl', '60')
  const registry = membersFileSchema.parse({ members: [{ country: 'SG', name: 'Singapore', keys: { keys: [publicKey] } }] })
  const members = new Map(registry.members.map(member => [member.country, member]))
  const verified = await createEventVerifier({ members, now: () => new Date(), clockSkewSeconds: 5 })(out.trim(), event)
  expect(verified).toMatchObject({ ok: true, value: { country: 'SG', role: 'officer', tokenLifeSeconds: 60 } })
  const named = await holdfastWith({ HOLDFAST_KEY: key }, 'sign', 'event.json', '--member', 'SG')
  expect(await createEventVerifier({ members, now: () => new Date(), clockSkewSeconds: 5 })(named.out.trim(), event)).toMatchObject({
    ok: true,
  })
})

test.each([
  ['is not JSON', '{', ['can be signed', 'JSON']],
  ['lacks what is signed', '{"id":"","data":[]}', ['/id', '/source', '/type', '/data']],
  ['has a duplicate member', `{"id":"a","id":"b","source":"/s","type":"t","data":{}}`, ['can be signed']],
  ['has a lone surrogate', '{"id":"a","source":"/s","type":"t","data":{"x":"\\ud800"}}', ['Lone surrogate']],
])('an event that %s is not signed, and every problem is named', async (_how, text, problems) => {
  const { code, out, err } = await holdfast('sign', file('other.json', text), '--member', 'SG')
  expect([code, out]).toEqual([2, ''])
  for (const problem of problems) expect(err).toContain(problem)
})

test.each([
  [['sign', 'event.json'], '--member SG'],
  [['sign', 'nothing.json', '--member', 'SG'], 'the file does not exist'],
  [['sign', 'event.json', '--member', 'SG', '--key', 'nothing.jwk'], 'nothing is signed'],
  [['sign', 'event.json', '--member', 'SG', '--ttl', '601'], 'It must be 1 to 600'],
])('%j gets an error that names what it lacks', async (words, why) => {
  const { code, out, err } = await holdfast(...words)
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain(why)
})
