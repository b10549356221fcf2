import { describe, expect, test } from 'vitest'
import { countriesWithEndpoints, type DirectoryChecks, foldersOf, parseDirectory, recipientOf, unusableRecipients } from './directory.ts'

const checks: DirectoryChecks = { plainHttp: false }
const webhook = (url = 'https://orders.bank.example/') => ({ kind: 'webhook', url, keyIds: ['a-key'] })
const entry = (name: string, whose: object, channel: object = webhook()) => ({ name, ...whose, channel })

function directoryOf(countries: object) {
  const parsed = parseDirectory({ countries }, checks)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return parsed.value
}

function problemsOf(content: unknown, given: Partial<DirectoryChecks> = {}): string[] {
  const parsed = parseDirectory(content, { ...checks, ...given })
  return parsed.ok ? [] : parsed.error.map(({ path, message }) => `${path}: ${message}`)
}

describe('an order goes to', () => {
  const directory = directoryOf({
    TL: [
      entry('the head office', { bic: 'KMNSTLDL' }),
      entry('the branch', { bic: 'KMNSTLDLBAU' }),
      entry('the other bank', { bic: 'EXMPTLDLXXX' }),
      entry('the bureau', { ncb: true }),
    ],
    SG: [entry('a bank that reads', { bic: 'MERLSGSG' }, { kind: 'topic' })],
  })
  const nameOf = (bic: string, country = 'TL') => recipientOf(directory, country, bic).name

  test('the named branch', () => {
    expect(nameOf('KMNSTLDLBAU')).toBe('the branch')
  })

  test('the head office, in any notation of its BIC, also for branches without an entry', () => {
    expect(['KMNSTLDL', 'KMNSTLDLXXX', 'KMNSTLDLSUA'].map(bic => nameOf(bic))).toEqual(Array(3).fill('the head office'))
    expect(['EXMPTLDL', 'EXMPTLDLXXX'].map(bic => nameOf(bic))).toEqual(Array(2).fill('the other bank'))
  })

  test('the bureau of the country for an unknown institution', () => {
    expect(nameOf('NBDYTLDL')).toBe('the bureau')
  })

  test('the topic, if the country has no bureau in the directory, or no entry', () => {
    for (const country of ['SG', 'PT']) expect(recipientOf(directory, country, 'NBDYSGSG').channel.kind).toBe('topic')
  })

  test('an endpoint in some countries only, which are listed at once', () => {
    expect(countriesWithEndpoints(directory)).toEqual(new Set(['TL']))
  })
})

test('an order about a wallet goes to the provider that it names, in upper or lower case, and otherwise like every order', () => {
  const directory = directoryOf({
    TL: [
      entry('the bank', { bic: 'KMNSTLDL' }),
      entry('the exchange', { vasp: ['Example Exchange Ltd', 'ExEx'] }),
      entry('the bureau', { ncb: true }),
    ],
  })
  const nameOf = (vasp?: string) => recipientOf(directory, 'TL', 'KMNSTLDL', vasp).name
  expect([nameOf('exex'), nameOf('Example exchange ltd '), nameOf('Another'), nameOf()]).toEqual([
    'the exchange',
    'the exchange',
    'the bank',
    'the bank',
  ])
  expect([...countriesWithEndpoints(directoryOf({ TL: [entry('the exchange', { vasp: ['ExEx'] })] }))]).toEqual(['TL'])
  const twice = { countries: { TL: [entry('a', { vasp: ['ExEx'] }), entry('b', { vasp: ['EXEX'] }), entry('c', {})] } }
  expect(problemsOf(twice)).toEqual(['/countries/TL/2: must have a bic, or be the ncb, or name a vasp'])
  expect(problemsOf({ countries: { TL: twice.countries.TL.slice(0, 2) } })).toEqual(['/countries/TL/1/vasp/0: EXEX is there twice'])
})

test('a folder belongs to one institution, or to the bureau', () => {
  const file = (folder: string) => ({ kind: 'file', folder })
  const directory = directoryOf({
    TL: [
      entry('the head office', { bic: 'KMNSTLDLXXX' }, file('/orders/kmns')),
      entry('the branch', { bic: 'KMNSTLDLBAU' }, file('/orders/kmns')),
      entry('the other bank', { bic: 'EXMPTLDL' }),
      entry('the bureau', { ncb: true }, file('/orders/ncb')),
    ],
  })
  expect(foldersOf(directory)).toEqual([
    { country: 'TL', bic: 'KMNSTLDL', folder: '/orders/kmns' },
    { country: 'TL', bic: undefined, folder: '/orders/ncb' },
  ])
})

describe('an invalid directory is refused with all its problems', () => {
  test.each<[string, object, string]>([
    ['an entry without an owner', entry('x', {}), 'TL/0: must have a bic, or be the ncb'],
    ['an entry of both', entry('x', { bic: 'KMNSTLDL', ncb: true }), 'TL/0: must have a bic, or be the ncb'],
    ['an invalid BIC', entry('x', { bic: 'KMNS' }), 'TL/0/bic: must be a BIC of 8 or 11 characters (ISO 9362)'],
    ['an invalid address', entry('x', { ncb: true }, webhook('https://')), 'TL/0/channel/url: must be an address, such as'],
    ['another protocol', entry('x', { ncb: true }, webhook('ftp://bank.example')), 'TL/0/channel/url: must be an https:// address'],
    ['a password', entry('x', { ncb: true }, webhook('https://a:b@bank.example')), 'TL/0/channel/url: must not hold a password'],
    ['no TLS', entry('x', { ncb: true }, webhook('http://bank.example')), 'TL/0/channel/url: must be https'],
    ['no key', entry('x', { ncb: true }, { ...webhook(), keyIds: [] }), 'TL/0/channel/keyIds: must name a key'],
    ['a key elsewhere', entry('x', { ncb: true }, { ...webhook(), keyIds: ['../a'] }), 'TL/0/channel/keyIds/0: must be 1 to 64 letters'],
    ['a folder somewhere', entry('x', { ncb: true }, { kind: 'file', folder: 'orders' }), 'TL/0/channel/folder: must be a whole path'],
    [
      'a folder by a detour',
      entry('x', { ncb: true }, { kind: 'file', folder: '/orders/a/../b' }),
      'TL/0/channel/folder: must be a whole path',
    ],
    [
      'a folder in two ways',
      entry('x', { ncb: true }, { kind: 'file', folder: '/orders//a/' }),
      'TL/0/channel/folder: must be a whole path',
    ],
    ['a misspelt word', { ...entry('x', { ncb: true }), nme: 'x' }, 'TL/0/nme: this property is not known here'],
  ])('%s', (_what, wrong, problem) => {
    expect(problemsOf({ countries: { TL: [wrong] } })).toEqual([expect.stringContaining(`/countries/${problem}`)])
  })

  test('an unknown country, and several problems at once', () => {
    expect(problemsOf({ countries: { UK: [], TL: [entry('', { bic: 'KMNSTLDL' }), entry('x', {})] } })).toEqual([
      expect.stringContaining('/countries/UK: must be the code of a member'),
      '/countries/TL/0/name: must not be empty',
      '/countries/TL/1: must have a bic, or be the ncb, or name a vasp',
    ])
  })

  test('an office that occurs twice, in any notation, and a second bureau', () => {
    const twice = [
      entry('a', { bic: 'KMNSTLDL' }),
      entry('b', { bic: 'KMNSTLDLXXX' }),
      entry('c', { ncb: true }),
      entry('d', { ncb: true }),
    ]
    expect(problemsOf({ countries: { TL: twice } })).toEqual([
      '/countries/TL/1/bic: KMNSTLDLXXX is there twice',
      '/countries/TL/3/ncb: is there twice',
    ])
  })
})

test('an address without TLS is accepted if that is allowed', () => {
  expect(problemsOf({ countries: { TL: [entry('x', { ncb: true }, webhook('http://127.0.0.1:1'))] } }, { plainHttp: true })).toEqual([])
})

test('a webhook without its secret is reported once by name, and all other entries are in force', () => {
  const channel = { ...webhook(), keyIds: ['a-key', 'lost'] }
  const directory = directoryOf({
    TL: [entry('the bank', { bic: 'KMNSTLDL' }, channel), entry('the other bank', { bic: 'EXMPTLDL' }), entry('the bureau', { ncb: true })],
  })
  const problemOfKey = (keyId: string) => (keyId === 'lost' ? 'there is no such secret' : undefined)
  expect(unusableRecipients(directory, problemOfKey)).toEqual([
    { country: 'TL', name: 'the bank', url: webhook().url, problem: 'there is no such secret' },
  ])
  expect(unusableRecipients(directory, () => undefined)).toEqual([])
  expect(recipientOf(directory, 'TL', 'EXMPTLDL').name).toBe('the other bank')
})
