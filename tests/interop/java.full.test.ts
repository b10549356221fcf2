import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { factKindOf } from '@holdfast/payment-stop/language'
import { featureLevelRaisedType, refusedCommandType } from '@holdfast/schemas'
import { startClusterEngine } from '@holdfast/test-kit/cluster-engine'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { sharedServers } from '@holdfast/test-kit/shared-servers'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Engine, reaches } from '../src/engine.ts'
import { findJavaProgram } from './java-program.ts'

const shared = sharedServers()
const { brokers, namespace } = shared ?? {}
const java = shared ? await findJavaProgram() : undefined

/** The published schemas for the records of a topic. */
const schemaOf: ReadonlyArray<readonly [RegExp, string]> = [
  [/^freeze\.notifications\./, 'notification'],
  [/^freeze\.orders\./, 'order'],
  [/^freeze\.dead-letters$/, 'dead-letter'],
  [/^freeze\.deliveries$/, 'delivery'],
  [/^freeze\.ledger$/, 'fact'],
]

const validators = new Map<string, ValidateFunction>()
/** Records next to the facts of a ledger. */
const ofOtherRecords = new Map<string, string>([
  [refusedCommandType, 'refusal'],
  [featureLevelRaisedType, 'level'],
])

/** Some facts have encrypted fields. */
function validatorFor(topic: string, { type, data }: Written['event']): ValidateFunction {
  const ofTopic = schemaOf.find(([topics]) => topics.test(topic))?.[1]
  const name = ofOtherRecords.get(`${type}`) ?? (ofTopic === 'fact' && data && 'encrypted' in data ? 'encrypted-fact' : ofTopic)
  const file = join(import.meta.dirname, '../../schemas/generated', `${name}.schema.json`)
  const made = validators.get(file) ?? formats.default(new Ajv2020({ allErrors: true })).compile(JSON.parse(readFileSync(file, 'utf8')))
  validators.set(file, made)
  return made
}

interface Written {
  readonly key: string
  readonly offset: number
  readonly event: { readonly subject?: string; readonly type?: string; readonly data?: object }
}
const linesOf = (file: string): Written[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Written)

// The program waits up to 30 s for each step, and 120 s in all.
describe.skipIf(!java)("a member's program in Java, with the SDK of CloudEvents", { timeout: 140_000 }, () => {
  let engine: Engine
  beforeAll(async () => {
    if (!shared) throw new Error('no real Kafka and Redis')
    engine = await startClusterEngine(shared)
  })
  afterAll(async () => {
    await engine?.stop()
    java?.remove()
  })

  test.each(['STRUCTURED', 'BINARY'] as const)('carries a request to recovered, in %s mode', async mode => {
    const request = buildRequestNumber(800_000 + Math.floor(Math.random() * 100_000), {
      payment: { amount: { currency: 'USD', value: '1000.00' } },
    })
    const keys = join(engine.dataDir, 'development-keys.json')
    const steps = (await java?.run('carry', { mode, brokers, namespace, deskUrl: engine.deskUrl, keys, request })) ?? []
    expect(steps.map(({ step }) => step)).toEqual([
      'asked',
      'received',
      'verified',
      'ordered',
      'frozen',
      'confirmed',
      'returnInitiated',
      'returned',
      'recovered',
    ])
    const said = Object.fromEntries(steps.map(({ step, ...about }) => [step, about]))
    expect(said.confirmed).toEqual({ first: 'proposed', second: 'applied' })
    const usd = (value: string) => ({ currency: 'USD', value })
    expect(said.recovered).toMatchObject({
      outcome: { end: 'recovered', amounts: { requested: usd('1000.00'), frozen: usd('1000.00'), recovered: usd('1000.00') } },
    })

    const { history } = await reaches(engine, `${said.received?.requestId}`, 'recovered')
    expect(history.map(fact => [factKindOf(fact), fact.actor])).toEqual([
      ['RequestOpened', 'SG/system/java'],
      ['RequestVerified', 'holdfast/validation/rules'],
      ['OrderAcknowledged', 'TL/institution/first'],
      ['FreezeReported', 'TL/institution/first'],
      ['ActionProposed', 'TL/authority/first'],
      ['FreezeConfirmed', 'TL/authority/second'],
      ['ActionProposed', 'TL/institution/first'],
      ['ReturnInitiated', 'TL/institution/second'],
      ['ReturnReported', 'TL/institution/first'],
    ])
    // In binary mode the program signs what it sends.
    const signed = history.filter(({ data }) => JSON.stringify(data).includes('"signed":{')).map(factKindOf)
    const sent = ['RequestOpened', 'OrderAcknowledged', 'FreezeReported', 'ActionProposed', 'ReturnInitiated', 'ReturnReported']
    expect(signed).toEqual(mode === 'BINARY' ? sent : [])
  })

  test('reads every record that the engine writes, from the first on, by the published schemas', async () => {
    const steps = (await java?.run('read', { brokers, namespace, into: java.folder })) ?? []
    const read = steps.filter(({ step }) => step === 'read')
    expect(read.map(({ topic }) => topic)).toEqual(
      expect.arrayContaining(['freeze.dead-letters', 'freeze.deliveries', 'freeze.ledger', 'freeze.notifications.sg', 'freeze.orders.tl']),
    )
    for (const { topic, records, file } of read) {
      const lines = linesOf(`${file}`)
      expect(lines).toHaveLength(Number(records))
      const wrong = lines.flatMap(({ offset, event }) => {
        const validate = validatorFor(`${topic}`, event)
        return validate(event) ? [] : [{ topic, offset, errors: validate.errors }]
      })
      expect(wrong).toEqual([])
      // A record about a request is in the partition of the request.
      expect(lines.filter(({ key, event }) => event.subject !== undefined && event.subject !== key)).toEqual([])
    }
    expect(steps.find(({ step }) => step === 'deadLetter')?.reason).toMatch(/^UNAUTHENTICATED: /)
  })
})
