import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@holdfast/client'
import type { PaymentStopTypes } from '@holdfast/payment-stop/language'
import { createDeadLetters, silentLogger, systemClock } from '@holdfast/runtime'
import { type DeadLetterPage, notificationsTopic, ordersTopic, topics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import { createKafkaStreams, type KafkaStreamsOptions } from '@holdfast/streams/kafka'
import { type CertificateFiles, createAuthority } from '@holdfast/test-kit/certificates'
import { type ClusterEngine, startClusterEngine } from '@holdfast/test-kit/cluster-engine'
import { commandEnv } from '@holdfast/test-kit/command-env'
import { startInstitution } from '@holdfast/test-kit/institution'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { createSecuredServers, type SecuredKafka, type SecuredServers } from '@holdfast/test-kit/secured-servers'
import { startProcess } from '@holdfast/test-kit/start-process'
import { developmentOperatorToken, makeKey } from '@holdfast/trust'
import type { SASLOptions } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Access, giveAccess } from '../src/access.ts'
import { eventually, everythingIn, reaches, submit, testSettings, tokenOf } from '../src/engine.ts'
import { runHoldfastWith } from '../src/holdfast-command.ts'
import { missingServers } from '../src/real-servers.ts'
import { signInToRedis } from '../src/redis-session.ts'
import { keySetOf, register, tokenBy } from '../src/registry.ts'
import { withdrawalRecord } from '../src/withdrawal-record.ts'

const root = join(import.meta.dirname, '../..')

describe.skipIf(missingServers())('on Kafka and Redis with authentication', () => {
  let place: SecuredServers
  let kafka: SecuredKafka
  let redisUrl: string
  let keysUrl: string
  let access: Access
  let engine: ClusterEngine

  beforeAll(async () => {
    place = await createSecuredServers()
    kafka = await place.startKafka()
    access = await giveAccess(place, kafka, ['SG', 'TL'])
    redisUrl = (await place.startRedis(access.redisAcl)).url
    keysUrl = (await place.startRedis(access.redisAcl, true)).url
    const byCertificate = await place.authority.issue('validation')
    engine = await startClusterEngine({
      brokers: kafka.byPassword,
      ownBrokers: kafka.byCertificate,
      own: asOperator(place),
      redisUrl,
      env: testSettings,
      envOf: service => ({
        ...access.redisEnv(service),
        HOLDFAST_KEYS_REDIS_URL: keysUrl,
        ...(service === 'validation'
          ? {
              HOLDFAST_KAFKA_BROKERS: kafka.byCertificate,
              HOLDFAST_KAFKA_TLS_CA_FILE: place.authority.cert,
              HOLDFAST_KAFKA_TLS_CERT_FILE: byCertificate.cert,
              HOLDFAST_KAFKA_TLS_KEY_FILE: byCertificate.key,
            }
          : access.kafkaEnv(service)),
        // Sign-in is required in production at the desk only; other tests cover it.
        ...(service !== 'desk' && { HOLDFAST_ENV: 'production' }),
      }),
    })
  })
  afterAll(async () => {
    await engine?.stop()
    await place?.stop()
  })

  const streamsOf = (user: string, log: KafkaStreamsOptions['log'] = silentLogger): Streams => {
    const streams = createKafkaStreams({
      brokers: [kafka.byPassword],
      clientId: user,
      partitions: 4,
      replication: 1,
      log,
      ...access.kafkaUser(user),
    })
    onTestFinished(() => streams.close())
    return streams
  }

  test('the services, each with its own user, take a request from Kafka to recovered without a refused operation', async () => {
    await engine.streams.ensureTopics([ordersTopic('TL')])
    // In production each person has a key of their own.
    const signers = { first: makeKey('first'), second: makeKey('second') }
    const persons = Object.entries(signers).map(([person, key]) => ({ person, keys: keySetOf(key) }))
    register(engine, 'TL', { institutions: [{ name: 'Kamanasa Bank', bics: ['KMNSTLDL'], keys: keySetOf(makeKey('payments')), persons }] })
    const banks = streamsOf('tl-banks')
    const bank = await startInstitution({
      streams: banks,
      country: 'TL',
      group: 'tl-banks:1',
      token: person => tokenBy(signers[person], { country: 'TL', role: 'institution', person }),
    })
    onTestFinished(() => bank.stop())
    const member = streamsOf('sg')
    await member.publish(topics.requests.name, [
      {
        key: 'SG',
        value: JSON.stringify({
          specversion: '1.0',
          id: 'secured-1',
          source: '/sg',
          type: 'holdfast.request.v1',
          datacontenttype: 'application/json',
          data: buildRequestNumber(910_001),
        }),
        headers: { authorization: `Bearer ${await tokenOf(engine, ['SG', 'system', 'ncb'])}` },
      },
    ])
    const receipt = await eventually(async () => {
      const notifications = await everythingIn(member, notificationsTopic('SG')).catch(() => [])
      return notifications.map(({ value }) => JSON.parse(value) as { data: { requestId?: string } }).find(({ data }) => data.requestId)
    }, 'a notification of the receipt')
    await reaches(engine, receipt.data.requestId ?? '', 'recovered')

    const refused = kafka.decisions().filter(({ isAllowed }) => !isAllowed)
    expect(refused).toEqual([])
    const users = new Set(kafka.decisions().map(({ user }) => user))
    expect([...users].sort()).toEqual(['broker', 'desk', 'dispatch', 'intake', 'ledger', 'operator', 'sg', 'tl-banks', 'validation'])
    for (const service of Object.values(engine.services))
      await expect.poll(() => readiness(service.url), { timeout: 30_000 }).toEqual({ status: 200 })
  })

  test('desk work, orders, dead letters and operations are not refused either', async () => {
    const requestId = await submit(engine, ['SG', 'system', 'ncb'], buildRequestNumber(910_002), 'secured-2')
    await reaches(engine, requestId, 'verified')
    const person = await tokenOf(engine, ['SG', 'officer', 'a.tan'])
    const at = async (path: string, token: string, body?: unknown): Promise<{ status: number; json: unknown }> => {
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': `secured${path.replaceAll('/', '-')}`,
      }
      const answer = await fetch(
        `${engine.deskUrl}${path}`,
        body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) },
      )
      return { status: answer.status, json: await answer.json() }
    }
    expect(await at(`/v1/requests/${requestId}/orders`, await tokenOf(engine, ['TL', 'officer', 'p']))).toMatchObject({ status: 200 })
    const note = { kind: 'NoteTaken', requestId, data: { text: 'Called the bank' } }
    expect(await at('/v1/work', person, note)).toMatchObject({ status: 201 })

    // Intake rejects the unknown sender; an operator redrives the dead letter of the ledger.
    await streamsOf('sg').publish(topics.requests.name, [{ key: 'SG', value: '{}' }])
    await createDeadLetters(streamsOf('ledger'), 'ledger', systemClock, silentLogger).keep(
      withdrawalRecord(requestId, 'withdraw-secured'),
      'not known here',
    )
    const operator = await developmentOperatorToken(engine.dataDir, 'night')
    const letters = await eventually(async () => {
      const page = (await at('/v1/dead-letters', operator)).json as DeadLetterPage
      return page.letters.length === 2 ? page.letters : undefined
    }, 'two dead letters')
    expect(letters.map(({ service }) => service).sort()).toEqual(['intake', 'ledger'])
    const [letter] = letters.filter(({ service }) => service === 'ledger')
    expect(await at(`/v1/dead-letters/${letter?.number}/redrive`, operator, { preview: false })).toMatchObject({ status: 200 })
    await reaches(engine, requestId, 'closed.withdrawn')
    expect(await at('/v1/operations', operator)).toMatchObject({ status: 200 })
    expect(await at('/v1/parked', operator)).toMatchObject({ status: 200 })

    expect(kafka.decisions().filter(({ isAllowed }) => !isAllowed)).toEqual([])
  })

  test('a service reports a topic with a too long retention and leaves it to the broker’s administrator', async () => {
    const kept = { ...topics.health, retentionMs: 3_600_000 }
    const said: string[] = []
    const heard = (about: { topic?: string }, message: string): void => void said.push(`${about.topic}: ${message}`)
    const log = { debug: heard, info: heard, warn: heard, error: heard }
    const named = 'freeze.health: Topic keeps its records too long, and this user may not correct its settings. Run infra:access'
    await streamsOf('ledger', log).ensureTopics([kept])
    expect(said).toEqual([named])
    await engine.streams.ensureTopics([kept])
    await streamsOf('ledger', log).ensureTopics([kept])
    expect(said).toEqual([named])
  })

  /** Settings of a command that runs as the backup user, with this user at Redis. */
  const settingsOf = (redisUser: string) => ({
    ...access.kafkaEnv('backup'),
    ...access.redisEnv(redisUser),
    HOLDFAST_KAFKA_BROKERS: kafka.byPassword,
    HOLDFAST_REDIS_URL: redisUrl,
    HOLDFAST_SECRET_FILE: join(engine.dataDir, 'engine-secret'),
    ...engine.keys,
    HOLDFAST_KEYS_REDIS_URL: keysUrl,
    HOLDFAST_DATA: join(engine.dataDir, 'backup'),
  })

  test('a request is erased: dispatch destroys its keys, and goes on', async () => {
    const requestId = await submit(engine, ['SG', 'system', 'ncb'], buildRequestNumber(910_004), 'secured-4')
    await reaches(engine, requestId, 'verified')
    const keys = { 'a.tan': makeKey('a.tan'), 'b.lim': makeKey('b.lim') }
    const persons = Object.entries(keys).map(([person, key]) => ({ person, roles: ['officer'], keys: keySetOf(key) }))
    register(engine, 'SG', { persons })
    const deskOf = (person: keyof typeof keys) =>
      createClient<PaymentStopTypes>({
        url: engine.deskUrl,
        token: () => tokenBy(keys[person], { country: 'SG', role: 'officer', person }),
      })
    const [first, second] = [deskOf('a.tan'), deskOf('b.lim')]
    await eventually(async () => (await second.list()).ok || undefined, 'the registry has the persons')
    await first.act(requestId, 'Withdraw', { reason: 'Paid back' }, { idempotencyKey: 'secured-withdraw' })
    await reaches(engine, requestId, 'closed.withdrawn')
    const court = { authority: 'Court of Singapore', reference: 'HC-79/2026', date: '2026-11-20' }
    for (const desk of [first, second])
      expect(await desk.act(requestId, 'OrderErasure', court, { idempotencyKey: 'secured-erasure' })).toMatchObject({ ok: true })
    await eventually(async () => {
      const shown = await first.show(requestId)
      return (shown.ok && shown.value.history.at(-1)?.type === 'holdfast.fact.v1.DestructionConfirmed') || undefined
    }, 'the destruction is confirmed')
    expect(await readiness(engine.services.dispatch.url)).toEqual({ status: 200 })

    const file = join(place.folder, 'tombstones.jsonl')
    // On a loaded machine the command can time out before it reaches Redis.
    const list = (user: string, to: string) =>
      expect.poll(() => runHoldfastWith(settingsOf(user), 'keys', 'tombstones', to), { timeout: 60_000 })
    await list('operator', file).toMatchObject({ code: 0 })
    expect(readFileSync(file, 'utf8')).toContain(requestId)
    for (const user of ['dispatch', 'backup'])
      await list(user, `${file}.${user}`).toMatchObject({ code: 2, err: expect.stringMatching(/permissions/i) })
  })

  test('a backup runs as a user of its own, with the settings of the services', async () => {
    const requestId = await submit(engine, ['SG', 'system', 'ncb'], buildRequestNumber(910_003), 'secured-3')
    await reaches(engine, requestId, 'verified')
    const env = settingsOf('backup')
    const file = join(place.folder, 'ledger.jsonl')
    expect(await runHoldfastWith(env, 'backup', file)).toMatchObject({ code: 0 })
    expect(readFileSync(file, 'utf8')).toContain(requestId)
    const other = { ...env, ...access.kafkaEnv('intake') }
    expect(await runHoldfastWith(other, 'backup', `${file}.2`)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/freeze\.(ledger|work) can't be read: Not authorized/),
    })
  })

  test('a service with a wrong Redis password reports it until the password is right again', async () => {
    const { ledger } = engine.services
    const operator = await signInToRedis(redisUrl, place.authority.cert, 'operator', access.redisPassword('operator'))
    onTestFinished(() => operator.end())
    expect(await operator.say('ACL SETUSER ledger resetpass >another')).toBe('+OK')
    await operator.say('CLIENT KILL USER ledger')
    await eventually(async () => /WRONGPASS/.test((await readiness(ledger.url)).detail ?? '') || undefined, 'the ledger says what is wrong')
    await operator.say(`ACL SETUSER ledger resetpass >${access.redisPassword('ledger')}`)
    await eventually(async () => (await readiness(ledger.url)).status === 200 || undefined, 'the ledger is ready again')
  })

  describe('a refused user gets the reason:', () => {
    let strangers: CertificateFiles & { readonly ca: string }
    beforeAll(async () => {
      const other = await createAuthority(join(place.folder, 'strangers'), 'another')
      strangers = { ...(await other.issue('validation')), ca: other.cert }
    })

    const ca = () => readFileSync(place.authority.cert)
    const refused: [who: string, how: () => Partial<KafkaStreamsOptions>, words: RegExp][] = [
      [
        'with brokers that it does not trust',
        () => ({ ...access.kafkaUser('ledger'), ssl: { ca: readFileSync(strangers.ca) } }),
        /^Kafka at \S+ can't be trusted: its certificate is invalid \([A-Z_]+: /,
      ],
      [
        'with another user’s password',
        () => ({ ...access.kafkaUser('ledger'), sasl: { ...access.kafkaUser('intake').sasl, username: 'ledger' } as SASLOptions }),
        /^Kafka at \S+ rejects the user ledger: .*invalid credentials/,
      ],
      [
        'with an unknown name',
        () => ({ ...access.kafkaUser('ledger'), sasl: { ...access.kafkaUser('ledger').sasl, username: 'leger' } as SASLOptions }),
        /^Kafka at \S+ rejects the user leger: .*invalid credentials/,
      ],
      [
        'without a required certificate',
        () => ({ brokers: [kafka.byCertificate], ssl: { ca: ca() } }),
        /^Kafka at \S+ requires a client certificate, and none is configured \(.*alert.*\)/,
      ],
      [
        'with a certificate of another authority',
        () => ({
          brokers: [kafka.byCertificate],
          ssl: { ca: ca(), cert: readFileSync(strangers.cert), key: readFileSync(strangers.key) },
        }),
        /^Kafka at \S+ rejects our certificate \(.*alert.*\)/,
      ],
      [
        'of a member, who makes no topics',
        () => access.kafkaUser('sg'),
        /^these topics can't all be created: freeze\.health: this user may not/,
      ],
    ]

    // Shorter than the minute in which services wait for brokers that are still starting.
    test.each(refused)('%s', { timeout: 45_000 }, async (_, how, words) => {
      const streams = createKafkaStreams({ brokers: [kafka.byPassword], clientId: 'refused', partitions: 4, replication: 1, ...how() })
      onTestFinished(() => streams.close())
      await expect(streams.ensureTopics([topics.health])).rejects.toThrow(words)
    })

    /** Starts a service like validation with some settings changed, until it ends or prints the expected line. */
    async function startAs(settings: Record<string, string>, until?: RegExp) {
      const env = {
        ...commandEnv,
        HOLDFAST_KAFKA_BROKERS: kafka.byPassword,
        HOLDFAST_REDIS_URL: redisUrl,
        ...access.kafkaEnv('validation'),
        ...access.redisEnv('validation'),
        HOLDFAST_SECRET_FILE: join(engine.dataDir, 'engine-secret'),
        ...engine.keys,
        HOLDFAST_KEYS_REDIS_URL: keysUrl,
        HOLDFAST_MEMBERS: join(engine.dataDir, 'members.json'),
        HOLDFAST_DATA: mkdtempSync(join(place.folder, 'data-')),
        HOLDFAST_PORT: '0',
        ...settings,
      }
      const child = startProcess(process.execPath, [join(root, 'services/validation/src/main.ts')], {
        env,
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      onTestFinished(() => void child.kill('SIGKILL'))
      let said = ''
      child.stderr.on('data', chunk => {
        said += chunk
        if (until?.test(said)) child.kill('SIGKILL')
      })
      // Its last output can arrive after its exit.
      const [code] = (await once(child, 'close')) as [number | null]
      return { code, said }
    }
    /** Without these settings. */
    const noUser = { HOLDFAST_KAFKA_USERNAME: '', HOLDFAST_KAFKA_PASSWORD_FILE: '' }

    test('a service with a wrong password ends, and its log says why', async () => {
      const { code, said } = await startAs({ HOLDFAST_KAFKA_PASSWORD_FILE: join(access.passwords, 'kafka-ledger') })
      expect(said).toMatch(/"level":60,.*rejects the user validation: /)
      expect(code).toBe(1)
    })

    test('a service with an expired certificate, or with a key that does not match, does not start', async () => {
      const ended = await place.authority.issue('ended', { from: '20240101000000Z', to: '20240102000000Z' })
      const { code, said } = await startAs({
        ...noUser,
        HOLDFAST_KAFKA_TLS_CERT_FILE: ended.cert,
        HOLDFAST_KAFKA_TLS_KEY_FILE: strangers.key,
      })
      expect(said.trim().split('\n')).toEqual([
        `HOLDFAST_KAFKA_TLS_CERT_FILE: ${ended.cert} is a certificate that expired on 2024-01-02T00:00:00.000Z`,
        `HOLDFAST_KAFKA_TLS_KEY_FILE: ${strangers.key} is not the key of the certificate in ${ended.cert}`,
      ])
      expect(code).toBe(2)
    })

    test('a service with another service’s user gets no partition, and its log names the refused operation', async () => {
      // The broker decides which of the two it refuses first.
      const why = /Not authorized to access (topics|group)/
      const { said } = await startAs(access.kafkaEnv('intake'), why)
      expect(said).toMatch(why)
    })

    // A broker that is still starting behind a proxy looks like one that requires a user: both close the connection.
    test('a service without a user waits, and its log asks whether there has to be one', async () => {
      const hint = /closes the connection without an answer\. It may require a user \(HOLDFAST_KAFKA_USERNAME\)/
      const { said } = await startAs(noUser, hint)
      expect(said).toMatch(hint)
    })
  })
})

function asOperator({ authority, operator }: SecuredServers) {
  return { ssl: { ca: readFileSync(authority.cert), cert: readFileSync(operator.cert), key: readFileSync(operator.key) } }
}

async function readiness(url: string): Promise<{ status: number; detail?: string }> {
  const answer = await fetch(`${url}/health/ready`)
  return answer.ok ? { status: answer.status } : { status: answer.status, detail: ((await answer.json()) as { detail: string }).detail }
}
