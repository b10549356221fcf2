import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PaymentStopView } from '@holdfast/payment-stop/language'
import {
  deadlineKindSchema,
  encryptedFacts,
  type Fact,
  factKindOf,
  factKinds,
  factSchema,
  isFact,
  isKnownFact,
  type LedgerRecord,
  type UnknownFact,
} from '@holdfast/payment-stop/language'
import {
  evolve,
  evolveSummary,
  type RequestSnapshot,
  type RequestSummary,
  UnknownKindError,
  viewOf,
  viewOfSummary,
} from '@holdfast/payment-stop/lifecycle'
import { factIn, isRedacted, isRefusedCommand, quotedDataOf } from '@holdfast/schemas'
import { runHoldfast, workIn } from '@holdfast/test-kit/run-holdfast'
import { createChainVerifier } from '@holdfast/trust'
import { describe, expect, test } from 'vitest'
import { makeNextVersion } from '../src/next-version.ts'
import { viewsAfterEach } from './views-after-each.ts'

const here = import.meta.dirname
workIn(here)
const linesOf = (file: string) => readFileSync(join(here, file), 'utf8').split('\n').slice(0, -1)
/** Written by a future version, and readable by this one. */
const future = 'from-the-future'
const names = readdirSync(here)
  .filter(file => file.endsWith('.jsonl') && !file.endsWith('.expected.jsonl'))
  .map(file => file.slice(0, -'.jsonl'.length))
  .filter(name => name !== future)

const holdfast = (args: readonly string[], lines: readonly string[] = []) =>
  runHoldfast(args, { input: lines.map(line => `${line}\n`).join('') })

/** Runs the command of another source tree, in a process of its own. */
const holdfastOf = (tree: string, args: readonly string[]): Promise<{ readonly code: number; readonly out: string }> =>
  new Promise(resolve => {
    execFile(process.execPath, [join(tree, 'packages/cli/bin/holdfast.js'), ...args], { cwd: here }, (error, out) =>
      resolve({ code: error ? Number(error.code) : 0, out }),
    )
  })

/** The findings of the chain verifier, by line. */
function problemLines(lines: readonly string[]): number[] {
  const verifier = createChainVerifier({ strict: true })
  lines.forEach((line, at) => {
    verifier.add(JSON.parse(line) as Fact, at + 1)
  })
  return verifier.finish().problems.map(problem => problem.line)
}

const factsIn = (name: string) => linesOf(`${name}.jsonl`).map(line => JSON.parse(line) as Fact)

test('recordings exist', () => {
  expect(names).toContain('corrected-answers')
})

test('the recordings have every type of fact and deadline', () => {
  const facts = names.flatMap(factsIn)
  expect(new Set(facts.map(factKindOf))).toEqual(new Set(factKinds))
  const passed = facts.flatMap(fact => (isFact(fact, 'DeadlineReached') || isFact(fact, 'HoldExpired') ? [fact.data.kind] : []))
  expect(new Set(passed)).toEqual(new Set(deadlineKindSchema.options))
})

/** The request as a reader derives it that makes no decisions. */
function followed(standings: Map<string, RequestSummary>, fact: Fact | UnknownFact): PaymentStopView {
  const { accepted, summary } = evolveSummary(standings.get(fact.subject), fact)
  if (!accepted || !summary) throw new Error(`fact ${fact.sequence} of ${fact.subject} was not accepted`)
  standings.set(fact.subject, summary)
  return viewOfSummary(summary)
}

/** The last state of each request, in the order of opening. */
const lastOfEach = (views: readonly PaymentStopView[]) => [...new Map(views.map(view => [view.requestId, view])).values()]

describe.each(names)('the recording %s', name => {
  const lines = linesOf(`${name}.jsonl`)
  const facts = lines.map(line => JSON.parse(line) as Fact)
  const expected = linesOf(`${name}.expected.jsonl`).map(line => JSON.parse(line) as PaymentStopView)
  /** The index of the next fact of the same request, or -1. */
  const nextOf = (at: number) => facts.findIndex((fact, other) => other > at && fact.subject === facts[at]?.subject)

  test('every line is a complete fact by the current schemas', () => {
    for (const fact of facts) {
      const isEncrypted = isRedacted(fact.data) && quotedDataOf(fact.data)?.encrypted === undefined
      expect((isEncrypted ? encryptedFacts() : factSchema).safeParse(fact).error?.issues ?? []).toEqual([])
    }
  })

  test('its chain verifies', async () => {
    const { code, out } = await holdfast(['verify', '--json', `${name}.jsonl`])
    expect(JSON.parse(out)).toEqual({
      facts: lines.length,
      requests: lastOfEach(expected).length,
      dropped: { repeats: 0, latecomers: 0 },
      outcomes: { proved: lines.length, opaque: 0 },
      // Recorded facts have no transparency log.
      proof: null,
      problems: [],
      problemCount: 0,
    })
    expect(code).toBe(0)
  })

  test('each fact leads to the recorded states, amounts and deadlines', () => {
    // As JSON, which leaves out undefined members.
    expect(viewsAfterEach(facts).map(view => JSON.parse(JSON.stringify(view)))).toEqual(expected)
    expect(expected.map(view => view.phase)).toEqual(facts.map(fact => fact.phase))
  })

  test('"holdfast replay" gives the same states, at the end and at any earlier instant', async () => {
    const whole = await holdfast(['replay', '--json', `${name}.jsonl`])
    expect(whole.out.split('\n').slice(0, -1)).toEqual(lastOfEach(expected).map(view => JSON.stringify(view)))
    expect(whole.code).toBe(0)
    const instants = [...new Set(facts.map(fact => fact.time))].sort().slice(0, -1)
    // Each is a process of its own, so there are a few only.
    const every = Math.ceil(instants.length / 6)
    for (const until of instants.filter((_instant, at) => at % every === 0)) {
      const known = facts.filter(fact => fact.time <= until).length
      const { code, out, err } = await holdfast(['replay', '--json', '--until', until, `${name}.jsonl`])
      expect(out.split('\n').slice(0, -1)).toEqual(lastOfEach(expected.slice(0, known)).map(view => JSON.stringify(view)))
      expect(err).toContain(`${facts.length - known} later facts were ignored`)
      expect(code).toBe(0)
    }
  })

  test('readers that make no decisions derive the same states', () => {
    const standings = new Map<string, RequestSummary>()
    const views = facts.map(fact => JSON.parse(JSON.stringify(followed(standings, fact))))
    expect(views).toEqual(expected)
  })

  test('states can be derived from any beginning of it', () => {
    for (let end = 0; end <= facts.length; end++) expect(viewsAfterEach(facts.slice(0, end))).toHaveLength(end)
  })

  test('a changed byte in any line is found on that line', () => {
    lines.forEach((line, at) => {
      const changed = line.replace(/"time":"2/, '"time":"3')
      expect(changed).not.toBe(line)
      expect(problemLines(lines.with(at, changed))).toContain(at + 1)
    })
  })

  test('a missing line is found at the next one of its request', () => {
    facts.forEach((_fact, at) => {
      const next = nextOf(at)
      // Without a next one the history is cut off, which only another copy can show.
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
    ['a missing line', (at: number) => lines.toSpliced(at, 1)],
    ['two lines in the wrong order', (at: number) => lines.with(at, lines[nextOf(at)] ?? '').with(nextOf(at), lines[at] ?? '')],
  ])('"holdfast verify" finds %s and names a line', async (_what, spoil) => {
    const spoilt = spoil(lines.findIndex(line => line.includes('"39000000.00"')))
    expect(spoilt).not.toEqual(lines)
    const { code, out, err } = await holdfast(['verify', '-'], spoilt)
    expect(code).toBe(1)
    expect(out).toContain('NOT INTACT')
    expect(err).toMatch(/^line \d+: request /m)
  })
})

describe('the recording corrected-answers has its cases', () => {
  const facts = factsIn('corrected-answers')
  const ends = lastOfEach(viewsAfterEach(facts))
  /** An onward request belongs to the case of its parent. */
  const endOf = (caseReference: string, hop = 0) =>
    ends.find(view => view.caseReference === caseReference && (view.parent?.hop ?? 0) === hop)
  const factsOf = (view: PaymentStopView | undefined) => facts.filter(fact => fact.subject === view?.requestId)
  const told = (caseReference: string) => factsOf(endOf(caseReference)).map(factKindOf)

  test('the first case: frozen in part, frozen further, confirmed, returned in part, recovered, charges explained', () => {
    expect(told('SG-4711').filter(kind => kind !== 'DeadlineReached')).toEqual([
      'RequestOpened',
      'RequestVerified',
      'OrderAcknowledged',
      'FreezeReported',
      'FreezeReported',
      'ActionProposed',
      'FreezeConfirmed',
      'ActionProposed',
      'ReturnInitiated',
      'ReturnReported',
      'ReturnReported',
    ])
    expect(endOf('SG-4711')?.amounts).toEqual({
      requested: { currency: 'USD', value: '42300000.00' },
      frozen: { currency: 'USD', value: '41100000.00' },
      recovered: { currency: 'USD', value: '41098200.00' },
      charges: { currency: 'USD', value: '1800.00' },
      movedOnward: { currency: 'USD', value: '0.00' },
      released: { currency: 'USD', value: '0.00' },
    })
  })

  test.each([
    ['SG-4712', 'closed.noFunds', 'InformationProvided'],
    ['SG-4713', 'closed.unrecovered', 'RequestReopened'],
    ['SG-4714', 'closed.rejected', 'ReviewRequested'],
    ['SG-4715', 'closed.withdrawn', 'RequestWithdrawn'],
    ['SG-4716', 'closed.rejected', 'DeadlineReached'],
    ['SG-4717', 'closed.unrecovered', 'FreezeExtended'],
    ['SG-4718', 'closed.duplicate', 'DuplicateDetected'],
    ['SG-4719', 'closed.withdrawn', 'FreezeConfirmed'],
    ['SG-4722', 'closed.rejected', 'RequestRejected'],
    ['SG-4730', 'closed.withdrawn', 'ActionProposed'],
    ['FR-0815', 'closed.expired', 'HoldExpired'],
    ['SG-4751', 'closed.released', 'FreezeReleased'],
    ['SG-4753', 'closed.movedOnward', 'MovedOnwardReported'],
    ['SG-4740', 'verified.ordering', 'RequestVerified'],
    ['SG-4741', 'received.awaitingInformation', 'InformationRequested'],
    ['SG-4742', 'received.awaitingReview', 'VerificationProposed'],
    ['SG-4743', 'frozen.coverage.partial', 'ActionProposed'],
    ['SG-4744', 'frozen.coverage.full', 'FreezeConfirmed'],
    ['SG-4745', 'verified.awaitingInformation', 'InformationRequested'],
  ] as const)('%s is in %s, by way of %s', (caseReference, state, kind) => {
    expect(endOf(caseReference)?.states).toContain(state)
    expect(told(caseReference)).toContain(kind)
  })

  test('money that moved onward has an onward request, except where it returned to its account', () => {
    const [parent, child] = [endOf('SG-4751'), endOf('SG-4751', 1)]
    const usd = (value: string) => ({ currency: 'USD', value })
    expect(parent?.movedOnward).toEqual([{ country: 'TH', amount: usd('380000.00'), childRequestId: child?.requestId }])
    expect(child?.parent).toEqual({ requestId: parent?.requestId, hop: 1 })
    expect(child?.movedOnward).toEqual([{ country: 'MY', amount: usd('80000.00'), childless: 'HOP_CYCLE' }])
    expect(child?.states).toEqual(['recovered'])
    expect(endOf('SG-4753')?.movedOnward).toEqual([{ country: 'SG', amount: usd('70000.00'), childless: 'SAME_COUNTRY' }])
  })

  test('every fact that needs dual approval names a proposer who is not the approver', () => {
    const agreed = facts.filter(fact => (fact.data as { proposedBy?: string }).proposedBy !== undefined)
    expect(new Set(agreed.map(factKindOf))).toEqual(
      new Set([
        'RequestVerified',
        'FreezeConfirmed',
        'FreezeExtended',
        'ReturnInitiated',
        'RequestWithdrawn',
        'FreezeReleased',
        'ClosedUnrecovered',
      ]),
    )
    for (const fact of agreed) expect((fact.data as { proposedBy?: string }).proposedBy).not.toBe(fact.actor)
  })

  test('a reopened request is a second revision, with the corrected document', () => {
    expect(endOf('SG-4713')?.revision).toBe(2)
    const documents = factsOf(endOf('SG-4713')).flatMap(fact =>
      isFact(fact, 'RequestOpened') || isFact(fact, 'RequestReopened') ? [fact.data.request?.payment.creditor.account] : [],
    )
    expect(documents).toEqual([{ iban: 'GB29NWBK60161331926819' }, { iban: expect.stringMatching(/^TL/) }])
  })

  test('its refusals: too much, too soon, one person twice, not by this law, and late answers', () => {
    // A stream has facts only. The records of refusals are in the observations of the same story.
    const { ledger } = JSON.parse(readFileSync(join(here, '../checker/recordings/story.json'), 'utf8')) as {
      readonly ledger: readonly { readonly value: string }[]
    }
    const refusals = ledger
      .map(({ value }) => JSON.parse(value) as LedgerRecord)
      .filter(isRefusedCommand)
      .map(({ data }) => `${data.command} ${data.code} in ${data.state}${data.late ? ', late' : ''}`)
    expect(refusals).toEqual([
      'ApproveVerification SAME_PERSON in received.awaitingReview',
      'ExtendFreeze EXTENSION_NOT_ALLOWED in frozen.coverage.full, frozen.mandate.provisional, frozen.recovery.idle',
      'FollowOnward WRONG_STATE in closed.movedOnward',
      'ShareRequest NOT_PERMITTED in verified.ordering',
      'ReportFreeze AMOUNT_EXCEEDED in frozen.coverage.partial, frozen.mandate.provisional, frozen.recovery.idle',
      'InitiateReturn WRONG_STATE in closed.expired, late',
      'Withdraw WRONG_STATE in frozen.coverage.partial, frozen.mandate.confirmed, frozen.recovery.partlyReturned',
      'ReportFreeze WRONG_STATE in recovered, late',
    ])
  })

  const eur = (value: string) => ({ currency: 'EUR', value })

  test('agreements by the standing policy, declined reports, and a later agreement', () => {
    const request = ends.find(view => view.caseReference === 'SG-4755' && !view.parent)
    const children = ends.filter(view => view.parent?.requestId === request?.requestId)
    const followedIn = (country: string) => children.find(view => view.beneficiaryCountry === country)?.requestId
    expect(request?.states).toEqual(['closed.movedOnward'])
    expect(request?.movedOnward).toEqual([
      { country: 'TH', amount: eur('50000.00'), childRequestId: followedIn('TH') },
      { country: 'GB', amount: eur('25000.00'), childRequestId: followedIn('GB') },
      { country: 'KW', amount: eur('15000.00'), report: 5, declined: true },
    ])
    expect(children.map(view => view.states)).toEqual([['closed.withdrawn'], ['closed.withdrawn']])
  })

  test('every child follows its requester’s agreement', () => {
    for (const [at, fact] of facts.entries()) {
      if (!isFact(fact, 'RequestOpened') || !fact.data.lineage) continue
      const agreed = facts
        .slice(0, at)
        .filter(
          before =>
            (isFact(before, 'OnwardFollowed') && before.data.child.requestId === fact.subject) ||
            (isFact(before, 'MovedOnwardReported') && before.data.child?.requestId === fact.subject && before.data.standingPolicy),
        )
      expect(agreed, fact.subject).toHaveLength(1)
    }
  })
})

describe('a recording of a future version', () => {
  const lines = linesOf(`${future}.jsonl`)
  const facts = lines.map(line => {
    const read = factIn(JSON.parse(line))
    if (!read.ok) throw new Error(read.error)
    return read.value as Fact | UnknownFact
  })
  /** As the version that wrote it derived it. */
  const expected = linesOf(`${future}.expected.jsonl`).map(line => JSON.parse(line) as PaymentStopView)
  const [noted, recalled, untouched] = [...new Set(facts.map(fact => fact.subject))]

  test('has two unknown types, of which one can be skipped', () => {
    const unknown = facts.filter(fact => !isKnownFact(fact)).map(fact => [fact.subject, fact.type, fact.critical])
    expect(unknown).toEqual([
      [noted, 'holdfast.fact.v1.NoteTaken', false],
      [noted, 'holdfast.fact.v1.NoteTaken', false],
      [recalled, 'holdfast.fact.v1.RequestRecalled', undefined],
    ])
  })

  test('readers derive after each fact the same as the version that wrote it', () => {
    const standings = new Map<string, RequestSummary>()
    expect(facts.map(fact => JSON.parse(JSON.stringify(followed(standings, fact))))).toEqual(expected)
  })

  test('deciding services skip unknown facts without effect, and stop a request at other unknown facts', () => {
    const snapshots = new Map<string, RequestSnapshot>()
    const stopped = new Map<string, string>()
    for (const [at, fact] of facts.entries()) {
      if (stopped.has(fact.subject)) continue
      try {
        const { accepted, snapshot } = evolve(snapshots.get(fact.subject), fact)
        if (!accepted || !snapshot) throw new Error(`fact ${fact.sequence} of ${fact.subject} was not accepted`)
        snapshots.set(fact.subject, snapshot)
        expect(JSON.parse(JSON.stringify(viewOf(snapshot)))).toEqual(expected[at])
      } catch (error) {
        if (!(error instanceof UnknownKindError)) throw error
        stopped.set(fact.subject, error.type)
      }
    }
    expect(stopped).toEqual(new Map([[recalled, 'holdfast.fact.v1.RequestRecalled']]))
    expect([noted, untouched].map(id => id && snapshots.get(id)?.sequence)).toEqual([6, 3])
  })

  test('its chain verifies, with unknown facts, and requests without a derived state are named', async () => {
    const { code, out } = await holdfast(['verify', `${future}.jsonl`])
    expect(out).toContain(`${future}.jsonl: intact: ${lines.length} facts of 3 requests`)
    expect(out).toContain('1 requests have facts of a newer version: their chain was verified, their resulting states were not')
    expect(code).toBe(0)
  })

  test('a version that knows its types verifies every fact', async () => {
    const next = makeNextVersion()
    try {
      const { code, out } = await holdfastOf(next.path, ['verify', '--json', `${future}.jsonl`])
      expect(JSON.parse(out)).toMatchObject({ outcomes: { proved: lines.length, opaque: 0 }, problemCount: 0 })
      expect(code).toBe(0)
    } finally {
      next.remove()
    }
  })

  test('a changed byte in any line is found on that line', () => {
    lines.forEach((line, at) => {
      expect(problemLines(lines.with(at, line.replace(/"time":"2/, '"time":"3')))).toContain(at + 1)
    })
  })

  test('"holdfast replay" ends with the states of that version, and lists unverified facts', async () => {
    const { code, out, err } = await holdfast(['replay', '--json', `${future}.jsonl`])
    expect(
      out
        .split('\n')
        .slice(0, -1)
        .map(line => JSON.parse(line)),
    ).toEqual(lastOfEach(expected))
    expect(err).toContain('3 facts are of types that a newer version wrote')
    expect(code).toBe(0)
  })
})
