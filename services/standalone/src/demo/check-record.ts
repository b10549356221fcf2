import { isDeepStrictEqual } from 'node:util'
import type { PaymentStopView } from '@holdfast/payment-stop/language'
import { type Fact, readFact } from '@holdfast/payment-stop/language'
import { evolve, type RequestSnapshot, viewOf } from '@holdfast/payment-stop/lifecycle'
import { createChainVerifier } from '@holdfast/trust'
import type { Ending } from './endings.ts'
import { nameOf } from './name-of.ts'
import { differenceOf } from './story-check.ts'

/** The record of the story: the exported stream, and what the demo saw while it ran. */
export interface Recorded {
  /** The export, one fact a line. */
  readonly lines: readonly string[]
  /** The facts of the live stream, in its order. */
  readonly streamed: readonly Fact[]
  /** Every request as the desk shows it. */
  readonly views: readonly PaymentStopView[]
}

/**
 * Returns every deviation: in the hash chain, between replay and desk, between export and live stream, and at the end
 * of each request.
 */
export function checkRecord(record: Recorded, endings: readonly Ending[]): string[] {
  return [...checkChain(record.lines), ...checkReplay(record), ...checkStreamed(record), ...checkEndings(record, endings)]
}

/** Returns the problems that the verifier of hash chains finds in an export, with their lines. */
export function checkChain(lines: readonly string[]): string[] {
  const verifier = createChainVerifier({ strict: true })
  const unreadable: string[] = []
  lines.forEach((line, at) => {
    const fact = readFact(line)
    if (fact.ok) verifier.add(fact.value, at + 1)
    else unreadable.push(`line ${at + 1} is not a fact: ${fact.error}`)
  })
  return [...unreadable, ...verifier.finish().problems.map(({ line, message }) => `line ${line}: ${message}`)]
}

/** Derives each request from the export and compares it with the desk. */
function checkReplay({ lines, views }: Recorded): string[] {
  const snapshots = new Map<string, RequestSnapshot>()
  for (const line of lines) {
    const fact = readFact(line)
    if (!fact.ok) continue
    const { accepted, snapshot } = evolve(snapshots.get(fact.value.subject), fact.value)
    if (accepted && snapshot) snapshots.set(fact.value.subject, snapshot)
  }
  const byDesk = new Map(views.map(view => [view.requestId, view]))
  return [...new Set([...snapshots.keys(), ...byDesk.keys()])].flatMap(requestId => {
    const snapshot = snapshots.get(requestId)
    // The desk's view came as JSON, which has no undefined members.
    const replayed: PaymentStopView | undefined = snapshot && JSON.parse(JSON.stringify(viewOf(snapshot)))
    const shown = byDesk.get(requestId)
    if (isDeepStrictEqual(replayed, shown)) return []
    const known = replayed ?? shown
    return [differenceOf(`the replay of ${known ? nameOf(known) : requestId}`, replayed ?? null, shown ?? null)]
  })
}

function checkStreamed({ lines, streamed }: Recorded): string[] {
  const exported = lines.flatMap(line => {
    const fact = readFact(line)
    return fact.ok ? [fact.value.hash] : []
  })
  const live = streamed.map(fact => fact.hash)
  return isDeepStrictEqual(exported, live)
    ? []
    : [`the export has ${exported.length} facts, but the live stream had ${live.length}, or different ones`]
}

function checkEndings({ views }: Recorded, endings: readonly Ending[]): string[] {
  const problems = endings.flatMap(({ caseReference, to, ...expected }) => {
    const name = `${caseReference} to ${to}`
    const view = views.find(candidate => candidate.caseReference === caseReference && candidate.beneficiaryCountry === to)
    if (!view) return [`${name} is missing`]
    const found = { states: view.states, facts: view.sequence, amounts: valuesOf(view.amounts) }
    return isDeepStrictEqual(found, expected) ? [] : [differenceOf(`the end of ${name}`, found, expected)]
  })
  return views.length === endings.length ? problems : [...problems, `expected ${endings.length} requests, found ${views.length}`]
}

const valuesOf = (amounts: PaymentStopView['amounts']) =>
  Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, amount?.value]))
