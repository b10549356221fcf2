import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Fact } from '@holdfast/payment-stop/language'
import type { ProfileFile } from '@holdfast/payment-stop/law'
import { type Encryptable, isRedacted, quotedDataOf, valuesAt } from '@holdfast/schemas'
import { createChainVerifier } from '@holdfast/trust/verify-history'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStage, type Stage } from '../replay/stage.ts'
import { storyCountries, storyProfiles, storyStart, tell } from '../replay/story.ts'
import { type Person, tokenOf } from '../src/engine.ts'

/** After the last event of the story. */
const afterwards = '2033-01-01T00:00:00Z'
const later = '2033-01-01T00:01:00Z'

/** The story spans six years and is read while all of it is retained. */
const keptFor = { timers: { retention: { after: { length: 3650, unit: 'calendarDays' }, source: 'this test' } } } as const
const profiles: ProfileFile = {
  countries: Object.fromEntries(storyCountries.map(country => [country, { ...storyProfiles.countries?.[country], ...keptFor }])),
}

let stage: Stage
/** The facts that the countries of the story read, with personal data, by fact id. */
const told = new Map<string, Fact>()
let nowOf = afterwards
/** The texts of the empty tables in the file. */
let untold = ''

beforeAll(async () => {
  stage = await openStage(storyStart, storyCountries, profiles)
  untold = viewBytes()
  await tell(stage)
  await stage.at(afterwards)
  for (const country of storyCountries) for (const fact of await factsFor(country)) told.set(fact.id, fact)
}, 600_000)
afterAll(() => stage?.stop())

async function ask(person: Person, path: string, accept = 'application/json'): Promise<{ status: number; text: string }> {
  const token = await tokenOf(stage.engine, person, new Date(nowOf))
  const answer = await fetch(`${stage.engine.deskUrl}${path}`, { headers: { authorization: `Bearer ${token}`, accept } })
  return { status: answer.status, text: await answer.text() }
}

async function factsFor(country: string): Promise<Fact[]> {
  const { status, text } = await ask([country, 'officer'], '/v1/stream', 'application/x-ndjson')
  expect(status).toBe(200)
  return text
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as Fact)
}

const leavesOf = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : []

/** The encrypted fields of a fact, as whole texts. */
const ciphertextsIn = ({ data }: Fact): string[] =>
  [data, quotedDataOf(data) ?? {}].flatMap(each => {
    const opened = (each as Encryptable).encrypted?.decrypted
    return opened ? leavesOf(valuesAt(each as never, opened.pointers)) : []
  })

/** Whether a fact has encrypted fields. */
const hasBlock = ({ data }: Fact): boolean => [data, quotedDataOf(data) ?? {}].some(each => (each as Encryptable).encrypted !== undefined)

/** As text, as JSON, and in the form of the search, without regard to letter case. */
const formsOf = (word: string): string[] => [
  ...new Set([word, JSON.stringify(word).slice(1, -1), word.normalize('NFKD').replace(/\p{M}/gu, '')].map(each => each.toLowerCase())),
]

/** Each party of a request reads everything about it. */
async function lookAtEverything(): Promise<string> {
  const seen: string[] = []
  for (const country of storyCountries)
    for (const role of ['officer', 'authority'] as const) {
      const listed = await ask([country, role], '/v1/requests?limit=200')
      const { requests } = JSON.parse(listed.text) as {
        requests: { requestId: string; caseReference: string; requestingCountry: string }[]
      }
      const ofRequests = requests.flatMap(({ requestId, caseReference, requestingCountry }) => [
        `/v1/requests/${requestId}`,
        `/v1/requests/${requestId}/history?after=3`,
        `/v1/requests/${requestId}/actions`,
        `/v1/cases/${requestingCountry}/${encodeURIComponent(caseReference)}`,
      ])
      for (const path of ['/v1/requests?limit=200', '/v1/alerts?after=', '/v1/proposals', '/v1/analysis?days=365', ...ofRequests]) {
        const { status, text } = await ask([country, role], path)
        expect(status, path).toBe(200)
        seen.push(text)
      }
    }
  return seen.join('\n')
}

const viewBytes = (): string =>
  readdirSync(stage.engine.dataDir)
    .filter(name => name.startsWith('desk.'))
    .map(name => readFileSync(join(stage.engine.dataDir, name)).toString('utf8').toLowerCase())
    .join('\n')

test('no encrypted text of a story is in the projection’s file or log, although every party has read it', async () => {
  const seen = await lookAtEverything()
  const ledger = (await stage.ledger()).join('\n').toLowerCase()
  const whole = [...new Set([...told.values()].flatMap(ciphertextsIn))].filter(text => text.length > 3)
  expect(whole.length).toBeGreaterThan(100)
  // The parties read these texts.
  expect(whole.filter(text => seen.includes(JSON.stringify(text).slice(1, -1))).length).toBeGreaterThan(whole.length / 2)
  const single = [...new Set(whole.flatMap(text => text.match(/[\p{L}\p{N}]{5,}/gu) ?? []))]
  // Drops words that are also the engine's own.
  const own = `${ledger}${untold}`
  const words = [...whole, ...single.filter(word => formsOf(word).every(form => !own.includes(form)))]
  expect(words.length).toBeGreaterThan(whole.length * 1.25)
  const bytes = viewBytes()
  expect(bytes).toContain(told.keys().next().value)
  expect(words.filter(word => formsOf(word).some(form => bytes.includes(form)))).toEqual([])
})

test('and every country still finds its requests by their texts', async () => {
  const opened = [...told.values()].find(({ type }) => type.endsWith('RequestOpened'))
  if (!opened) throw new Error('nothing was opened')
  const { request } = opened.data as { request: { victim: { name: string }; requestingCountry: string } }
  const [word = ''] = request.victim.name.split(' ')
  for (const text of [request.victim.name, word, word.slice(0, 3)]) {
    const { text: found } = await ask([request.requestingCountry, 'officer'], `/v1/requests?q=${encodeURIComponent(text)}`)
    expect(found, text).toContain(opened.subject)
  }
})

test('once their keys are destroyed, facts are read redacted, verify as before, and no query fails', async () => {
  const { store } = await stage.engine.drivers.keyStore()
  const requests = new Set([...told.values()].map(({ subject }) => subject))
  for (const requestId of requests) {
    await store.intend(requestId, 'ERASURE_ORDERED', afterwards)
    await store.destroy(requestId, afterwards)
  }
  await stage.at(later)
  nowOf = later
  const whole = [...new Set([...told.values()].flatMap(ciphertextsIn))].filter(text => text.length > 3)
  const seen = await lookAtEverything()
  expect(whole.filter(text => seen.includes(JSON.stringify(text).slice(1, -1)))).toEqual([])
  expect(seen).not.toContain('undefined')
  for (const country of storyCountries) {
    const verifier = createChainVerifier({ strict: true })
    const facts = await factsFor(country)
    for (const [at, fact] of facts.entries()) verifier.add(fact, at + 1)
    expect(verifier.finish().problemCount).toBe(0)
    expect(facts.filter(fact => isRedacted(fact.data)).map(({ id }) => id)).toEqual(
      facts.filter(({ id }) => hasBlock(told.get(id) as Fact)).map(({ id }) => id),
    )
  }
  const path = join(stage.engine.dataDir, 'closed.jsonl')
  writeFileSync(path, (await ask(['SG', 'officer'], '/v1/stream', 'application/x-ndjson; proof=tree')).text)
  for (const command of ['verify', 'replay']) {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['packages/cli/bin/holdfast.js', command, path], { encoding: 'utf8' })
    expect({ status, stderr }, command).toMatchObject({ status: 0 })
    expect(`${stdout}${stderr}`).not.toMatch(/undefined|TypeError/)
  }
}, 120_000)
