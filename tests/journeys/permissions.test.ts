import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createAccessTable, type Principal } from '@holdfast/access/backends'
import { paymentStop } from '@holdfast/payment-stop'
import { bankMessagesTopic, notificationsTopic, ordersTopic, type TopicSpec, topics, workTopic } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import { createKafkaStreams } from '@holdfast/streams/kafka'
import { createSecuredServers, type SecuredKafka, type SecuredServers } from '@holdfast/test-kit/secured-servers'
import { makeKey } from '@holdfast/trust'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Access, giveAccess } from '../src/access.ts'
import { missingServers } from '../src/real-servers.ts'
import { type RedisSession, signInToRedis } from '../src/redis-session.ts'

const { principals, principalsOfMember } = createAccessTable([paymentStop])
const ofCountries = ['SG', 'TL'].flatMap(country => [ordersTopic, notificationsTopic, bankMessagesTopic, workTopic].map(of => of(country)))
const allTopics: readonly Pick<TopicSpec, 'name'>[] = [...Object.values(topics), ...ofCountries, { name: 'freeze.clock' }]
const everybody: readonly Principal[] = [...principals, ...['SG', 'TL'].flatMap(country => principalsOfMember(country))]
const named = (names: readonly string[], topic: string): boolean =>
  names.some(name => (name.endsWith('.') ? topic.startsWith(name) : topic === name))

describe.skipIf(missingServers())('permissions at real brokers and a real Redis', () => {
  let place: SecuredServers
  let kafka: SecuredKafka
  let access: Access
  let redisUrl: string
  let operator: Streams

  beforeAll(async () => {
    place = await createSecuredServers()
    kafka = await place.startKafka()
    access = await giveAccess(place, kafka, ['SG', 'TL'])
    redisUrl = (await place.startRedis(access.redisAcl)).url
    operator = streamsWith({
      brokers: [kafka.byCertificate],
      ssl: {
        ca: readFileSync(place.authority.cert),
        cert: readFileSync(place.operator.cert),
        key: readFileSync(place.operator.key),
      },
    })
    await operator.ensureTopics(ofCountries)
    // Gives each topic a record to read.
    for (const { name } of allTopics) await operator.append(name, 0, [{ key: 'key', value: '{}' }])
  })
  afterAll(async () => {
    await operator?.close()
    await place?.stop()
  })

  const streamsWith = (options: Pick<Parameters<typeof createKafkaStreams>[0], 'brokers' | 'ssl' | 'sasl'>): Streams =>
    createKafkaStreams({ clientId: 'who-may', partitions: 4, replication: 1, ...options })
  function streamsOf(user: string): Streams {
    const streams = streamsWith({ brokers: [kafka.byPassword], ...access.kafkaUser(user) })
    onTestFinished(() => streams.close())
    return streams
  }

  /** True when done, false where the broker refuses this user. Throws any other error. */
  async function may(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      // A user without a writable topic is refused before the topic is known.
      if (/[Nn]ot authorized|Cluster authorization failed/.test((error as Error).message)) return false
      throw error
    }
  }
  const soon = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 30_000 })
  async function readOne(streams: Streams, topic: string): Promise<void> {
    for await (const records of streams.read(topic, 0, 0, 1)) if (records.length > 0) return
    throw new Error(`${topic} gave nothing`)
  }

  test('only ledger writes the ledger, and only intake reads members’ requests', () => {
    const who = (part: 'reads' | 'writes', topic: string) => everybody.filter(of => named(of[part], topic)).map(({ name }) => name)
    // A process that runs every service has the permissions of each.
    expect(who('writes', 'freeze.ledger')).toEqual(['ledger', 'standalone'])
    expect(who('writes', 'freeze.commands')).toEqual(['intake', 'ledger', 'validation', 'dispatch', 'desk', 'standalone'])
    expect(who('writes', 'freeze.checkpoints')).toEqual(['desk', 'standalone'])
    expect(who('writes', 'freeze.partitions')).toEqual(['ledger', 'standalone'])
    expect(who('reads', 'freeze.requests')).toEqual(['intake', 'standalone'])
    expect(who('reads', 'freeze.answers')).toEqual(['dispatch', 'standalone'])
    expect(who('reads', 'freeze.notifications.sg')).toEqual(['dispatch', 'standalone', 'sg'])
  })

  test.each(everybody)(
    '$name, who $about, reads and writes what the table says, and not one topic more',
    async ({ name, reads, writes }) => {
      const streams = streamsOf(name)
      const done = await Promise.all(
        allTopics.map(async ({ name: topic }) => ({
          topic,
          reads: await may(() => readOne(streams, topic)),
          writes: await may(() => streams.append(topic, 0, [{ key: 'key', value: '{}' }])),
        })),
      )
      expect(done).toEqual(allTopics.map(({ name: topic }) => ({ topic, reads: named(reads, topic), writes: named(writes, topic) })))
    },
  )

  test('groups and country topics are limited to the users that share or write them', async () => {
    const groups = [
      'intake',
      'ledger',
      'validation',
      'dispatch',
      'dispatch-answers',
      'dispatch-deliveries',
      'sg:1',
      'sg-1',
      'sg-banks:1',
      'tl:1',
    ]
    const started = (prefix: readonly string[], group: string) =>
      prefix.some(name => (name.endsWith(':') ? group.startsWith(name) : name === group))
    for (const of of everybody) {
      const streams = streamsOf(of.name)
      const topic = of.reads[0] ?? ''
      const joins: boolean[] = []
      for (const group of groups) joins.push(await may(() => streams.setPositions(group, topic, new Map([[0, 1]]))))
      expect([of.name, joins]).toEqual([of.name, groups.map(group => started(of.joins, group))])
      const made = await Promise.all(
        [ordersTopic, notificationsTopic, bankMessagesTopic, workTopic].map(async topicOf => {
          const spec = topicOf(`Z${'ABCDEFGHIJK'[everybody.indexOf(of)]}`)
          return [spec.name, await streams.ensureTopics([spec]).then(...yesOrRefused)]
        }),
      )
      expect([of.name, made]).toEqual([of.name, made.map(([topicName]) => [topicName, named(of.makes, String(topicName))])])
    }
  })

  test('a user that may not create topics learns whether they are missing or hidden', async () => {
    const failure = (user: string, ...specs: TopicSpec[]) => streamsOf(user).ensureTopics(specs).then(String, String)
    expect(await failure('ledger', topics.commands, ordersTopic('QQ'))).toBe(
      "Error: these topics can't all be created: freeze.orders.qq: they are missing, and this user may not create topics. " +
        'Create them first with npm run infra:access',
    )
    // Kafka answers a member's user in the same way, whether freeze.commands exists or not.
    expect(await failure('sg', topics.requests, topics.commands)).toBe(
      "Error: these topics can't all be created: freeze.commands: this user may not describe them, so Kafka hides " +
        'whether they exist. If they exist, use the user of the service; otherwise create them first with npm run infra:access',
    )
  })

  test('a second run changes nothing, and removes a permission that is not in the table', async () => {
    const before = await access.again()
    expect(before.filter(line => /^(made|gave|allowed|took|wrote)/.test(line))).toEqual([])
    const tooMuch = { user: 'intake', kind: 'topic', name: 'freeze.ledger', pattern: 'literal', operation: 'write' } as const
    await kafka.allow(tooMuch)
    const ofIntake = streamsOf('intake')
    const write = () => may(() => ofIntake.append('freeze.ledger', 0, [{ key: 'key', value: '{}' }]))
    // A broker applies a change later than its controller.
    await soon(write).toBe(true)
    expect(await access.again('--dry-run')).toContain('would: took away: intake may write topic freeze.ledger')
    expect(await write()).toBe(true)
    expect(await access.again()).toContain('took away: intake may write topic freeze.ledger')
    await soon(write).toBe(false)
  })

  test('an engine in a namespace gets its own users and rules and leaves those of the other engine unchanged', async () => {
    const acl = readFileSync(access.redisAcl, 'utf8')
    const lines = await access.inNamespace('staging')
    expect(lines).toContain('in the namespace staging')
    expect(lines).toContain('allowed: staging.ledger may write topic staging.freeze.ledger')
    expect(lines.filter(line => line.startsWith('took away'))).toEqual([])
    writeFileSync(access.redisAcl, acl)
    expect((await access.again()).filter(line => /^(made|gave|allowed|took|wrote)/.test(line))).toEqual([])
    const ofStaging = streamsOf('staging.ledger')
    expect(await may(() => ofStaging.append('staging.freeze.ledger', 0, [{ key: 'key', value: '{}' }]))).toBe(true)
    expect(await may(() => ofStaging.append('freeze.ledger', 0, [{ key: 'key', value: '{}' }]))).toBe(false)
    expect(await may(() => streamsOf('ledger').append('staging.freeze.ledger', 0, [{ key: 'key', value: '{}' }]))).toBe(false)
  })

  test('a member in the registry has its own permissions, and a removed member has none', async () => {
    const registry = join(place.folder, 'members.json')
    const keysOf = (kid: string) => ({ keys: [makeKey(kid).publicKey] })
    const bank = { name: 'Kamanasa Bank', bics: ['KMNSTLDL'], keys: { keys: [makeKey('bank').publicKey] }, kafka: 'kamanasa' }
    const singapore = { country: 'SG', name: 'Singapore', keys: keysOf('sg-1'), kafka: { system: 'sg-ncb' } }
    const timor = { country: 'TL', name: 'Timor-Leste', keys: keysOf('tl-1'), institutions: [bank], kafka: { institutions: 'tl-orders' } }
    const giveThese = (...members: object[]) => {
      writeFileSync(registry, JSON.stringify({ members }))
      return access.again('--registry', registry)
    }
    const does = (user: string) => {
      const streams = streamsOf(user)
      return async () => ({
        asks: await may(() => streams.append('freeze.requests', 0, [{ key: 'key', value: '{}' }])),
        answers: await may(() => streams.append('freeze.answers', 0, [{ key: 'key', value: '{}' }])),
        readsNotifications: await may(() => readOne(streams, 'freeze.notifications.sg')),
        readsOrders: await may(() => readOne(streams, 'freeze.orders.tl')),
      })
    }
    const nothing = { asks: false, answers: false, readsNotifications: false, readsOrders: false }
    try {
      // Names of the first run follow from the country.
      expect(await giveThese(singapore, timor)).toContain('took away: sg may write topic freeze.requests')
      const [ncb, orders, ofBank, before] = ['sg-ncb', 'tl-orders', 'kamanasa', 'sg'].map(does)
      await soon(async () => ncb?.()).toEqual({ ...nothing, asks: true, readsNotifications: true })
      await soon(async () => orders?.()).toEqual({ ...nothing, answers: true, readsOrders: true })
      await soon(async () => ofBank?.()).toEqual({ ...nothing, answers: true })
      await soon(async () => before?.()).toEqual(nothing)
      // Its connection is open: the broker refuses the revoked operations there.
      const said = await giveThese({ ...timor, institutions: [] })
      expect(said).toEqual(
        expect.arrayContaining(['took away: sg-ncb may write topic freeze.requests', 'took away: kamanasa may write topic freeze.answers']),
      )
      await soon(async () => [await ncb?.(), await ofBank?.()]).toEqual([nothing, nothing])
      expect(await orders?.()).toEqual({ ...nothing, answers: true, readsOrders: true })
      await expect(giveThese({ ...singapore, kafka: { system: 'ledger' } })).rejects.toThrow(
        'ledger (the member system of SG) is the name of a service',
      )
      const withSuperUser = { ...singapore, kafka: { system: 'operator' } }
      await expect(giveThese(withSuperUser)).rejects.toThrow('operator (the member system of SG) is the name of a super user')
    } finally {
      await access.again()
    }
  })

  describe('in Redis', () => {
    const states = '{holdfast:ledger.0123:0}:snapshots'
    const keys: Record<string, string> = {
      states,
      'of validation': '{holdfast:validation.0123:0}:snapshots',
      'of dispatch': '{holdfast:dispatch.0123:3}:checkpoint',
      deliveries: '{holdfast:deliveries:1}:snapshots',
      idempotency: 'holdfast:idempotency:abc',
      payments: 'holdfast:claims:freeze:1',
      'of a later ledger': '{holdfast:ledger.0123.2:0}:snapshots',
      'data keys': '{holdfast:encryption}:request-keys',
      'of another engine': '{holdfast-2:ledger.0123:0}:snapshots',
      'of another system': 'sessions:1',
    }
    const writes: Record<string, readonly string[]> = {
      intake: ['idempotency', 'data keys'],
      ledger: ['states', 'of a later ledger'],
      validation: ['of validation', 'payments', 'data keys'],
      dispatch: ['of dispatch', 'deliveries', 'idempotency', 'data keys'],
      desk: ['idempotency', 'data keys'],
      standalone: ['states', 'of validation', 'of dispatch', 'deliveries', 'idempotency', 'payments', 'of a later ledger', 'data keys'],
      backup: [],
    }

    async function signIn(user: string): Promise<RedisSession> {
      const session = await signInToRedis(redisUrl, place.authority.cert, user, access.redisPassword(user))
      onTestFinished(() => session.end())
      return session
    }
    const isRefused = (answer: string) => answer.startsWith('-NOPERM')
    /** Within a script, as the engine does, and as a plain command. */
    const ways = (command: string, key: string, more: string): string[] => [
      `${command} ${key} ${more}`,
      `EVAL "return redis.call('${command}', KEYS[1], ${more
        .split(' ')
        .map(each => `'${each}'`)
        .join(', ')})" 1 ${key}`,
    ]

    test.each(Object.keys(writes))('%s changes its own keys and no others', async user => {
      const session = await signIn(user)
      const changed: string[] = []
      for (const [what, key] of Object.entries(keys)) {
        const answers: string[] = []
        for (const way of ways('HSET', key, 'field value')) answers.push(await session.say(way))
        expect(new Set(answers.map(answer => /NOPERM|ACL failure/.test(answer))).size).toBe(1)
        if (!/NOPERM|ACL failure/.test(answers[0] ?? '')) changed.push(what)
      }
      expect(changed).toEqual(Object.keys(keys).filter(what => writes[user]?.includes(what)))
    })

    test('only intake and ledger read the states of the ledger', async () => {
      const ledger = await signIn('ledger')
      await ledger.say(`HSET ${states} id state`)
      const looks = async (user: string) => {
        const session = await signIn(user)
        const answers: string[] = []
        for (const way of ways('HMGET', states, 'id')) answers.push(await session.say(way))
        return answers.filter(answer => answer.includes('state')).length
      }
      const found = await Promise.all(Object.keys(writes).map(async user => [user, await looks(user)]))
      expect(found).toEqual(Object.keys(writes).map(user => [user, ['intake', 'ledger', 'standalone'].includes(user) ? 2 : 0]))
    })

    test.each([
      'FLUSHALL',
      'FLUSHDB',
      'CONFIG GET *',
      'CONFIG SET maxmemory 1',
      'KEYS *',
      'SCAN 0',
      'ACL LIST',
      'SAVE',
      'SHUTDOWN',
      'MONITOR',
    ])('no service may run %s', async command => {
      for (const user of Object.keys(writes)) expect(isRefused(await (await signIn(user)).say(command))).toBe(true)
    })

    test('a user without a password or with a wrong one is refused', async () => {
      await expect(signInToRedis(redisUrl, place.authority.cert, 'default', 'x')).rejects.toThrow('WRONGPASS')
      await expect(signInToRedis(redisUrl, place.authority.cert, 'ledger', access.redisPassword('intake'))).rejects.toThrow('WRONGPASS')
      await expect(signInToRedis(redisUrl, place.authority.cert, 'sg', 'x')).rejects.toThrow('WRONGPASS')
    })
  })
})

const yesOrRefused = [
  () => true,
  (error: Error) => {
    if (/this user may not (?:create|describe)/.test(error.message)) return false
    throw error
  },
] as const
