import type { CommandBody, CommandKind, Fact, FactKind, Order } from '@holdfast/schemas'
import { factKindOf, topics } from '@holdfast/schemas'
import type { Clock } from '@holdfast/service-kit'
import { type Institution, type PlannedAnswer, startInstitution } from '@holdfast/test-kit/institution'
import { startEmbeddedEngine } from '../src/embedded-engine.ts'
import { clientsOf, eventsIn, eventually, everythingIn, type Person, submit, tokenOf } from '../src/engine.ts'

/** What a story is told with. Each step is over before the next begins and the clock moves only between them, so the same story makes the same bytes. */
export interface Stage {
  /** Moves the clock. Throws when that would be back in time. */
  at(instant: string): void
  /** Sends a request as its country's system, under its case reference as key, and waits until it has been assessed. */
  send(document: { readonly requestingCountry: string; readonly caseReference: string }): Promise<string>
  /** Gives a command and waits for the fact it makes, a refusal included. */
  act<K extends CommandKind>(person: Person, requestId: string, command: K, data: CommandBody<K>): Promise<void>
  /** Lets the institution that has the freeze order answer, and waits for the fact that makes. */
  answer(requestId: string, answer: PlannedAnswer): Promise<void>
  /** Waits for the nth fact of a kind. */
  until(requestId: string, kind: FactKind, nth?: number): Promise<void>
  /** Every record of the ledger, as it lies there. */
  ledger(): Promise<string[]>
  stop(): Promise<void>
}

/** Opens an engine of its own whose clock stands at an instant, with an institution in each of these countries. */
export async function openStage(start: string, countries: readonly string[]): Promise<Stage> {
  let nowMs = Date.parse(start)
  const clock: Clock = { now: () => new Date(nowMs) }
  const engine = await startEmbeddedEngine({ clock })
  const institutions = new Map<string, Institution>()
  const orders = new Map<string, Order>()
  for (const country of countries)
    institutions.set(
      country,
      await startInstitution({
        streams: engine.streams,
        country,
        token: () => tokenOf(engine, [country, 'institution', 'bank'], clock.now()),
        plan: () => [],
        now: clock.now,
        onOrder: order => orders.set(`${order.data.requestId}/${order.data.kind}`, order),
      }),
    )

  const factsOf = async (requestId: string) =>
    (await eventsIn<Fact>(engine.streams, topics.ledger)).filter(fact => fact.subject === requestId)
  const oneMore = async (requestId: string, step: () => Promise<unknown>, what: string): Promise<void> => {
    const before = (await factsOf(requestId)).length
    await step()
    await eventually(async () => (await factsOf(requestId)).length > before || undefined, what)
  }

  let count = 0
  return {
    at(instant) {
      const nextMs = Date.parse(instant)
      if (!(nextMs >= nowMs)) throw new Error(`the story goes from ${clock.now().toISOString()} back to ${instant}`)
      nowMs = nextMs
    },
    async send(document) {
      const { requestingCountry, caseReference } = document
      const requestId = await submit(engine, [requestingCountry, 'system', 'ncb'], document, caseReference, clock.now())
      await eventually(async () => (await factsOf(requestId)).length >= 2 || undefined, `${caseReference} is assessed`)
      return requestId
    },
    act: (person, requestId, command, data) =>
      oneMore(
        requestId,
        () => clientsOf(engine, person, clock.now()).desk.act(requestId, command, data, { idempotencyKey: `act-${++count}` }),
        `${command} on ${requestId}`,
      ),
    async answer(requestId, answer) {
      const order = await eventually(async () => orders.get(`${requestId}/freeze`), `the order of ${requestId}`)
      const institution = institutions.get(order.data.country)
      if (!institution) throw new Error(`nobody answers in ${order.data.country}`)
      await oneMore(requestId, () => institution.answer(order, answer), `the answer ${answer.kind} to ${requestId}`)
    },
    async until(requestId, kind, nth = 1) {
      const isThere = async () => (await factsOf(requestId)).filter(fact => factKindOf(fact) === kind).length >= nth || undefined
      await eventually(isThere, `${kind} ${nth} of ${requestId}`)
    },
    ledger: async () => (await everythingIn(engine.streams, topics.ledger)).map(record => record.value),
    async stop() {
      for (const institution of institutions.values()) await institution.stop()
      await engine.stop()
    },
  }
}
