import { same } from '../canonical.ts'
import type { Deadline, Fact } from '../ledger/records.ts'
import { decimalOf } from '../money.ts'
import { type Chart, frozen, hasEnded, isSame, moved, phaseOf, statesOf } from './chart.ts'

/** A fact lists at most this many running deadlines, the earliest first. */
const deadlinesMax = 50

export function deadlinesOf({ deadlines, holds }: Chart): Deadline[] {
  const ends = new Set(holds.flatMap(({ expiresAt }) => expiresAt ?? []))
  return [...deadlines, ...[...ends].map(dueAt => ({ kind: 'holdExpiry', dueAt }))]
}

export function amountsOf(chart: Chart): Readonly<Record<string, string>> | undefined {
  const { currency, requested, recovered, charges, released } = chart
  if (requested === undefined) return undefined
  const value = (minor: bigint) => decimalOf(currency, minor)
  return {
    currency,
    requested: value(requested),
    frozen: value(frozen(chart)),
    recovered: value(recovered),
    charges: value(charges),
    movedOnward: value(moved(chart)),
    released: value(released),
  }
}

/** The outcome of a closed request. */
export function outcomeOf(chart: Chart): object | undefined {
  const { openedAt, endedAt, verifiedAt, heldAt, endReason, state } = chart
  const frozenAt = heldAt[0]?.time
  if (endedAt === undefined || !hasEnded(phaseOf(chart))) return undefined
  const seconds = (instant: string) => Math.max(0, Math.round((Date.parse(instant) - Date.parse(openedAt)) / 1000))
  return {
    end: state,
    reason: endReason,
    amounts: outcomeAmounts(chart),
    openedAt,
    endedAt,
    secondsToVerify: verifiedAt === undefined ? undefined : seconds(verifiedAt),
    secondsToFreeze: frozenAt === undefined ? undefined : seconds(frozenAt),
    secondsToRecover: state === 'recovered' ? seconds(endedAt) : undefined,
  }
}

function outcomeAmounts(chart: Chart): object | undefined {
  const { currency, requested, recovered, charges, released } = chart
  if (requested === undefined) return undefined
  const money = (minor: bigint) => ({ currency, value: decimalOf(currency, minor) })
  const ever = frozen(chart) + released
  const shown = ever > requested ? requested : ever
  return {
    requested: money(requested),
    frozen: money(shown),
    recovered: money(recovered),
    charges: money(charges),
    movedOnward: money(moved(chart)),
    released: money(shown - recovered - charges),
  }
}

/** Whether the same deadlines run, in any order. */
function sameDeadlines(said: readonly Deadline[], derived: readonly Deadline[]): boolean {
  if (said.length !== Math.min(derived.length, deadlinesMax)) return false
  return said.every(each => derived.some(known => isSame(each, known)))
}

/** The parts in which a fact's stored resulting state differs from the derived one. */
export function differsIn(chart: Chart, { phase, data }: Fact): readonly string[] {
  const differences = phase === phaseOf(chart) ? [] : [`phase ${phase}, not ${phaseOf(chart)}`]
  if (!data.resultingState) return [...differences, 'no resulting state']
  const { states, deadlines, ...said } = data.resultingState
  if (!same(states, statesOf(chart))) differences.push(`states ${states?.join(', ')}, not ${statesOf(chart).join(', ')}`)
  if (!sameDeadlines(deadlines ?? [], deadlinesOf(chart))) differences.push('deadlines')
  const { proposals, revision, shortfallReason, rejectionCode, standingRequestId } = chart
  const derived: Record<string, unknown> = {
    amounts: amountsOf(chart),
    revision,
    shortfallReason,
    rejectionCode,
    standingRequestId,
    outcome: outcomeOf(chart),
    proposals:
      proposals.length > 0 ? proposals.map(({ command, actor, sequence }) => ({ command, proposedBy: actor, sequence })) : undefined,
  }
  const parts = new Set([...Object.keys(derived), ...Object.keys(said)])
  for (const part of parts) if (!same((said as Record<string, unknown>)[part], derived[part])) differences.push(part)
  return differences
}
