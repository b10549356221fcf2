import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { developmentToken, ensureDevelopmentMembers } from '../development.ts'
import { createTokenVerifier } from '../tokens/tokens.ts'
import { makeKey } from './make-key.ts'
import { loadMembers, type Member, principalsOf } from './members.ts'

const directories: string[] = []
function makeDirectory() {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-trust-'))
  directories.push(directory)
  return directory
}
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true })
})

const now = new Date('2024-07-23T02:20:00Z')

test('every reachable country and the General Secretariat get a key on the first start, and their tokens are taken', async () => {
  const directory = makeDirectory()
  const { membersPath, justMade } = ensureDevelopmentMembers(directory)
  expect(justMade).toBe(true)
  const members = loadMembers(membersPath)
  expect(members.size).toBe(208)
  expect(members.get('XP')?.name).toBe('INTERPOL General Secretariat')
  expect(members.get('TL')?.name).toBe('Timor-Leste')
  const verify = createTokenVerifier({ members, now: () => now, clockSkewSeconds: 0 })
  const token = await developmentToken(directory, { country: 'HK', role: 'officer', person: 'w.lau', now })
  expect(await verify(`Bearer ${token}`)).toMatchObject({ ok: true, value: { country: 'HK', role: 'officer', person: 'w.lau' } })
})

test('the private keys are for the owner of the process alone and are not in the registry', () => {
  const directory = makeDirectory()
  const { membersPath } = ensureDevelopmentMembers(directory)
  expect(statSync(join(directory, 'development-keys.json')).mode & 0o777).toBe(0o600)
  expect(readFileSync(membersPath, 'utf8')).not.toContain('"d"')
})

test('the second start makes nothing new', () => {
  const directory = makeDirectory()
  const { membersPath } = ensureDevelopmentMembers(directory)
  const before = readFileSync(membersPath, 'utf8')
  expect(ensureDevelopmentMembers(directory)).toEqual({ membersPath, justMade: false })
  expect(readFileSync(membersPath, 'utf8')).toBe(before)
})

test('a start that died between the two files is finished by the next one with the same keys', () => {
  const directory = makeDirectory()
  const { membersPath } = ensureDevelopmentMembers(directory)
  const before = readFileSync(membersPath, 'utf8')
  rmSync(membersPath)
  expect(ensureDevelopmentMembers(directory).justMade).toBe(false)
  expect(readFileSync(membersPath, 'utf8')).toBe(before)
})

test("an operator's own registry gets no development keys next to it", async () => {
  const directory = makeDirectory()
  writeFileSync(join(directory, 'members.json'), '{"members":[]}')
  expect(ensureDevelopmentMembers(directory).justMade).toBe(false)
  expect(readdirSync(directory)).toEqual(['members.json'])
  await expect(developmentToken(directory, { country: 'SG', role: 'system', person: 'x' })).rejects.toThrow(
    /development-keys.json is not there/,
  )
})

test('five processes that start at once agree on one set of keys, and one of them made it', async () => {
  const directory = join(makeDirectory(), 'not', 'there', 'yet')
  const script = `import { ensureDevelopmentMembers } from ${JSON.stringify(new URL('../development.ts', import.meta.url).href)}
    const { membersPath, justMade } = ensureDevelopmentMembers(process.argv[1])
    const { readFileSync } = await import('node:fs')
    console.log(JSON.stringify({ justMade, registry: readFileSync(membersPath, 'utf8') }))`
  const run = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, directory], { maxBuffer: 10_000_000 })
  const started = (await Promise.all(Array.from({ length: 5 }, run))).map(({ stdout }) => JSON.parse(stdout))
  expect(started.filter(({ justMade }) => justMade)).toHaveLength(1)
  expect(new Set(started.map(({ registry }) => registry)).size).toBe(1)
  expect(readdirSync(directory).sort()).toEqual(['development-keys.json', 'members.json'])
}, 30_000)

test('every problem of a registry is named with its place', () => {
  const path = join(makeDirectory(), 'members.json')
  const key = { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), kid: 'k1' }
  const members = [
    { country: 'SG', name: 'Singapore', keys: { keys: [key, { ...key, d: 'A'.repeat(43) }, key] } },
    { country: 'sg', name: 'x', keys: { keys: [] } },
    { country: 'TL', name: 'Timor-Leste', keys: { keys: [{ ...key, crv: 'X25519' }] }, role: 'x' },
  ]
  writeFileSync(path, JSON.stringify({ members }))
  expect(() => loadMembers(path)).toThrow(
    expect.objectContaining({
      problems: [
        { code: 'UNKNOWN', path: '/members/0/keys/keys/1/d', message: expect.stringContaining('private key') },
        { code: 'BAD_FORMAT', path: '/members/1/country', message: expect.stringContaining('ISO 3166-1') },
        { code: 'TOO_FEW', path: '/members/1/keys/keys', message: expect.stringContaining('without a key') },
        { code: 'NOT_ONE_OF', path: '/members/2/keys/keys/0/crv', message: 'must be Ed25519' },
        { code: 'UNKNOWN', path: '/members/2/role', message: 'this property is not known here' },
      ],
    }),
  )
})

test('a country or a key that is there twice is a problem', () => {
  const path = join(makeDirectory(), 'members.json')
  const member = { country: 'SG', name: 'Singapore', keys: { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), kid: 'k1' }] } }
  writeFileSync(path, JSON.stringify({ members: [member, { ...member, keys: { keys: [...member.keys.keys, ...member.keys.keys] } }] }))
  expect(() => loadMembers(path)).toThrow(/\/members\/1\/country: SG is there twice/)
  expect(() => loadMembers(path)).toThrow(/\/members\/1\/keys\/keys\/1\/kid: k1 is there twice/)
})

test('a key for which a signature that fits any message could be made up is a problem', () => {
  const path = join(makeDirectory(), 'members.json')
  const neutral = Buffer.from([1, ...Array.from({ length: 31 }, () => 0)]).toString('base64url')
  const key = { kty: 'OKP', crv: 'Ed25519', x: neutral, kid: 'k1' }
  writeFileSync(path, JSON.stringify({ members: [{ country: 'SG', name: 'Singapore', keys: { keys: [key] } }] }))
  expect(() => loadMembers(path)).toThrow(/\/members\/0\/keys\/keys\/0\/x: is a point of small order/)
})

test('a registry that is no JSON says so, with the name of the file', () => {
  const path = join(makeDirectory(), 'members.json')
  writeFileSync(path, '{')
  expect(() => loadMembers(path)).toThrow(/members\.json is not a usable registry[\s\S]*not JSON/)
})

test('no principal has the name of another at the brokers, and each has one that brokers can have', () => {
  const directory = makeDirectory()
  const path = join(directory, 'members.json')
  const { membersPath } = ensureDevelopmentMembers(makeDirectory())
  const { members } = JSON.parse(readFileSync(membersPath, 'utf8')) as { members: { country: string; keys: object }[] }
  const [first, second] = members
  const bank = { name: 'A bank', bics: ['EXMPSGSG'], keys: { keys: [makeKey('bank').publicKey] } }
  const written = (...entries: object[]) => {
    writeFileSync(path, JSON.stringify({ members: entries }))
    return path
  }
  const named = { ...first, kafka: { system: 'ncb', institutions: 'ncb-banks' } }
  expect(
    principalsOf(loadMembers(written({ ...named, institutions: [{ ...bank, kafka: 'a.bank' }] })).get(first?.country ?? '') as Member),
  ).toEqual([
    { name: 'ncb', as: 'system', path: ['kafka', 'system'] },
    { name: 'ncb-banks', as: 'institutions', path: ['kafka', 'institutions'] },
    { name: 'a.bank', as: 'institution', path: ['institutions', 0, 'kafka'] },
  ])
  expect(() => loadMembers(written(named, { ...second, institutions: [{ ...bank, kafka: 'ncb' }] }))).toThrow(
    '/members/1/institutions/0/kafka: ncb is there twice',
  )
  expect(() => loadMembers(written({ ...first, kafka: { system: 'a bank' } }))).toThrow(
    '/members/0/kafka/system: must be 1 to 64 letters, digits or . _ -',
  )
})
