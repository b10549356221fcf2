import { isDeepStrictEqual } from 'node:util'
import { evolve, type RequestSnapshot, viewOf } from '@holdfast/lifecycle'
import { type Fact, type RequestView, readFact } from '@holdfast/schemas'
import { createChainVerifier } from '@holdfast/trust'
import type { Ending } from './endings.ts'
import { nameOf } from './name-of.ts'
import { differenceOf } from './story-check.ts'

/** What remains of the story: the exported stream, and what was seen of it while it was told. */
export interface Recorded {
  /** The export, one fact a line. */
  readonly lines: readonly string[]
  /** The facts that the live stream brought, in its order. */
  readonly watched: readonly Fact[]
  /** Every request as the desk says it is. */
  readonly views: readonly RequestView[]
}

/** Everything that is not as told: in the chain, between the replay and the desk, between export and live stream, and in how each request ended. */
export function checkRecord(record: Recorded, endings: readonly Ending[]): string[] {
  return [...checkChain(record.lines), ...checkReplay(record), ...checkWatched(record), ...checkEndings(record, endings)]
}

/** What the verifier of hash chains finds in an export, each with its line. */
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

/** Folds the export again, from nothing, and holds each request against what the desk says. */
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
    // The desk's came over the wire, where what is undefined is not there at all.
    const replayed: RequestView | undefined = snapshot && JSON.parse(JSON.stringify(viewOf(snapshot)))
    const said = byDesk.get(requestId)
    if (isDeepStrictEqual(replayed, said)) return []
    const known = replayed ?? said
    return [differenceOf(`the replay of ${known ? nameOf(known) : requestId}`, replayed ?? null, said ?? null)]
  })
}

function checkWatched({ lines, watched }: Recorded): string[] {
  const exported = lines.flatMap(line => {
    const fact = readFact(line)
    return fact.ok ? [fact.value.hash] : []
  })
  const live = watched.map(fact => fact.hash)
  return isDeepStrictEqual(exported, live) ? [] : [`the export has ${exported.length} facts, the live stream had ${live.length}, or others`]
}

function checkEndings({ views }: Recorded, endings: readonly Ending[]): string[] {
  const problems = endings.flatMap(({ caseReference, to, ...told }) => {
    const name = `${caseReference} to ${to}`
    const view = views.find(candidate => candidate.caseReference === caseReference && candidate.beneficiaryCountry === to)
    if (!view) return [`${name} is not there`]
    const found = { states: view.states, facts: view.sequence, amounts: valuesOf(view.amounts) }
    return isDeepStrictEqual(found, told) ? [] : [differenceOf(`the end of ${name}`, found, told)]
  })
  return views.length === endings.length ? problems : [...problems, `told ${endings.length} requests, found ${views.length}`]
}

const valuesOf = (amounts: RequestView['amounts']) =>
  Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, amount?.value]))
