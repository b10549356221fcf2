import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Fact } from '@holdfast/payment-stop/language'
import { notificationsTopic, ordersTopic, topics } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'
import { printEntries } from '../../docs/print-json.ts'
import type { Observations } from '../checker/observations.ts'
import type { EmbeddedEngine } from '../src/embedded-engine.ts'
import { everythingIn } from '../src/engine.ts'
import { personalDataOf } from '../src/with-personal-data.ts'
import { openStage } from './stage.ts'
import { storyCountries, storyProfiles, storyStart, tell } from './story.ts'

// Plays the story on a real engine and stores what clients observe, for the tests of the checker:
// `npm run record:observations --workspace tests -- NAME`.

const [name = 'story'] = process.argv.slice(2)
const path = join(import.meta.dirname, '../checker/recordings', `${name}.json`)
if (existsSync(path)) {
  console.error(`${name}.json exists, and recordings are never overwritten. Choose another name.`)
  process.exit(2)
}

type Growing<K extends keyof Observations> = Observations[K] extends readonly (infer T)[] ? T[] : never
const requests: Growing<'requests'> = []
const commands: Growing<'commands'> = []
const answers: Growing<'answers'> = []
const reads: Growing<'reads'> = []
const orders: Growing<'orders'> = []
const notifications: Growing<'notifications'> = []
const ledger: Growing<'ledger'> = []

interface Answered {
  readonly outcome?: string
  readonly view?: { readonly sequence: number; readonly phase: string; readonly amounts?: unknown }
}

async function keepTopics(engine: EmbeddedEngine): Promise<void> {
  const { streams } = engine
  const countries = new Set([...storyCountries, ...requests.map(({ by }) => by.slice(0, 2))])
  for (const country of countries)
    for (const [topic, kept] of [
      [ordersTopic(country), orders],
      [notificationsTopic(country), notifications],
    ] as const) {
      await streams.ensureTopics([topic])
      for (const { value, timestampMs } of await everythingIn(streams, topic)) kept.push({ country, atMs: timestampMs, value })
    }
  const { cipher, close } = await personalDataOf(engine)
  const records = await everythingIn(streams, topics.ledger)
  const events = await cipher.decryptWithNames(records.map(({ value }) => JSON.parse(value) as Fact))
  await close()
  for (const [index, event] of events.entries()) {
    const { partition, offset } = records[index] as StreamRecord
    ledger.push({ partition, offset, timestampMs: Date.parse(event.time), value: JSON.stringify(event) })
  }
}

const stage = await openStage(storyStart, storyCountries, storyProfiles, {
  sent(person, document, requestId, now) {
    const { caseReference, requestingCountry, beneficiaryCountry } = document as Record<string, string>
    const body = { requestId, caseReference, requestingCountry, beneficiaryCountry, phase: 'received', receivedAt: now.toISOString() }
    const key = `${caseReference}`
    requests.push({ by: person.join('/'), key, document, attempts: [{ sentMs: now.getTime(), outcome: 'accepted', body }] })
  },
  given(person, requestId, command, data, body, now) {
    const { outcome, view } = body as Answered
    const by = person.join('/')
    const key = `act-${commands.length}`
    const attempts = [
      { sentMs: now.getTime(), outcome: outcome ? 'accepted' : 'refused', body: { ...(body as object), view: undefined } } as const,
    ]
    commands.push({ by, key, requestId, command, data, attempts })
    if (view) reads.push({ by, atMs: now.getTime(), requestId, sequence: view.sequence, phase: view.phase, amounts: view.amounts })
  },
  answered(country, order, { kind, details, person = 'first' }, now) {
    const { orderId, requestId } = order.data
    const attempts = [{ sentMs: now.getTime(), outcome: 'accepted' } as const]
    answers.push({ by: `${country}/institution/${person}`, id: `answer-${answers.length}`, orderId, requestId, kind, details, attempts })
  },
  ended: keepTopics,
})
try {
  await tell(stage)
} finally {
  await stage.stop()
}
mkdirSync(dirname(path), { recursive: true })
const observations: Observations = { requests, commands, answers, orders, notifications, reads, ledger, isFinished: true }
writeFileSync(path, printEntries(observations))
console.log(`${name}: ${ledger.length} records, ${orders.length} orders, ${notifications.length} notifications`)
