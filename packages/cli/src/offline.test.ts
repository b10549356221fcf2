import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Command,
  type CommandBody,
  type CommandKind,
  commandType,
  type Fact,
  type FreezeRequest,
  requestType,
} from '@holdfast/payment-stop/language'
import { createPolicy, loadProfiles } from '@holdfast/payment-stop/law'
import { decide, evolve, type RequestSnapshot } from '@holdfast/payment-stop/lifecycle'
import { type MemberRole, requestIdOf } from '@holdfast/schemas'
import { buildRequest } from '@holdfast/test-kit/requests'
import { type CommandRun, runHoldfast, workIn } from '@holdfast/test-kit/run-holdfast'
import { startProcess } from '@holdfast/test-kit/start-process'
import {
  chainFact,
  createTokenVerifier,
  ensureDevelopmentMembers,
  loadMembers,
  makeKey,
  privateKeySchema,
  readRegistry,
  signEvent,
  signToken,
} from '@holdfast/trust'
import { afterAll, beforeAll, expect, test } from 'vitest'

const bin = new URL('../bin/holdfast.js', import.meta.url).pathname
const directory = mkdtempSync(join(tmpdir(), 'holdfast-cli-'))
workIn(directory)
afterAll(() => rmSync(directory, { recursive: true }))

const holdfast = runHoldfast
const file = (name: string, content: string | Buffer) => {
  writeFileSync(join(directory, name), content)
  return name
}

// A history as the ledger writes it: decided and chained.

const policy = createPolicy(loadProfiles())

function record(
  key: string,
  request: FreezeRequest,
  steps: ReadonlyArray<[kind: CommandKind, data: unknown, actor: string, time: string]>,
): Fact[] {
  const requestId = requestIdOf(request.requestingCountry, key)
  const facts: Fact[] = []
  let snapshot: RequestSnapshot | undefined
  for (const [index, [kind, data, actor, time]] of steps.entries()) {
    const command = {
      specversion: '1.0',
      id: `${key}/${index}`,
      source: '/test',
      type: commandType(kind),
      subject: requestId,
      time,
      actor,
      data: data as CommandBody<typeof kind>,
    } as Command
    const decision = decide(snapshot, command, policy)
    if (decision.outcome !== 'fact') throw new Error(`${kind} made no fact`)
    const fact = chainFact(decision.fact)
    snapshot = evolve(snapshot, fact).snapshot
    facts.push(fact)
  }
  return facts
}

const request = buildRequest()
const usd = (value: string) => ({ currency: 'USD', value })
const opened = (key: string) => ['OpenRequest', { request }, 'SG/system/ncb', `2024-07-23T02:2${key.length}:00Z`] as const
const passed = ['PassAssessment', { findings: [] }, 'holdfast/validation/rules', '2024-07-23T02:31:00Z'] as const
const frozen = ['ReportFreeze', { amount: usd('39000000.00'), basis: 'FIU_SUSPENSION' }, 'TL/fiu/desk', '2024-07-25T03:00:00Z'] as const
const withdrawn = ['Withdraw', { reason: 'paid back' }, 'SG/officer/a.tan', '2024-07-24T03:00:00Z'] as const

const held = record('a', request, [[...opened('a')], [...passed], [...frozen]])
const gone = record('b', request, [[...opened('b')], [...passed], [...withdrawn]])
const [held1, held2, held3] = held as [Fact, Fact, Fact]
const [gone1, gone2, gone3] = gone as [Fact, Fact, Fact]
const recorded = [held1, gone1, held2, gone2, gone3, held3]
const jsonl = (facts: readonly unknown[]) => facts.map(fact => `${JSON.stringify(fact)}\n`).join('')

beforeAll(() => {
  file('facts.jsonl', jsonl(recorded))
  file('request.json', JSON.stringify(request))
})

test('check prints verdict and findings, and its exit code says whether the request is accepted', async () => {
  const pass = await holdfast(['check', 'request.json', '--at', '2024-07-23T10:25:00+08:00', '--json'])
  expect([pass.code, JSON.parse(pass.out).verdict, pass.err]).toEqual([0, 'pass', ''])
  const rejected = { ...request, attestations: { ...request.attestations, article3: false } }
  const reject = await holdfast(['check', '-', '--at', '2024-07-23T10:25:00+08:00'], { input: JSON.stringify(rejected) })
  expect([reject.code, JSON.parse(reject.out).verdict]).toEqual([1, 'reject'])
  const malformed = await holdfast(['check', '-'], { input: '{"caseReference":1}' })
  expect(malformed.code).toBe(1)
  expect(JSON.parse(malformed.out)).toMatchObject({
    verdict: 'malformed',
    findings: expect.arrayContaining([expect.objectContaining({ path: '/caseReference' })]),
  })
})

test('check takes the instant of --at, and refuses one without an offset', async () => {
  const late = await holdfast(['check', 'request.json', '--at', '2024-09-23T10:25:00+08:00', '--json'])
  expect(late.out).toContain('"V09"')
  const bad = await holdfast(['check', 'request.json', '--at', '2024-07-23'])
  expect([bad.code, bad.out]).toEqual([2, ''])
  expect(bad.err).toContain('must be an instant with its offset')
})

test('check uses the profile file of an engine, and ends with exit code 2 on an invalid one', async () => {
  const profiles = file('profiles.json', '{"countries":{"TL":{"verification":"fourEyes"}}}')
  const at = '2024-07-23T10:25:00+08:00'
  const review = await holdfast(['check', 'request.json', '--at', at, '--profiles', profiles])
  expect([review.code, JSON.parse(review.out).verdict, JSON.parse(review.out).findings[0].rule]).toEqual([0, 'review', 'V17'])
  const wrong = await holdfast(['check', 'request.json', '--profiles', file('wrong.json', '{"hopsMax":0}')])
  expect([wrong.code, wrong.out, wrong.err.split('\n')[0]]).toEqual([2, '', 'holdfast: the profile file wrong.json can not be used:'])
  const none = await holdfast(['check', 'request.json', '--profiles', 'nowhere.json'])
  expect([none.code, none.out]).toEqual([2, ''])
  expect(none.err).toMatch(/^holdfast: the profile file nowhere.json can not be read/)
})

test('check calls bytes that are not UTF-8, or far too many, malformed', async () => {
  expect(await holdfast(['check', '-', '--json'], { input: Buffer.from([0x7b, 0xff, 0x7d]) })).toMatchObject({
    code: 1,
    out: '{"verdict":"malformed","findings":[{"code":"BAD_ENCODING","path":"","message":"not UTF-8"}]}\n',
  })
  const huge = await holdfast(['check', file('huge.json', Buffer.alloc(30_000_000, '"é'))])
  expect([huge.code, JSON.parse(huge.out).findings[0].message]).toEqual([1, 'longer than 1000000 characters'])
})

test('an unreadable file is reported with exit code 2', async () => {
  expect(await holdfast(['check', 'nowhere.json'])).toEqual({
    code: 2,
    out: '',
    err: 'holdfast: nowhere.json cannot be read: the file does not exist\n',
  })
  expect((await holdfast(['verify', '.'])).err).toBe('holdfast: . cannot be read: it is a directory\n')
  expect((await holdfast(['replay', 'nowhere.jsonl'])).code).toBe(2)
})

/** The sentence for an export without a proof. */
const unproved =
  'Proved: no history was changed or has a gap. Not proved, because the export has no proof: that no fact is missing at the end of a history, that no history is missing or was rewritten completely, and which engine made it.\n'

test('verify finds an export intact', async () => {
  expect(await holdfast(['verify', 'facts.jsonl'])).toEqual({
    code: 0,
    out: `facts.jsonl: intact: 6 facts of 2 requests; 6 have the resulting state that they state\n${unproved}`,
    err: '',
  })
  const json = await holdfast(['verify', '-', '--json'], { input: jsonl(recorded) })
  expect(JSON.parse(json.out)).toEqual({
    requests: 2,
    facts: 6,
    dropped: { repeats: 0, latecomers: 0 },
    outcomes: { proved: 6, opaque: 0 },
    proof: null,
    problems: [],
    problemCount: 0,
  })
})

test('verify checks the signatures of members with a registry and states what they prove, or that they were not checked', async () => {
  const { privateKey, publicKey } = makeKey('sg')
  const members = file('signers.json', JSON.stringify({ members: [{ country: 'SG', name: 'Singapore', keys: { keys: [publicKey] } }] }))
  const event = { id: 'c', source: '/ncb/sg', type: requestType, data: request }
  const now = new Date('2024-07-23T02:21:00Z')
  const jws = signEvent(event, { actor: { country: 'SG', role: 'system', person: 'ncb' }, key: privateKey, kid: 'sg', now })
  const { data: _document, ...names } = event
  const signed = record('c', request, [
    ['OpenRequest', { request, signed: { ...names, jws } }, 'SG/system/ncb', now.toISOString()],
    [...passed],
  ])
  const lines = file('signed.jsonl', jsonl(signed))
  expect((await holdfast(['verify', lines])).out).toContain('; 1 were signed, and their signatures were not checked (--members)\n')
  expect(await holdfast(['verify', '--members', members, lines])).toEqual({
    code: 0,
    out: `signed.jsonl: intact: 2 facts of 1 requests; 2 have the resulting state that they state\n${unproved}Proved by signatures: 1 fact is what a member signed, with keys of the registry.\n`,
    err: '',
  })
  const json = await holdfast(['verify', '--json', '--members', members, lines])
  expect(JSON.parse(json.out).signatures).toEqual({ proved: 1, unread: 0, absent: 0 })

  const [first, second] = signed as [Fact, Fact]
  const forged = chainFact({ ...first, data: { ...first.data, request: { ...request, reason: 'DUPL' } } } as Fact)
  const rest = chainFact({ ...second, prevhash: forged.hash } as Fact)
  const found = await holdfast(['verify', '--members', members, '-'], { input: jsonl([forged, rest]) })
  expect(found.code).toBe(1)
  expect(found.err).toBe(
    `line 1: request ${first.subject}: fact 1 (RequestOpened) has an invalid signature: the event is not signed by a key of the member it names\n`,
  )
  expect(await holdfast(['verify', '--members', lines, lines])).toMatchObject({ code: 2, err: expect.stringContaining('signed.jsonl') })
})

test('verify lists each problem with its line and request', async () => {
  const changed = { ...held3, data: { ...held3.data, amount: usd('3900000.00') } }
  const facts = [held1, gone1, held2, gone3, changed, held2]
  const { code, out, err } = await holdfast(['verify', '-'], { input: `${jsonl(facts)}{"half` })
  expect(code).toBe(1)
  expect(err.split('\n')).toEqual([
    `line 4: request ${gone1.subject}: fact 2 is missing before fact 3`,
    `line 5: request ${held1.subject}: fact 3 is not what its hash says: it was changed`,
    expect.stringMatching(/^line 5: request \S+: fact 3 states the resulting state .* \(different: amounts\)$/),
    `line 6: request ${held1.subject}: fact 2 stands here again`,
    expect.stringMatching(/^line 7: not a fact: not JSON/),
    '',
  ])
  expect(out).toBe('standard input: NOT INTACT, 5 problems: 5 facts of 2 requests; 3 have the resulting state that they state\n')
})

test('verify refuses a fact with a duplicate member: its hash covers only the second, and a reader may show the first', async () => {
  const lines = jsonl([held1, held2]).replace('"amount":', '"amount":{"currency":"USD","value":"1.00"},"amount":')
  const { code, err } = await holdfast(['verify', '-'], { input: lines })
  expect([code, err.split('\n')[0]]).toEqual([1, 'line 1: not a fact: /data/request/payment/amount occurs twice: give it once'])
})

test('verify --ledger counts noise and accepts it', async () => {
  const { code, out } = await holdfast(['verify', '--ledger', '-'], { input: jsonl([...recorded, held2]) })
  expect([code, out]).toEqual([
    0,
    'standard input: intact: 6 facts of 2 requests; 1 repeated and 0 late facts changed nothing; 6 have the resulting state that they state\n',
  ])
})

test('refused commands in a ledger are not part of any history', async () => {
  const decision = decide(
    held.reduce<RequestSnapshot | undefined>((snapshot, fact) => evolve(snapshot, fact).snapshot, undefined),
    {
      id: 'another',
      subject: held1.subject,
      type: commandType('ApproveVerification'),
      time: held3.time,
      actor: 'TL/officer/a',
      data: {},
    } as Command,
    policy,
  )
  if (decision.outcome !== 'refused') throw new Error('it was not refused')
  const ledger = jsonl([...recorded, decision.refused])
  expect(await holdfast(['verify', '--ledger', '-'], { input: ledger })).toMatchObject({
    code: 0,
    out: 'standard input: intact: 6 facts of 2 requests; 0 repeated and 0 late facts changed nothing, 1 commands were refused; 6 have the resulting state that they state\n',
  })
  expect(await holdfast(['verify', '-'], { input: ledger })).toMatchObject({ code: 1, err: 'line 7: not a fact: a refused command\n' })
  const replayed = await holdfast(['replay', '-'], { input: ledger })
  expect([replayed.code, replayed.err]).toEqual([0, 'standard input: 6 facts of 2 requests\n1 refused commands changed nothing\n'])
})

test('a fact of a refused command is not part of a history, and neither are the facts after it', async () => {
  const upTo = held.reduce<RequestSnapshot | undefined>((snapshot, fact) => evolve(snapshot, fact).snapshot, undefined)
  const given = (id: string, kind: CommandKind, data: unknown) =>
    ({ id, subject: held1.subject, type: commandType(kind), time: held3.time, actor: 'TL/fiu/desk', data }) as Command
  const another = decide(upTo, given('another', 'ReportFreeze', { amount: usd('999999999.00'), basis: 'FIU_SUSPENSION' }), policy)
  const onRecord = decide(upTo, given('another', 'ReportFreeze', { amount: usd('1.00'), basis: 'FIU_SUSPENSION' }), policy)
  if (another.outcome !== 'refused' || onRecord.outcome !== 'fact') throw new Error('it was not decided as it should')
  const late = chainFact(onRecord.fact)
  const next = decide(evolve(upTo, late).snapshot, given('next', 'ReportFreeze', { amount: usd('2.00'), basis: 'FIU_SUSPENSION' }), policy)
  if (next.outcome !== 'fact') throw new Error('it was not decided as it should')
  const ledger = jsonl([...recorded, another.refused, late, chainFact(next.fact)])
  expect(await holdfast(['verify', '--ledger', '-'], { input: ledger })).toMatchObject({
    code: 0,
    out: 'standard input: intact: 6 facts of 2 requests; 0 repeated and 2 late facts changed nothing, 1 commands were refused; 6 have the resulting state that they state\n',
  })
  expect((await holdfast(['verify', '--ledger', '-'], { input: jsonl([...recorded, late]) })).out).toContain('7 facts of 2 requests')
  const replayed = await holdfast(['replay', '-'], { input: jsonl([...recorded, another.refused, late]) })
  expect([replayed.code, replayed.err]).toEqual([
    0,
    'standard input: 6 facts of 2 requests\n1 repeated or late facts were dropped\n1 refused commands changed nothing\n',
  ])
})

test('verify of an empty file does not call it intact', async () => {
  expect(await holdfast(['verify', '-'])).toEqual({ code: 1, out: 'standard input: NOTHING TO VERIFY: 0 facts of 0 requests\n', err: '' })
})

test('verify stops at a line that is longer than any fact, and names it', async () => {
  const path = file('endless.jsonl', Buffer.alloc(30_000_000, 'x'))
  const { code, err } = await holdfast(['verify', path])
  expect([code, err]).toEqual([2, expect.stringContaining('line 1 of endless.jsonl is longer than 4000000 characters')])
})

test('verify --chain reads a long file in little memory', async () => {
  const path = join(directory, 'long.jsonl')
  const stream = createWriteStream(path)
  const padded = Array.from({ length: 40_000 }, (_, index) =>
    chainFact({ ...gone1, subject: gone1.subject.replace(/.{8}/, String(index).padStart(8, '0')) }),
  )
  for (const fact of padded) if (!stream.write(`${JSON.stringify(fact)}\n`)) await once(stream, 'drain')
  stream.end()
  await once(stream, 'close')
  // More than the heap could hold. The histories take about 200 bytes a fact, the program itself some 35 MB.
  const run = await new Promise<CommandRun>(resolve => {
    execFile(process.execPath, ['--max-old-space-size=64', bin, 'verify', '--chain', path], (error, out, err) =>
      resolve({ code: error ? 1 : 0, out, err }),
    )
  })
  expect(run).toEqual({
    code: 0,
    out: `${path}: intact: 40000 facts of 40000 requests; resulting states were not verified\n${unproved}`,
    err: '',
  })
}, 60_000)

test('replay prints the last state and the amounts of each request', async () => {
  const table = await holdfast(['replay', 'facts.jsonl'])
  expect(table.code).toBe(0)
  expect(table.out).toContain('USD 39000000.00')
  expect(table.out).toContain('closed.withdrawn')
  expect(table.err).toBe('facts.jsonl: 6 facts of 2 requests\n')
  const json = await holdfast(['replay', 'facts.jsonl', '--json'])
  const views = json.out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(views).toMatchObject([
    { requestId: held1.subject, phase: 'frozen', sequence: 3, amounts: { frozen: usd('39000000.00') } },
    { requestId: gone1.subject, phase: 'closed', states: ['closed.withdrawn'] },
  ])
})

test('a history with every type of fact is intact, and is replayed to its end', async () => {
  const onward = {
    rail: 'SWIFT',
    uetr: '9d3c2b1a-4b5a-4968-8776-655443322110',
    executedAt: '2024-07-23T08:30:00+08:00',
    creditor: { name: 'Creek Trading LLC', account: { other: '7' } },
    creditorAgent: { bic: 'CREKAEAD' },
  }
  const order = { authority: 'Court', reference: '1', date: '2024-07-26' }
  const at = '2024-07-25T04:00:00Z'
  const bank = 'TL/institution/bank'
  const facts = record('c', request, [
    [...opened('c')],
    [...passed],
    ['AskInformation', { question: 'Which account?' }, 'TL/officer/a', at],
    ['ProvideInformation', { note: 'The first' }, 'SG/officer/a.tan', at],
    ['ReportInterim', { reason: 'S000' }, bank, at],
    [...frozen],
    ['ReportMovedOnward', { amount: usd('1000000.00'), country: 'AE', onward }, bank, at],
    ['ConfirmFreeze', { instrument: 'COURT_ORDER', ...order }, 'TL/authority/a', at],
    ['ConfirmFreeze', { instrument: 'COURT_ORDER', ...order }, 'TL/authority/b', at],
    ['CloseUnrecovered', { reason: 'FORFEITED', authority: 'Court', reference: '2' }, 'TL/authority/a', at],
    ['CloseUnrecovered', { reason: 'FORFEITED', authority: 'Court', reference: '2' }, 'TL/authority/b', at],
    ['Reopen', { reason: 'It is there after all' }, 'SG/officer/a.tan', at],
  ])
  expect(await holdfast(['verify', file('later.jsonl', jsonl(facts))])).toMatchObject({
    code: 0,
    out: `later.jsonl: intact: 12 facts of 1 requests; 12 have the resulting state that they state\n${unproved}`,
  })
  const before = await holdfast(['replay', '-', '--json'], { input: jsonl(facts.slice(0, -1)) })
  expect(JSON.parse(before.out)).toMatchObject({
    states: ['closed.unrecovered'],
    amounts: { frozen: usd('0.00'), movedOnward: usd('1000000.00'), released: usd('39000000.00') },
    outcome: { end: 'closed.unrecovered', reason: 'FORFEITED' },
  })
  const table = await holdfast(['replay', 'later.jsonl'])
  expect(table.out).toMatch(/received\.assessing .*USD 1000000\.00 +USD 39000000\.00 +12\n$/)
})

test('act describes the data of a command offline, for people and as JSON Schema', async () => {
  const { code, out } = await holdfast(['act', '--describe', 'ExtendFreeze'])
  expect([code, out.split('\n')[0]]).toEqual([0, "ExtendFreeze, for the beneficiary country's authority"])
  const schema = JSON.parse((await holdfast(['act', '--describe', 'ExtendFreeze', '--json'])).out)
  expect(schema.required).toEqual(['basis', 'authority', 'reference', 'date'])
  expect(await holdfast(['act', '--describe', 'PassAssessment'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('unknown command'),
  })
})

test('replay --until shows the states at that instant', async () => {
  const { out, err } = await holdfast(['replay', 'facts.jsonl', '--json', '--until', '2024-07-24T11:00:00+08:00'])
  expect(
    out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line).phase),
  ).toEqual(['verified', 'closed'])
  expect(err).toContain('1 later facts were ignored')
})

test('replay reports a gap in a history', async () => {
  const { code, err } = await holdfast(['replay', '-'], { input: `${jsonl([held1, held3, gone1, gone1])}x\n` })
  expect(code).toBe(1)
  expect(err).toContain('1 repeated or late facts were dropped')
  expect(err).toContain('1 lines are not facts')
  expect(err).toContain('1 facts could not be applied')
})

test('an export cannot control the terminal', async () => {
  const hostile = { ...held1, data: { request: { ...request, caseReference: '\u001b[2J\u009b31m\nX' } } }
  const { out, err } = await holdfast(['replay', '-'], {
    input: `${jsonl([hostile])}${JSON.stringify({ ...held1, type: '\u001b]0;x' })}\n`,
  })
  const verified = await holdfast(['verify', '-'], { input: jsonl([{ ...held1, subject: '\u001b[31m' }]) })
  expect(out).toContain('[2J')
  expect(verified.err).toContain('[31m')
  for (const text of [out, err, verified.out, verified.err]) for (const control of ['\u001b', '\u009b']) expect(text).not.toContain(control)
})

test('token prints a token that an engine with the same directory accepts', async () => {
  const data = join(directory, 'data')
  ensureDevelopmentMembers(data)
  const { code, out } = await holdfast(['token', '--member', 'sg', '--role', 'officer', '--person', 'a.tan', '--ttl', '60'], {
    env: { HOLDFAST_DATA: data },
  })
  expect(code).toBe(0)
  const verify = createTokenVerifier({ members: loadMembers(join(data, 'members.json')), now: () => new Date(), clockSkewSeconds: 5 })
  expect(await verify(`Bearer ${out.trim()}`)).toMatchObject({ ok: true, value: { country: 'SG', role: 'officer', person: 'a.tan' } })
})

test('without keys or member, token and the commands that need one say what to do', async () => {
  expect(await holdfast(['token', '--member', 'SG'])).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringContaining('an engine makes it when it starts'),
  })
  expect(await holdfast(['token'])).toMatchObject({ code: 2, err: expect.stringContaining('--member SG') })
  expect(await holdfast(['show', 'x'])).toMatchObject({ code: 2, err: expect.stringContaining('set HOLDFAST_TOKEN') })
})

test('an unknown command gets a suggestion and exit code 2', async () => {
  expect(await holdfast(['verfy', 'x'])).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean verify?') })
  expect(await holdfast(['act', 'x', 'withdraw'])).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean Withdraw?') })
  expect(await holdfast(['check', 'x', '--json', '--att', 'y'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('Did you mean --at?'),
  })
})

test('the help of each command has examples', async () => {
  for (const name of ['check', 'submit', 'watch', 'show', 'case', 'alerts', 'act', 'export', 'replay', 'verify', 'witness', 'token']) {
    const { code, out } = await holdfast([name, '--help'])
    expect([code, out.includes(`  holdfast ${name}`)], name).toEqual([0, true])
  }
}, 30_000)

test('a command ends silently when its reader stops', async () => {
  const many = jsonl(
    Array.from({ length: 3000 }, (_, index) => ({ ...held1, subject: held1.subject.replace(/.{8}/, String(index).padStart(8, '0')) })),
  )
  const child = startProcess('sh', ['-c', `"$0" "$1" replay --json ${file('many.jsonl', many)} | head -n 1`, process.execPath, bin], {
    cwd: directory,
  })
  const output = { out: '', err: '' }
  child.stdout.on('data', chunk => (output.out += chunk))
  child.stderr.on('data', chunk => (output.err += chunk))
  const [code] = await once(child, 'close')
  expect([code, output.out.split('\n').length, output.err]).toEqual([0, 2, ''])
})

test('keygen makes a key whose token is accepted once its entry is in the registry, and overwrites no file', async () => {
  const made = await holdfast(['keygen', '--member', 'sg', '--kid', 'sg-1'])
  expect([made.code, made.err]).toEqual([0, 'The private key is in sg-1.private.jwk. It authenticates SG, so keep it secret.\n'])
  const entry = JSON.parse(made.out)
  expect(entry).toMatchObject({
    country: 'SG',
    name: 'Singapore',
    keys: { keys: [{ kty: 'OKP', crv: 'Ed25519', alg: 'Ed25519', kid: 'sg-1' }] },
  })
  expect(made.out).not.toContain('"d"')
  expect(statSync(join(directory, 'sg-1.private.jwk')).mode & 0o777).toBe(0o600)
  const token = await holdfast(['token', '--member', 'SG', '--role', 'system', '--person', 'ncb', '--key', 'sg-1.private.jwk'])
  file('registry.json', JSON.stringify({ members: [entry] }))
  const verify = createTokenVerifier({ members: loadMembers(join(directory, 'registry.json')), now: () => new Date(), clockSkewSeconds: 0 })
  expect(await verify(`Bearer ${token.out.trim()}`)).toMatchObject({ ok: true, value: { country: 'SG', role: 'system', person: 'ncb' } })

  const named = await holdfast(['token', '--member', 'SG', '--person', 'ncb'], { env: { HOLDFAST_KEY: 'sg-1.private.jwk' } })
  expect(await verify(`Bearer ${named.out.trim()}`)).toMatchObject({ ok: true, value: { country: 'SG', role: 'officer' } })
  // The key of a member is not one of an operator.
  expect(await holdfast(['token', '--operator'], { env: { HOLDFAST_KEY: 'sg-1.private.jwk' } })).toMatchObject({ code: 2, out: '' })

  const key = readFileSync(join(directory, 'sg-1.private.jwk'), 'utf8')
  const again = await holdfast(['keygen', '--member', 'SG', '--kid', 'sg-1'])
  expect([again.code, again.err]).toEqual([2, expect.stringContaining('sg-1.private.jwk already exists')])
  expect(readFileSync(join(directory, 'sg-1.private.jwk'), 'utf8')).toBe(key)
  expect((await holdfast(['keygen'])).err).toContain('choose whose key to make')
})

test('keygen makes entries of a person, a bank and a person of the bank, and tokens of their keys are accepted as such', async () => {
  const made = async (...options: string[]) => {
    const { code, out, err } = await holdfast(['keygen', '--member', 'TL', ...options])
    expect([code, err]).toEqual([0, expect.stringContaining('It authenticates ')])
    return JSON.parse(out)
  }
  const [country, person, bank, signer] = await Promise.all([
    made('--kid', 'tl'),
    made('--person', 'a.costa', '--role', 'officer', '--role', 'authority', '--kid', 'costa'),
    made('--institution', 'Kamanasa Bank', '--bic', 'KMNSTLDL', '--kid', 'bank'),
    made('--institution', 'Kamanasa Bank', '--person', 's.signer', '--kid', 'signer'),
  ])
  file('persons.json', JSON.stringify({ members: [{ ...country, persons: [person], institutions: [{ ...bank, persons: [signer] }] }] }))
  const verify = createTokenVerifier({ members: loadMembers(join(directory, 'persons.json')), now: () => new Date(), clockSkewSeconds: 0 })
  const spoken = async (kid: string, role: MemberRole, name: string) => {
    const key = readRegistry(join(directory, `${kid}.private.jwk`), privateKeySchema)
    const actor = { country: 'TL', role, person: name }
    return verify(`Bearer ${await signToken({ actor, key, kid, ttlSeconds: 60, now: new Date() })}`)
  }
  expect(await spoken('costa', 'authority', 'a.costa')).toMatchObject({ ok: true, value: { person: 'a.costa', proof: expect.any(String) } })
  expect(await spoken('bank', 'institution', 'payments')).toMatchObject({ ok: true, value: { bics: ['KMNSTLDL'] } })
  expect(await spoken('signer', 'institution', 's.signer')).toMatchObject({
    ok: true,
    value: { bics: ['KMNSTLDL'], proof: expect.any(String) },
  })
  const refused = [
    [['--person', 'x'], 'name the role of the person'],
    [['--institution', 'X'], 'name the offices of the institution'],
    [['--institution', 'X', '--bic', 'short'], 'must be a BIC'],
  ] as const
  await Promise.all(
    refused.map(async ([options, words]) => expect((await holdfast(['keygen', '--member', 'TL', ...options])).err).toContain(words)),
  )
})
