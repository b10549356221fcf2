import type { CommandBody, CommandKind, DualApprovalCommand, Fact, FactKind, Order } from '@holdfast/payment-stop/language'
import { commandType, factKindOf } from '@holdfast/payment-stop/language'
import type { ProfileFile } from '@holdfast/payment-stop/law'
import { deadlinesOf, evolve, type RequestSnapshot, statesOf } from '@holdfast/payment-stop/lifecycle'
import type { Clock } from '@holdfast/runtime'
import { consequenceIdOf, formatActor, isFactType, topics } from '@holdfast/schemas'
import { startBank } from '@holdfast/test-kit/bank'
import type { Institution, PlannedAnswer } from '@holdfast/test-kit/institution'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { clientsOf, eventsIn, eventually, everythingIn, type Person, submit, together } from '../src/engine.ts'

/**
 * The means of a story. Each step is over before the next begins and the clock moves only between them, so a story
 * always gives the same bytes.
 */
export interface Stage {
  /** Advances the clock, and stops at each deadline until its fact exists. Throws for an earlier instant. */
  at(instant: string): Promise<void>
  /** Sends a request as its country's system, with its case reference as key, and waits for its assessment. */
  send(document: { readonly requestingCountry: string; readonly caseReference: string }): Promise<string>
  /** Gives a command and waits for its fact or refusal. */
  act<K extends CommandKind>(person: Person, requestId: string, command: K, data: CommandBody<K>): Promise<void>
  /** Dual approval: different persons of one member role give the identical command. */
  actTogether<K extends DualApprovalCommand>(
    side: readonly [string, Person[1]],
    requestId: string,
    command: K,
    data: CommandBody<K>,
  ): Promise<void>
  /** Makes the institution of the freeze order answer, and waits for the fact. */
  answer(requestId: string, answer: PlannedAnswer): Promise<void>
  /** Makes dispatch report the freeze order as undelivered, as after the last attempt. */
  undelivered(requestId: string, recipient: string): Promise<void>
  /** The nth onward request of another, counted from 0. */
  childOf(requestId: string, nth?: number): Promise<string>
  /** The number of the nth report of money that moved onward, counted from 0, as commands refer to it. */
  reportOf(requestId: string, nth?: number): Promise<number>
  /** Waits for the nth fact of a type. */
  until(requestId: string, kind: FactKind, nth?: number): Promise<void>
  /** Every record of the ledger, as stored. */
  ledger(): Promise<string[]>
  /** Its engine. */
  readonly engine: EmbeddedEngine
  stop(): Promise<void>
}

/** The clock of the story jumps from deadline to deadline. */
const deadlineCheckMs = 20
/** The engine completes a step within milliseconds; after this time an endpoint has refused it. */
const stepMsMax = 5000

/** Observes all submissions on a stage, and their answers. */
export interface Listener {
  sent(person: Person, document: object, requestId: string, now: Date): void
  given(person: Person, requestId: string, command: CommandKind, data: unknown, answer: unknown, now: Date): void
  answered(country: string, order: Order, answer: PlannedAnswer, now: Date): void
  /** Called before the engine is stopped. */
  ended(engine: EmbeddedEngine): Promise<void>
}

/** Opens an engine with a clock that stands still, and an institution in each of these countries. */
export async function openStage(start: string, countries: readonly string[], profiles: ProfileFile, listener?: Listener): Promise<Stage> {
  let nowMs = Date.parse(start)
  const clock: Clock = { now: () => new Date(nowMs) }
  const engine = await startEmbeddedEngine({ clock, deadlineCheckMs, profiles })
  const institutions = new Map<string, Institution>()
  /** The orders of each request, in the order of their arrival: a reopened request has another. */
  const orders = new Map<string, Order[]>()
  for (const country of countries)
    institutions.set(
      country,
      await startBank(engine, {
        country,
        plan: () => [],
        now: clock.now,
        onOrder(order) {
          const { requestId, kind } = order.data
          if (kind === 'freeze') orders.set(requestId, [...(orders.get(requestId) ?? []), order])
        },
      }),
    )

  const factsOf = async (requestId: string) =>
    (await eventsIn<Fact>(engine.streams, topics.ledger)).filter(fact => fact.subject === requestId)
  const countOf = async (requestId: string, kind: FactKind) => (await factsOf(requestId)).filter(fact => factKindOf(fact) === kind).length
  const currentSnapshots = async () => {
    const snapshots = new Map<string, RequestSnapshot>()
    for (const fact of await eventsIn<Fact>(engine.streams, topics.ledger)) {
      const { snapshot } = evolve(snapshots.get(fact.subject), fact)
      if (snapshot) snapshots.set(fact.subject, snapshot)
    }
    return snapshots
  }
  /** An order is sent a moment after its fact. */
  const lastOrderOf = async (requestId: string): Promise<Order> => {
    const verified = await countOf(requestId, 'RequestVerified')
    return eventually(async () => orders.get(requestId)?.[verified - 1], `order ${verified} of ${requestId}`)
  }
  const movedFrom = async (requestId: string) => (await currentSnapshots()).get(requestId)?.state.context.movedOnward ?? []
  /** The engine's own reactions are done: every document is assessed, every child is open. */
  const settled = () =>
    eventually(async () => {
      const snapshots = await currentSnapshots()
      const isSettled = (snapshot: RequestSnapshot) =>
        !statesOf(snapshot).includes('received.assessing') &&
        snapshot.state.context.movedOnward.every(({ childRequestId }) => childRequestId === null || snapshots.has(childRequestId))
      return [...snapshots.values()].every(isSettled) || undefined
    }, 'everything is assessed')
  const oneMore = async (requestId: string, step: () => Promise<unknown>, what: string): Promise<void> => {
    const before = (await factsOf(requestId)).length
    const came = await step()
    const isThere = async () => (await factsOf(requestId)).length > before || undefined
    await eventually(isThere, `${what}; found ${JSON.stringify(came)}`, stepMsMax)
    await settled()
  }
  const nextDueMs = async () =>
    Math.min(...[...(await currentSnapshots()).values()].flatMap(snapshot => deadlinesOf(snapshot).map(({ dueAt }) => Date.parse(dueAt))))

  let count = 0
  return {
    engine,
    async at(instant) {
      const toMs = Date.parse(instant)
      if (!(toMs >= nowMs)) throw new Error(`the story goes from ${clock.now().toISOString()} back to ${instant}`)
      for (let dueMs = await nextDueMs(); dueMs <= toMs; dueMs = await nextDueMs()) {
        nowMs = dueMs
        await eventually(async () => (await nextDueMs()) > nowMs || undefined, `what is due at ${clock.now().toISOString()} has passed`)
      }
      nowMs = toMs
    },
    async send(document) {
      const { requestingCountry, caseReference } = document
      const requestId = await submit(engine, [requestingCountry, 'system', 'ncb'], document, caseReference, clock.now())
      listener?.sent([requestingCountry, 'system', 'ncb'], document, requestId, clock.now())
      await eventually(async () => (await factsOf(requestId)).length >= 2 || undefined, `${caseReference} is assessed`)
      return requestId
    },
    act: (person, requestId, command, data) =>
      oneMore(
        requestId,
        async () => {
          const given = await clientsOf(engine, person, clock.now()).desk.act(requestId, command, data, {
            idempotencyKey: `act-${++count}`,
          })
          listener?.given(person, requestId, command, data, given.ok ? given.value : given.error, clock.now())
          return given
        },
        `${command} on ${requestId}`,
      ),
    async actTogether([country, role], requestId, command, data) {
      const persons = [
        [country, role, 'first'],
        [country, role, 'second'],
      ] as const
      const outcome = await together(engine, persons, requestId, command, data, { key: `act-${++count}`, now: clock.now() })
      listener?.given(persons[0], requestId, command, data, { outcome: 'proposed' }, clock.now())
      listener?.given(persons[1], requestId, command, data, outcome, clock.now())
    },
    async answer(requestId, answer) {
      const order = await lastOrderOf(requestId)
      const institution = institutions.get(order.data.country)
      if (!institution) throw new Error(`no institution answers in ${order.data.country}`)
      listener?.answered(order.data.country, order, answer, clock.now())
      await oneMore(requestId, () => institution.answer(order, answer), `the answer ${answer.kind} to ${requestId}`)
    },
    async undelivered(requestId, recipient) {
      const order = await lastOrderOf(requestId)
      const command = {
        specversion: '1.0',
        id: consequenceIdOf('command', requestId, `undelivered/${order.id}`),
        source: '/holdfast/dispatch',
        type: commandType('ReportUndelivered'),
        subject: requestId,
        time: clock.now().toISOString(),
        actor: formatActor({ country: 'holdfast', role: 'dispatch', person: 'delivery' }),
        data: { orderId: order.id, order: order.data.kind, recipient, attempts: 12, why: 'HTTP 503' },
      }
      const publish = () => engine.streams.publish(topics.commands.name, [{ key: requestId, value: JSON.stringify(command) }])
      await oneMore(requestId, publish, `what dispatch says of ${requestId}`)
    },
    async childOf(requestId, nth = 0) {
      const children = (await movedFrom(requestId)).flatMap(({ childRequestId }) => childRequestId ?? [])
      const child = children[nth]
      if (!child) throw new Error(`nothing follows ${requestId}`)
      return child
    },
    async reportOf(requestId, nth = 0) {
      const moved = (await movedFrom(requestId))[nth]
      if (!moved) throw new Error(`nothing moved onward from ${requestId}`)
      return moved.report
    },
    until: async (requestId, kind, nth = 1) => {
      await eventually(async () => (await countOf(requestId, kind)) >= nth || undefined, `${kind} ${nth} of ${requestId}`)
    },
    // A stream has facts only, as an export has.
    ledger: async () =>
      (await everythingIn(engine.streams, topics.ledger)).map(({ value }) => value).filter(value => isFactType(JSON.parse(value).type)),
    async stop() {
      await listener?.ended(engine)
      for (const institution of institutions.values()) await institution.stop()
      await engine.stop()
    },
  }
}
