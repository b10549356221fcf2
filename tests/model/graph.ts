import { phaseOf } from '@holdfast/payment-stop/lifecycle'
import { fromTransition } from 'xstate'
import { getShortestPaths } from 'xstate/graph'
import type { Walkable } from './machine.ts'
import { isPassing, type ModelState, unopened } from './model-state.ts'
import { type Move, stepOf, stepped } from './moves/move.ts'
import { moves } from './moves.ts'
import { transitionsTaken } from './transition-coverage.ts'

/** One path through the machine, from before the first fact. */
export interface Path {
  readonly moves: readonly Move[]
  readonly standing: ModelState
  readonly turns: ReadonlySet<string>
}

/**
 * The shortest path to each state, and each of them with one more move: every possible move is the end of one of them.
 */
export function pathsThrough(machine: Walkable): readonly Path[] {
  const start: Path = { moves: [], standing: unopened(machine), turns: new Set() }
  const known = new Map<string, Path | undefined>([['', start]])
  const walked = (way: readonly Move[]): Path | undefined => {
    const id = way.map(({ type }) => type).join('\n')
    if (known.has(id)) return known.get(id)
    const before = walked(way.slice(0, -1))
    const [last] = way.slice(-1)
    const path = before && last && further(machine, before, last)
    known.set(id, path)
    return path
  }
  const paths = shortestWays(machine).flatMap(way => {
    const path = walked(way)
    // Equivalent states differ in their clocks, so a path to one of them can end early from the other.
    if (!path) return []
    const next = isFar(path.standing) ? [] : moves.map(move => further(machine, path, move))
    return [path, ...next.filter(one => one !== undefined)]
  })
  return paths.filter(({ moves: { length }, standing }) => length > 0 && !isPassing(standing))
}

function further(machine: Walkable, path: Path, move: Move): Path | undefined {
  const step = stepOf(machine, path.standing, move)
  if (!step) return undefined
  const standing = stepped(machine, path.standing, step)
  return { moves: [...path.moves, move], standing, turns: new Set([...path.turns, ...transitionsTaken(path.standing, standing)]) }
}

function shortestWays(machine: Walkable): readonly (readonly Move[])[] {
  const logic = fromTransition((standing: ModelState, move: Move) => {
    const step = stepOf(machine, standing, move)
    return step ? stepped(machine, standing, step) : standing
  }, unopened(machine))
  const paths = getShortestPaths(logic, {
    events: ({ context }) => moves.filter(move => stepOf(machine, context, move)),
    stopWhen: ({ context }) => isFar(context),
    serializeState: ({ context }) => keyOf(context),
    serializeEvent: ({ type }) => type,
  })
  // The first step of each is XState's own, before the first event.
  return paths.map(({ steps }) => steps.slice(1).map(({ event }) => event))
}

/** Longer paths only repeat what shorter ones do. */
function isFar({ state, verdict }: ModelState): boolean {
  const phase = phaseOf(state)
  return phase !== 'received' && (state.context.revision > 1 || (phase === 'verified' && verdict !== 'pass'))
}

/**
 * The identity of a state: everything that a guard or a person's choice depends on. Of instants only the order and
 * equality count; their distances would create a state for each minute.
 */
function keyOf({ state: { value, context }, verdict }: ModelState): string {
  const { holds, deadlines } = context
  const ends = holds.flatMap(({ amountMinor, expiresAt }) => (expiresAt ? [{ kind: `end of ${amountMinor}`, dueAt: expiresAt }] : []))
  const order = [...deadlines, ...ends].sort((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt)).map(({ kind }) => kind)
  return JSON.stringify([
    value,
    verdict,
    context.beneficiaryCountry,
    holds.map(({ amountMinor, expiresAt, extendedTimes }) => [amountMinor, expiresAt === null, extendedTimes]),
    [...new Set(order)],
    context.sums.recoveredMinor,
    context.sums.chargesMinor,
    context.movedOnward.map(({ amountMinor, proposed, childless }) => [amountMinor, proposed?.declined, childless]),
    context.shortfall !== null,
    context.review.officers,
    context.review.proposedBy,
    context.proposals.map(({ command, digest }) => [command, digest]),
    context.challenge !== null,
    context.askedIn,
    context.revision > 1,
  ])
}
