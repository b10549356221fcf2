import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Fact, factKindOf, factSchema, isFact, type RequestView } from '@holdfast/schemas'
import { createChainVerifier } from '@holdfast/trust'
import { describe, expect, test } from 'vitest'
import { viewsAfterEach } from './fold-stream.ts'

const here = import.meta.dirname
const bin = join(here, '../../packages/cli/bin/holdfast.js')
const linesOf = (file: string) => readFileSync(join(here, file), 'utf8').split('\n').slice(0, -1)
const names = readdirSync(here)
  .filter(file => file.endsWith('.jsonl') && !file.endsWith('.expected.jsonl'))
  .map(file => file.slice(0, -'.jsonl'.length))

interface Run {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** The command as people run it, with the lines on its standard input where it is not given a file. */
const holdfast = (words: readonly string[], lines: readonly string[] = []): Promise<Run> =>
  new Promise(resolve => {
    const child = execFile(process.execPath, [bin, ...words], { cwd: here, maxBuffer: 50_000_000 }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(lines.map(line => `${line}\n`).join(''))
  })

/** What the verifier of chains finds, by line. */
function problemLines(lines: readonly string[]): number[] {
  const verifier = createChainVerifier({ strict: true })
  lines.forEach((line, at) => {
    verifier.add(JSON.parse(line) as Fact, at + 1)
  })
  return verifier.finish().problems.map(problem => problem.line)
}

test('there are recordings', () => {
  expect(names).toContain('july-2024')
})

/** The last of the views of each request, in the order of opening. */
const lastOfEach = (views: readonly RequestView[]) => [...new Map(views.map(view => [view.requestId, view])).values()]

describe.each(names)('the recording %s', name => {
  const lines = linesOf(`${name}.jsonl`)
  const facts = lines.map(line => JSON.parse(line) as Fact)
  const expected = linesOf(`${name}.expected.jsonl`).map(line => JSON.parse(line) as RequestView)
  /** The place of the next fact of the same request, or -1. */
  const nextOf = (at: number) => facts.findIndex((fact, other) => other > at && fact.subject === facts[at]?.subject)

  test('every line is a whole fact by the schemas of today', () => {
    for (const fact of facts) expect(factSchema.safeParse(fact).error?.issues ?? []).toEqual([])
  })

  test('its chain verifies', async () => {
    const { code, out } = await holdfast(['verify', '--json', `${name}.jsonl`])
    expect(JSON.parse(out)).toEqual({
      facts: lines.length,
      requests: lastOfEach(expected).length,
      dropped: { repeats: 0, latecomers: 0 },
      problems: [],
      problemCount: 0,
    })
    expect(code).toBe(0)
  })

  test('each fact leads to the states, amounts and deadlines that were kept', () => {
    // As it is written, where what is undefined is not there at all.
    expect(viewsAfterEach(facts).map(view => JSON.parse(JSON.stringify(view)))).toEqual(expected)
    expect(expected.map(view => view.phase)).toEqual(facts.map(fact => fact.phase))
  })

  test('"holdfast replay" ends alike, at the end and at any instant before', async () => {
    const whole = await holdfast(['replay', '--json', `${name}.jsonl`])
    expect(whole.out.split('\n').slice(0, -1)).toEqual(lastOfEach(expected).map(view => JSON.stringify(view)))
    expect(whole.code).toBe(0)
    const instants = [...new Set(facts.map(fact => fact.time))]
    for (const until of instants.filter((_instant, at) => at % 7 === 0)) {
      const known = facts.filter(fact => fact.time <= until).length
      const { code, out, err } = await holdfast(['replay', '--json', '--until', until, `${name}.jsonl`])
      expect(out.split('\n').slice(0, -1)).toEqual(lastOfEach(expected.slice(0, known)).map(view => JSON.stringify(view)))
      expect(err).toContain(`${facts.length - known} later facts were left out`)
      expect(code).toBe(0)
    }
  })

  test('any beginning of it folds', () => {
    for (let end = 0; end <= facts.length; end++) expect(viewsAfterEach(facts.slice(0, end))).toHaveLength(end)
  })

  test('a changed byte in any line is found on that line', () => {
    lines.forEach((line, at) => {
      const changed = line.replace(/"time":"2/, '"time":"3')
      expect(changed).not.toBe(line)
      expect(problemLines(lines.with(at, changed))).toContain(at + 1)
    })
  })

  test('a line that is left out is found at the next one of its request', () => {
    facts.forEach((_fact, at) => {
      const next = nextOf(at)
      // Without a next one it is a history that was cut short, which only another copy can show.
      if (next >= 0) expect(problemLines(lines.toSpliced(at, 1))).toContain(next)
    })
  })

  test('two lines of one request in the wrong order are found', () => {
    facts.forEach((_fact, at) => {
      const next = nextOf(at)
      const [line = '', other = ''] = [lines[at], lines[next]]
      if (next >= 0) expect(problemLines(lines.with(at, other).with(next, line))).not.toEqual([])
    })
  })

  test.each([
    ['a changed byte', (at: number) => lines.with(at, (lines[at] ?? '').replace('"39000000.00"', '"93000000.00"'))],
    ['a line that is left out', (at: number) => lines.toSpliced(at, 1)],
    ['two lines in the wrong order', (at: number) => lines.with(at, lines[nextOf(at)] ?? '').with(nextOf(at), lines[at] ?? '')],
  ])('"holdfast verify" finds %s and names a line', async (_what, spoil) => {
    const spoilt = spoil(facts.findIndex(fact => isFact(fact, 'FreezeReported')))
    expect(spoilt).not.toEqual(lines)
    const { code, out, err } = await holdfast(['verify', '-'], spoilt)
    expect(code).toBe(1)
    expect(out).toContain('NOT INTACT')
    expect(err).toMatch(/^line \d+: request /m)
  })
})

describe('the recording july-2024 has what it is kept for', () => {
  const facts = linesOf('july-2024.jsonl').map(line => JSON.parse(line) as Fact)
  const ends = lastOfEach(viewsAfterEach(facts))
  const endOf = (caseReference: string) => ends.find(view => view.caseReference === caseReference)
  const told = (caseReference: string) =>
    facts.filter(fact => fact.subject === endOf(caseReference)?.requestId).map(fact => factKindOf(fact))

  test('every kind of fact that there was then', () => {
    expect(new Set(facts.map(factKindOf)).size).toBe(18)
  })

  test('the first case: held in part, held further, confirmed, returned in part, recovered, charges explained', () => {
    expect(told('SG-4711').filter(kind => kind !== 'CommandRefused')).toEqual([
      'RequestOpened',
      'RequestVerified',
      'OrderAcknowledged',
      'FreezeReported',
      'FreezeReported',
      'FreezeConfirmed',
      'ReturnInitiated',
      'ReturnReported',
      'ReturnReported',
    ])
    expect(endOf('SG-4711')?.amounts).toEqual({
      requested: { currency: 'USD', value: '42300000.00' },
      frozen: { currency: 'USD', value: '41100000.00' },
      recovered: { currency: 'USD', value: '41098200.00' },
      charges: { currency: 'USD', value: '1800.00' },
    })
  })

  test.each([
    ['SG-4712', 'closed.noFunds', 'InformationProvided'],
    ['SG-4713', 'closed.notFound', 'VerificationProposed'],
    ['SG-4714', 'closed.rejected', 'ReviewRequested'],
    ['SG-4715', 'closed.withdrawn', 'RequestWithdrawn'],
    ['SG-4718', 'closed.duplicate', 'DuplicateDetected'],
    ['SG-4722', 'closed.rejected', 'RequestRejected'],
    ['SG-4730', 'closed.withdrawn', 'FreezeReported'],
    ['FR-0815', 'closed.expired', 'HoldExpired'],
    ['SG-4740', 'verified.ordering', 'RequestVerified'],
    ['SG-4741', 'received.awaitingInformation', 'InformationRequested'],
    ['SG-4742', 'received.awaitingReview', 'VerificationProposed'],
    ['SG-4743', 'frozen.coverage.partial', 'FreezeReported'],
    ['SG-4744', 'frozen.coverage.full', 'FreezeConfirmed'],
  ] as const)('%s is in %s, by way of %s', (caseReference, state, kind) => {
    expect(endOf(caseReference)?.states).toContain(state)
    expect(told(caseReference)).toContain(kind)
  })

  test('refusals: too much, too soon, one person twice, and answers that came too late', () => {
    const refusals = facts.filter(fact => isFact(fact, 'CommandRefused')).map(({ data }) => `${data.command} ${data.code} in ${data.state}`)
    expect(refusals).toEqual([
      'ApproveVerification SAME_PERSON in received.awaitingReview',
      'ReportFreeze AMOUNT_EXCEEDED in frozen.coverage.partial, frozen.mandate.provisional, frozen.recovery.idle',
      'InitiateReturn WRONG_STATE in closed.expired',
      'Withdraw WRONG_STATE in frozen.coverage.partial, frozen.mandate.confirmed, frozen.recovery.partlyReturned',
      'ReportFreeze WRONG_STATE in recovered',
    ])
  })
})
