import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ledgerOfTopic, topicOfLedger } from './ledger/partitions.ts'
import { buildTopicName, inNamespace, namespaceSchema, outOfNamespace, parseTopicName, type TopicName } from './topic-names.ts'
import { bankMessagesTopic, notificationsTopic, ordersTopic, topicPrefixOf, topics, workTopic } from './topics.ts'

const seed = 20240723
const letters = fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'), minLength: 2, maxLength: 2 })
const namespaces = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?$/).filter(text => namespaceSchema.safeParse(text).success)
const names: fc.Arbitrary<TopicName> = fc
  .record(
    { namespace: namespaces, prefix: fc.constant('freeze' as const), topic: fc.stringMatching(/^[a-z][a-z0-9-]{0,60}$/), country: letters },
    { requiredKeys: ['prefix', 'topic'] },
  )
  .map(name => ({ ...name }))

test('a topic name is parsed into the parts that it was built from', () => {
  fc.assert(
    fc.property(names, name => {
      expect(parseTopicName(buildTopicName(name))).toEqual({ ok: true, value: name })
    }),
    { seed },
  )
})

test('no part of a topic name can contain the separator, or a character that Kafka forbids', () => {
  fc.assert(
    fc.property(
      names,
      fc.constantFrom('namespace', 'topic', 'country'),
      fc.constantFrom('.', '_', '/', ' ', 'A', 'é'),
      (name, part, char) => {
        const spoilt = { ...name, [part]: `${name[part as keyof TopicName] ?? 'sg'}${char}sg` }
        expect(() => buildTopicName(spoilt)).toThrow()
      },
    ),
    { seed },
  )
})

test('two engines in different namespaces never have a topic or group of the same name', () => {
  const namespace = fc.option(namespaces, { nil: undefined })
  fc.assert(
    fc.property(namespace, namespace, names, names, (one, other, name, otherName) => {
      fc.pre(one !== other)
      expect(buildTopicName({ ...name, namespace: one })).not.toBe(buildTopicName({ ...otherName, namespace: other }))
      expect(outOfNamespace(other, buildTopicName({ ...name, namespace: one }))).toBeUndefined()
      expect(inNamespace(one, name.topic)).not.toBe(inNamespace(other, otherName.topic))
    }),
    { seed },
  )
})

test('every topic of the engine fits the scheme, also those of a later ledger', () => {
  const plain = Object.values(topics).flatMap(({ name }) => [name, topicOfLedger(name, 12)])
  const ofCountry = [ordersTopic, notificationsTopic, bankMessagesTopic, workTopic].map(topicOf => topicOf('SG').name)
  for (const name of plain) expect(parseTopicName(name)).toMatchObject({ ok: true, value: { prefix: 'freeze', topic: expect.anything() } })
  for (const name of ofCountry) expect(parseTopicName(name)).toMatchObject({ ok: true, value: { prefix: 'freeze', country: 'sg' } })
  expect(topicPrefixOf(ordersTopic)).toBe('freeze.orders.')
})

test('the number of a ledger is part of the topic name, and can be parsed from it', () => {
  const named = topicOfLedger(topics.ledger.name, 12)
  expect(named).toBe('freeze.ledger-12')
  expect([ledgerOfTopic(named), ledgerOfTopic(topics.ledger.name)]).toEqual([12, 1])
})

test.each([
  ['', 'does not start with a namespace'],
  ['freeze', 'has no topic'],
  ['freeze.', 'has no topic'],
  ['freeze.ledger.2', 'something else than a country'],
  ['freeze.orders.sg.tl', 'too many parts'],
  ['staging.staging.ledger', 'has no prefix'],
  ['freeze.freeze.ledger', 'something else than a country'],
  ['Staging.freeze.ledger', 'does not start with a namespace'],
])('%j is refused as a topic name: %s', (name, why) => {
  expect(parseTopicName(name)).toEqual({ ok: false, error: expect.stringContaining(why) })
})

describe('a namespace', () => {
  test.each(['a', 'staging', 'test-1', '9', 'x'.repeat(30)])('may be %s', text => {
    expect(namespaceSchema.safeParse(text).success).toBe(true)
  })
  test.each(['', 'Staging', 'a.b', 'a_b', '-a', 'a-', 'x'.repeat(31), 'sg-test', 'freeze'])('may not be %j', text => {
    expect(namespaceSchema.safeParse(text).success).toBe(false)
  })
})
