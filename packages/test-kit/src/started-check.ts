import { createHash } from 'node:crypto'
import type { Snapshot } from '@holdfast/core'
import { type CommandEvent, canonicalJson, type UnhashedFact } from '@holdfast/schemas'
import { type CheckState, decider, type Kind, type Policy } from './document-check.ts'

const countries = { asking: 'SG', issuing: 'TL', transit: 'AU' }
export const actors = {
  system: 'SG/system/main',
  tan: 'SG/officer/a.tan',
  lim: 'SG/officer/b.lim',
  issuer: 'TL/officer/a.costa',
  fiu: 'TL/fiu/desk',
  transit: 'AU/officer/j.smith',
  stranger: 'FR/officer/m.blanc',
  rules: 'holdfast/validation/rules',
  clock: 'holdfast/clock/ledger',
}
export const policy: Policy = { personsNeedProof: () => false }
export const strictPolicy: Policy = { personsNeedProof: country => country === 'SG' }

let commandCount = 0
const subject = '5b0f6f0e-4d0b-4f9e-9a53-0b9f7d9f9a10'

/** A command on the check, with an id of its own. */
export const command = (kind: Kind | 'Unknown', actor: string, data: object = {}, more: Partial<CommandEvent> = {}): CommandEvent => ({
  id: `command-${++commandCount}`,
  source: '/test',
  type: `holdfast.command.v1.${kind}`,
  subject,
  time: '2026-01-01T00:00:00.000Z',
  actor,
  data,
  ...more,
})

export const hashed = (fact: UnhashedFact) => ({ ...fact, hash: createHash('sha256').update(canonicalJson(fact)).digest('hex') })

/** A check to which commands are given. Each fact and refusal is evolved at once, as in a ledger. */
export function startCheck() {
  let snapshot: Snapshot<CheckState> | undefined
  const records: UnhashedFact[] = []
  const give = (given: CommandEvent, by: Policy = policy, level?: number) => {
    const decision = decider.decide(snapshot, given, by, level)
    if (decision.outcome === 'fact') {
      records.push(decision.fact)
      snapshot = decider.advance(snapshot, hashed(decision.fact), decision.state)
    }
    if (decision.outcome === 'refused') snapshot = decider.evolveByRefusal(snapshot, decision.refused).snapshot
    return decision
  }
  return {
    records,
    give,
    current: () => snapshot as Snapshot<CheckState>,
    open: () => give(command('OpenCheck', actors.system, { countries })),
    pass: () => give(command('PassAssessment', actors.rules)),
  }
}

/** A check that waits for opinions. */
export function askedCheck() {
  const check = startCheck()
  check.open()
  check.pass()
  return check
}
