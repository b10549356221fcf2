import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import type { PaymentStopView } from '@holdfast/payment-stop/language'
import { type Fact, factKindOf, isFact } from '@holdfast/payment-stop/language'
import { evolve, type RequestSnapshot, statesOf } from '@holdfast/payment-stop/lifecycle'
import { memberRolePrefixOf, type RefusedCommand } from '@holdfast/schemas'
import { clientsOf, eventually } from '../src/engine.ts'
import { requestingCountry } from './countries.ts'
import { documentFor } from './documents.ts'
import type { Walkable } from './machine.ts'
import { isPassing, type ModelState, unopened, viewed } from './model-state.ts'
import { standingRequest } from './moves/before-the-order.ts'
import { formatGiver, type Move, type Step, stepOf, stepped } from './moves/move.ts'
import { child } from './moves/onward.ts'
import { refusedSteps } from './moves.ts'
import { command, type Played, perform, send } from './perform.ts'
import { type Stage, startStage } from './stage.ts'

/** The states of the model that an engine confirmed, one for each step. */
export type Walked = readonly ModelState[]

export interface WalkOptions {
  /** Which of the impossible commands is tried at its end. */
  readonly number?: number
  /**
   * For a request that is closed before its assessment: whether the verdict comes before the next step or before the
   * next document.
   */
  readonly lateVerdict?: 'at once' | 'with the next'
}

/**
 * Walks a path on an engine of its own and compares after each step: history, derived context and the desk's answer
 * must equal the model's. Then tries an impossible command at its end. Throws at the first difference and names its
 * step.
 */
export async function walk(
  machine: Walkable,
  path: readonly Move[],
  { number = 0, lateVerdict = 'at once' }: WalkOptions = {},
): Promise<Walked> {
  const planned = plan(machine, path)
  const stage = await startStage()
  try {
    const standsFor = planned.some(({ step }) => step.verdict === 'duplicate') ? await sendWhatStands(stage) : undefined
    let played: Played = { stage, sequence: 0, requestId: '' }
    for (const [index, { move, step, standing }] of planned.entries())
      await named(`step ${index + 1}, "${move.type}"`, async () => {
        played = { stage, requestId: await perform(played, step.cause), sequence: standing.sequence }
        if (isPassing(standing)) return
        const seen = await look(played, standsFor)
        agree(seen, standing)
        const steps = planned.slice(0, index + 1)
        deepStrictEqual(
          seen.history.map(factKindOf),
          steps.map(({ step: { body } }) => body.type),
        )
        deepStrictEqual(
          seen.history.map(({ actor }) => actor),
          steps.map(({ step: { actor } }) => actor),
        )
        if (lateVerdict === 'at once') await hearLateVerdict(played, steps)
      })
    const last = planned.at(-1)?.standing
    if (last) await named('what is not possible at its end', () => refuse(machine, played, last, standsFor, number))
    return planned.map(({ standing }) => standing)
  } finally {
    await stage.stop()
  }
}

/** A verdict on a document that was decided before comes too late and changes no compared state. */
async function hearLateVerdict({ stage, requestId }: Played, steps: readonly Planned[]): Promise<void> {
  const isAssessed = (standing: ModelState | undefined) => standing?.state.matches({ received: 'assessing' }) === true
  const [before, now] = steps.slice(-2)
  if (!before || !now || !isAssessed(before.standing) || isAssessed(now.standing) || now.step.cause.by === 'the rules') return
  const begun = steps.findLastIndex(({ standing }, index) => isAssessed(standing) && !isAssessed(steps[index - 1]?.standing))
  await stage.whileValidating(() => stage.verdict(requestId, begun + 1))
}

interface Planned {
  readonly move: Move
  readonly step: Step
  readonly standing: ModelState
}

function plan(machine: Walkable, path: readonly Move[]): readonly Planned[] {
  let standing = unopened(machine)
  return path.map((move, index) => {
    const step = stepOf(machine, standing, move)
    if (!step) throw new Error(`step ${index + 1}, "${move.type}": the model refuses it in ${textOf(standing)}`)
    standing = stepped(machine, standing, step)
    return { move, step, standing }
  })
}

const textOf = ({ state }: ModelState) => JSON.stringify(state.value)

async function named(what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error })
  }
}

/** Another request for the payment of the duplicates, verified and open. */
async function sendWhatStands(stage: Stage): Promise<string> {
  const requestId = await send(stage, documentFor('duplicate'), 'stands')
  await stage.whileValidating(() => stage.fact(requestId, 2))
  return requestId
}

interface Seen {
  /** The ids of its onward requests, where the model has ids of its own. */
  readonly children: readonly string[]
  readonly view: PaymentStopView
  readonly snapshot: RequestSnapshot
  readonly history: readonly Fact[]
  readonly refusals: readonly RefusedCommand[]
}

/** The request as the requesting country's desk shows it after its last fact, and its derived state. */
async function look({ stage, requestId, sequence }: Played, standsFor: string | undefined): Promise<Seen> {
  const { desk } = clientsOf(stage, [requestingCountry, 'officer'], stage.now())
  const shown = await eventually(async () => {
    const answer = await desk.show(requestId)
    return answer.ok && answer.value.request.sequence >= sequence ? answer.value : undefined
  }, `the desk shows fact ${sequence}`)
  const named = withNames(shown)
  // The model does not know the other request for the payment of a duplicate.
  const known = standsFor ? replaced(named, standsFor, standingRequest) : named
  // Nor the id of an onward request.
  const children = childrenIn(shown.history)
  const { request: view, history, refusals } = withoutIdsOf(children, known)
  const snapshot = history.reduce<RequestSnapshot | undefined>((before, fact) => evolve(before, fact).snapshot, undefined)
  if (!snapshot) throw new Error(`the desk shows ${requestId} without a history`)
  return { view, snapshot, history, refusals, children }
}

const ofEncryption: ReadonlySet<string> = new Set(['encrypted', 'encryptedactor', 'decryptedactor'])
/** In the model's form, which has no secret: with names instead of pseudonyms, and without ciphertext. */
function withNames<T extends { readonly history: readonly Fact[] }>(shown: T): T {
  const marked = shown.history.filter(({ decryptedactor }) => decryptedactor !== undefined)
  const named = marked.reduce(
    (said, { actor, decryptedactor }) => replaced(said, `${memberRolePrefixOf(actor)}${decryptedactor?.split('.')[1]}`, actor),
    shown,
  )
  return JSON.parse(JSON.stringify(named), (key, value) => (ofEncryption.has(key) ? undefined : value)) as T
}

const childrenIn = (history: readonly Fact[]) =>
  history.flatMap(fact => (isFact(fact, 'MovedOnwardReported') && fact.data.proposed ? [fact.data.proposed.requestId] : []))

const withoutIdsOf = <T>(children: readonly string[], value: T): T =>
  children.reduce((said, id) => replaced(said, id, child.requestId), value)
const replaced = <T>(value: T, from: string, to: string): T => JSON.parse(JSON.stringify(value).replaceAll(from, to)) as T
const asJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

function agree({ view, snapshot }: Pick<Seen, 'view' | 'snapshot'>, standing: ModelState): void {
  deepStrictEqual(statesOf(snapshot), statesOf(standing), 'the states are not the model’s')
  const { requestId, caseReference } = view
  deepStrictEqual(view, asJson({ ...viewed(standing), requestId, caseReference }), 'the desk does not show what the model has')
  deepStrictEqual(contextOf(snapshot), contextOf(standing))
}

/** Everything in the statechart except the digests of proposals, which the model cannot compute. */
function contextOf({ state: { context } }: Pick<RequestSnapshot, 'state'>) {
  return asJson({ ...context, proposals: context.proposals.map(({ digest: _digest, ...proposal }) => proposal) })
}

/**
 * Gives a command that the machine refuses here: the engine must refuse it with state and sequence, record it, and
 * change nothing.
 */
async function refuse(
  machine: Walkable,
  played: Played,
  standing: ModelState,
  standsFor: string | undefined,
  number: number,
): Promise<void> {
  const candidates = refusedSteps(machine, standing)
  const cause = candidates[number % candidates.length]
  if (!cause) throw new Error('the model refuses nothing')
  await named(cause.command, async () => {
    const given = await command(played, cause)
    if (given.ok) throw new Error('it was not refused')
    strictEqual(given.error.status, 409, JSON.stringify(given.error))
    for (const part of [...statesOf(standing), `sequence ${standing.sequence}`])
      ok(given.error.detail.includes(part), `the refusal does not name ${part}: ${given.error.detail}`)
    // The answer comes once the desk has the refusal.
    const seen = await look(played, standsFor)
    deepStrictEqual(
      seen.refusals.map(({ data, aftersequence, actor }) => ({ ...data, aftersequence, actor })),
      [
        {
          command: cause.command,
          code: given.error.code,
          message: withoutIdsOf(seen.children, given.error.detail),
          state: statesOf(standing).join(', '),
          aftersequence: standing.sequence,
          actor: formatGiver(cause.giver),
        },
      ],
    )
    strictEqual(seen.history.length, standing.sequence)
    agree(seen, standing)
  })
}
