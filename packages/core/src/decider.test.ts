import { canonicalJson } from '@holdfast/schemas'
import { decider } from '@holdfast/test-kit/document-check'
import { actors, askedCheck, command, hashed, policy, startCheck, strictPolicy } from '@holdfast/test-kit/started-check'
import { describe, expect, test } from 'vitest'
import { UnknownKindError } from './history.ts'
import { factsPerMemberRoleMax, reservedFactsPerMemberRoleMax } from './history-quota.ts'
import { refusalsMax } from './refusal-budgets.ts'

type Given = ReturnType<ReturnType<typeof startCheck>['give']>
/** The refusal of a decision, and whether it was recorded. */
const refusalOf = (decision: Given) =>
  decision.outcome === 'refused'
    ? (decision.refused.data as { code: string; message: string })
    : decision.outcome === 'dropped'
      ? { ...decision.refusal, dropReason: decision.dropReason }
      : decision.outcome
const factOf = (decision: Given) => (decision.outcome === 'fact' ? decision.fact : undefined)

describe('a first command', () => {
  test('opens a request', () => {
    const check = startCheck()
    const opened = check.open()
    expect(factOf(opened)).toEqual({
      actor: 'SG/system/main',
      askingcountry: 'SG',
      causationid: expect.stringMatching(/^command-/),
      correlationid: check.current().requestId,
      data: {
        countries: { asking: 'SG', issuing: 'TL', transit: 'AU' },
        resultingState: { openedAt: '2026-01-01T00:00:00.000Z', opinions: 0 },
      },
      datacontenttype: 'application/json',
      id: expect.any(String),
      phase: 'open',
      prevhash: '0'.repeat(64),
      sequence: 1,
      source: '/holdfast/ledger',
      specversion: '1.0',
      subject: check.current().requestId,
      time: '2026-01-01T00:00:00.000Z',
      type: 'holdfast.fact.v1.CheckOpened',
      zone: 'one',
    })
  })

  test('is dropped if the workflow opens no request by it', () => {
    expect(refusalOf(startCheck().give(command('OpenCheck', actors.system)))).toEqual({
      code: 'MALFORMED',
      message: 'a check names its countries',
      dropReason: 'stray',
    })
    expect(refusalOf(startCheck().give(command('OpenCheck', actors.clock)))).toMatchObject({ code: 'MALFORMED', dropReason: 'late' })
  })

  test('is dropped if it opens none', () => {
    const unknown = { code: 'REQUEST_UNKNOWN', message: 'no request has this id' }
    expect(refusalOf(startCheck().give(command('GiveOpinion', actors.issuer)))).toEqual({ ...unknown, dropReason: 'stray' })
    expect(refusalOf(startCheck().give(command('PassAssessment', actors.rules)))).toEqual({ ...unknown, dropReason: 'late' })
  })
})

test('the members of a fact are sorted by name, also those of its workflow', () => {
  const check = askedCheck()
  const more = { traceparent: '00-1', orderid: 'order', encryptedactor: 'box', actorproof: 'key:1', correlationid: 'other' }
  check.give(command('AddRemark', actors.tan, {}, more))
  for (const fact of check.records) {
    expect(Object.keys(fact)).toEqual(Object.keys(fact).sort())
    expect(JSON.stringify(fact)).toBe(canonicalJson(fact))
  }
  expect(check.records[2]).toMatchObject({ ...more, critical: false, sequence: 3 })
  expect(check.records[1]).not.toHaveProperty('critical')
})

test('a second opening is dropped, also by the engine', () => {
  const check = askedCheck()
  const already = { code: 'ALREADY_OPEN', message: 'a request with this id already exists' }
  expect(refusalOf(check.give(command('OpenCheck', actors.system)))).toEqual({ ...already, dropReason: 'stray' })
  expect(refusalOf(check.give(command('OpenCheck', actors.clock)))).toEqual({ ...already, dropReason: 'late' })
})

test('a command is applied once, also if it was refused', () => {
  const check = askedCheck()
  const opinion = command('GiveOpinion', actors.issuer)
  const bad = command('GiveOpinion', actors.issuer, { secret: true })
  expect([opinion, bad].map(each => check.give(each).outcome)).toEqual(['fact', 'refused'])
  expect([opinion, bad].map(each => check.give(each).outcome)).toEqual(['applied', 'applied'])
})

test('an unreadable actor, and a country without a part, leave no record', () => {
  const check = askedCheck()
  expect(refusalOf(check.give(command('GiveOpinion', 'someone')))).toEqual({
    code: 'NOT_PERMITTED',
    message: '"someone" is not an actor',
    dropReason: 'stray',
  })
  expect(refusalOf(check.give(command('GiveOpinion', actors.stranger)))).toEqual({
    code: 'NOT_PERMITTED',
    message: 'FR has no part in this request',
    dropReason: 'stray',
  })
})

describe('a request of three countries', () => {
  test('takes a command from each party that may give it', () => {
    const check = askedCheck()
    for (const actor of [actors.issuer, actors.fiu, actors.transit]) expect(check.give(command('GiveOpinion', actor)).outcome).toBe('fact')
    expect(check.current().state.context.opinions).toBe(3)
    expect(check.records.at(-1)?.data).toMatchObject({ resultingState: { opinions: 3 } })
  })

  test('refuses a party or role that may not', () => {
    const check = askedCheck()
    expect(refusalOf(check.give(command('GiveOpinion', actors.tan)))).toMatchObject({
      code: 'NOT_PERMITTED',
      message: "this is for the issuing country's officer or fiu, or the transit country's officer",
    })
    expect(refusalOf(check.give(command('GiveOpinion', 'AU/fiu/desk')))).toMatchObject({ code: 'NOT_PERMITTED' })
    expect(refusalOf(check.give(command('DeadlinePassed', actors.tan)))).toMatchObject({ code: 'NOT_PERMITTED' })
    expect(refusalOf(check.give(command('Unknown', actors.tan)))).toMatchObject({ code: 'NOT_PERMITTED', message: 'this is for ' })
  })

  test('drops what the engine may not', () => {
    expect(refusalOf(askedCheck().give(command('Settle', actors.clock)))).toMatchObject({ code: 'NOT_PERMITTED', dropReason: 'late' })
  })
})

test('the refusals of the workflow are recorded, and say where the request is', () => {
  const check = askedCheck()
  const refused = check.give(
    command('GiveOpinion', actors.issuer, { secret: true }, { traceparent: '00-1', orderid: 'order', encryptedactor: 'box' }),
  )
  expect(refused.outcome === 'refused' && refused.refused).toEqual({
    specversion: '1.0',
    id: expect.any(String),
    source: '/holdfast/ledger',
    type: 'holdfast.refusal.v1',
    subject: check.current().requestId,
    time: '2026-01-01T00:00:00.000Z',
    datacontenttype: 'application/json',
    causationid: expect.stringMatching(/^command-/),
    correlationid: check.current().requestId,
    actor: actors.issuer,
    encryptedactor: 'box',
    phase: 'open',
    askingcountry: 'SG',
    zone: 'one',
    aftersequence: 2,
    afterhash: check.current().hash,
    number: 1,
    orderid: 'order',
    traceparent: '00-1',
    data: { command: 'GiveOpinion', code: 'WRONG_STATE', message: 'a check takes no secrets', state: 'open.asked' },
  })
  const second = check.give(command('AddRemark', actors.tan, { impossible: true }))
  expect(second.outcome === 'refused' && second.refused).toMatchObject({
    number: 2,
    afterrefusal: refused.outcome === 'refused' && (refused.refused as unknown as { id: string }).id,
    data: { message: 'this cannot be recorded' },
  })
  expect(second.outcome === 'refused' && second.refused).not.toHaveProperty('traceparent')
})

test('the refused answer of a FIU keeps its data, and is marked as late after the end', () => {
  const check = askedCheck()
  const answer = () => check.give(command('GiveOpinion', actors.fiu, { secret: 'x' }))
  expect(refusalOf(answer())).toEqual(expect.not.objectContaining({ late: true }))
  check.give(command('Settle', actors.tan))
  check.give(command('Settle', actors.lim))
  expect(refusalOf(answer())).toMatchObject({ late: true, data: { secret: 'x' }, state: 'settled' })
  expect(refusalOf(check.give(command('GiveOpinion', actors.issuer)))).toEqual({
    command: 'GiveOpinion',
    code: 'WRONG_STATE',
    message: 'opinions are given once the check has passed',
    state: 'settled',
  })
})

test('a member role has a budget of recorded refusals', () => {
  const check = askedCheck()
  const bad = () => check.give(command('GiveOpinion', actors.issuer, { secret: true }))
  const recorded = Array.from({ length: refusalsMax }, bad)
  expect(recorded.map(each => each.outcome === 'refused' && 'last' in each.refused.data)).toEqual([
    ...Array(refusalsMax - 1).fill(false),
    true,
  ])
  expect(refusalOf(bad())).toMatchObject({ dropReason: 'spent', message: 'a check takes no secrets' })
  expect(check.give(command('GiveOpinion', actors.transit, { secret: true })).outcome).toBe('refused')
})

test('a state that does not allow a command is named', () => {
  const check = startCheck()
  check.open()
  expect(refusalOf(check.give(command('GiveOpinion', actors.issuer)))).toMatchObject({
    message: 'opinions are given once the check has passed',
  })
  expect(refusalOf(check.give(command('Settle', actors.tan)))).toMatchObject({
    code: 'WRONG_STATE',
    message: 'this is not possible in state open.assessing, sequence 1',
  })
})

test('an assessment of an earlier document is dropped', () => {
  const check = startCheck()
  check.open()
  const first = check.records[0]?.id
  check.give(command('ReplaceDocument', actors.system))
  const second = check.records[1]?.id
  expect(refusalOf(check.give(command('PassAssessment', actors.rules, {}, { causationid: first })))).toEqual({
    code: 'WRONG_STATE',
    message: 'the assessment is of an earlier document',
    dropReason: 'late',
  })
  // Only the rules assess: the cause of a member's command is something else.
  expect(check.give(command('ReplaceDocument', actors.system, {}, { causationid: first })).outcome).toBe('fact')
  const third = check.records[2]?.id
  expect(check.give(command('PassAssessment', actors.rules, {}, { causationid: second })).outcome).toBe('dropped')
  expect(check.give(command('PassAssessment', actors.rules, {}, { causationid: third })).outcome).toBe('fact')
})

test('an assessment that names no document is of the latest one', () => {
  const check = startCheck()
  check.open()
  expect(check.pass().outcome).toBe('fact')
})

describe('dual approval', () => {
  test('takes a proposal and the approval of another person, and retains the request from its end', () => {
    const check = askedCheck()
    const proposed = factOf(check.give(command('Settle', actors.tan, { verdict: 'genuine' })))
    expect(proposed?.type).toBe('holdfast.fact.v1.ActionProposed')
    expect(proposed?.data).toMatchObject({
      command: 'Settle',
      data: { verdict: 'genuine' },
      proposalDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(refusalOf(check.give(command('Settle', actors.tan, { verdict: 'genuine' })))).toMatchObject({
      code: 'SAME_PERSON',
      message: 'you proposed this action, so you cannot approve it. Another person of your country with the same role must approve it',
    })
    const settled = factOf(check.give(command('Settle', actors.lim, { verdict: 'genuine' }, { time: '2026-01-02T00:00:00.000Z' })))
    expect(settled).toMatchObject({ type: 'holdfast.fact.v1.CheckSettled', phase: 'settled' })
    expect(settled?.data).toMatchObject({ verdict: 'genuine', proposedBy: actors.tan, retainedFrom: '2026-01-02T00:00:00.000Z' })
  })

  test('takes other data as another proposal', () => {
    const check = askedCheck()
    check.give(command('Settle', actors.tan, { verdict: 'genuine' }))
    expect(factOf(check.give(command('Settle', actors.lim, { verdict: 'forged' })))?.type).toBe('holdfast.fact.v1.ActionProposed')
  })

  test('needs a proof of each person where the country wants one', () => {
    const check = askedCheck()
    const proof = (key: string) => ({ actorproof: `key:${key}` })
    expect(refusalOf(check.give(command('Settle', actors.tan), strictPolicy))).toMatchObject({
      code: 'PERSON_UNPROVED',
      message: "this needs dual approval, but only a key of SG vouches for this person. Sign with the person's own key, or sign in",
    })
    expect(check.give(command('AddRemark', actors.tan), strictPolicy).outcome).toBe('fact')
    expect(check.give(command('Settle', actors.tan, {}, proof('one')), strictPolicy).outcome).toBe('fact')
    expect(check.give(command('Settle', actors.lim, {}, proof('two')), strictPolicy)).toMatchObject({ fact: { phase: 'settled' } })
  })
})

test('a kind above the level of the ledger is not written', () => {
  const check = askedCheck()
  expect(refusalOf(check.give(command('Escalate', actors.tan), policy, 1))).toMatchObject({
    code: 'WRONG_STATE',
    message: 'this needs a ledger of level 2, and this one is at level 1: some services of the engine cannot read it yet',
  })
  expect(check.give(command('Escalate', actors.tan), policy, 2).outcome).toBe('fact')
  expect(askedCheck().give(command('Escalate', actors.tan)).outcome).toBe('fact')
})

describe('with the quota of a member role used up', () => {
  const full = () => {
    const check = askedCheck()
    for (let nth = 0; nth < factsPerMemberRoleMax; nth++) expect(check.give(command('AddRemark', actors.tan)).outcome).toBe('fact')
    return check
  }

  test('only the reserve, steps to another phase, withdrawn shares and the engine are left', () => {
    const check = full()
    expect(refusalOf(check.give(command('AddRemark', actors.lim)))).toMatchObject({
      code: 'HISTORY_FULL',
      message:
        'a history takes 140 facts of each member role, then only facts that advance the request, and 20 more reports on money or proposals',
    })
    expect(check.give(command('WithdrawShare', actors.tan, { share: 1 })).outcome).toBe('fact')
    expect(check.give(command('GiveOpinion', actors.issuer)).outcome).toBe('fact')
    for (let nth = 1; nth < reservedFactsPerMemberRoleMax; nth++)
      expect(check.give(command('Settle', actors.tan, { nth })).outcome).toBe('fact')
    expect(refusalOf(check.give(command('Settle', actors.tan, { nth: 99 })))).toMatchObject({ code: 'HISTORY_FULL' })
    expect(check.give(command('Settle', actors.lim, { nth: 1 })).outcome).toBe('fact')
  })

  test('a deadline still passes', () => {
    expect(full().give(command('DeadlinePassed', actors.clock)).outcome).toBe('fact')
    expect(full().give(command('Escalate', actors.tan)).outcome).toBe('fact')
  })
})

describe('a history', () => {
  const factsOf = (check: ReturnType<typeof askedCheck>) => check.records.map(hashed)
  const evolved = (facts: readonly ReturnType<typeof hashed>[]) =>
    facts.reduce<ReturnType<typeof decider.evolve>['snapshot']>((last, fact) => decider.evolve(last, fact).snapshot, undefined)

  test('evolves to the state in which it was decided, and is stored', () => {
    const check = askedCheck()
    check.give(command('AddRemark', actors.tan))
    check.give(command('Settle', actors.tan))
    const again = evolved(factsOf(check))
    expect(again).toEqual(check.current())
    const stored = decider.parseSnapshot(decider.serializeSnapshot(check.current()))
    expect(stored).toEqual(check.current())
    expect(stored.state.value).toBe(check.current().state.value)
  })

  test('takes no fact twice or out of order, and none of a refused command', () => {
    const check = askedCheck()
    const [first, second] = factsOf(check)
    if (!first || !second) throw new Error('two facts')
    expect(decider.evolve(undefined, second)).toEqual({ accepted: false, snapshot: undefined })
    expect(decider.evolve(check.current(), second)).toEqual({ accepted: false, snapshot: check.current() })
    const refused = check.give(command('GiveOpinion', actors.issuer, { secret: true }))
    const { causationid = '' } = refused.outcome === 'refused' ? refused.refused : {}
    const next = { ...second, sequence: 3, prevhash: check.current().hash, causationid }
    expect(decider.evolve(check.current(), next).accepted).toBe(false)
    expect(refused.outcome === 'refused' && decider.evolveByRefusal(check.current(), refused.refused).accepted).toBe(false)
    expect(refused.outcome === 'refused' && decider.evolveByRefusal(undefined, refused.refused)).toEqual({
      accepted: false,
      snapshot: undefined,
    })
  })

  test('counts an unknown kind that is not critical, and throws for one that is', () => {
    const check = askedCheck()
    const [first, second] = factsOf(check)
    if (!first || !second) throw new Error('two facts')
    const next = { ...second, sequence: 3, prevhash: check.current().hash, causationid: 'later', type: 'holdfast.fact.v2.OpinionGiven' }
    const { accepted, snapshot } = decider.evolve(check.current(), { ...next, critical: false })
    expect({ accepted, state: snapshot?.state, sequence: snapshot?.sequence }).toEqual({
      accepted: true,
      state: check.current().state,
      sequence: 3,
    })
    expect(() => decider.evolve(check.current(), next)).toThrow(UnknownKindError)
    expect(() => decider.evolve(check.current(), next)).toThrow(
      `fact 3 of ${next.subject} has a kind that this version does not know: holdfast.fact.v2.OpinionGiven`,
    )
    expect(() => decider.evolve(undefined, { ...first, type: 'holdfast.fact.v2.CheckOpened', critical: false })).toThrow(UnknownKindError)
  })

  test('keeps the shares of a request, one for each unit', () => {
    const check = askedCheck()
    const share = (sequence: number, prevhash: string, type: string, data: object) =>
      hashed({
        ...factsOf(check)[1],
        causationid: `share-${sequence}`,
        actor: actors.tan,
        sequence,
        prevhash,
        type: `holdfast.fact.v1.${type}`,
        data,
      } as never)
    const unit = { country: 'FR', unit: 'cybercrime' }
    const one = share(3, check.current().hash, 'RequestShared', { with: unit, extent: 'standing' })
    const two = share(4, one.hash, 'RequestShared', { with: unit, extent: 'history' })
    const other = share(5, two.hash, 'RequestShared', { with: { country: 'FR', unit: 'organisedCrime' }, extent: 'history' })
    const ended = share(6, other.hash, 'ShareWithdrawn', { share: 4 })
    const shares = [one, two, other, ended].map((_fact, index, all) => {
      const facts = [...factsOf(check), ...all.slice(0, index + 1)]
      return evolved(facts)?.sharedWith.map(({ share, extent, sharedBy }) => [share, extent, sharedBy])
    })
    expect(shares).toEqual([
      [[3, 'standing', actors.tan]],
      [[4, 'history', actors.tan]],
      [
        [4, 'history', actors.tan],
        [5, 'history', actors.tan],
      ],
      [[5, 'history', actors.tan]],
    ])
  })
})
