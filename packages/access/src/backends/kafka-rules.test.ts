import { paymentStop } from '@holdfast/payment-stop'
import { type Member, makeKey } from '@holdfast/trust'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describeRule, isManagedRule, kafkaRules } from './kafka-rules.ts'
import { createAccessTable, type Principal, refuseReservedNames } from './table.ts'

const table = createAccessTable([paymentStop])
const { principals, principalsIn, principalsOfMember, principalsOfRegistry } = table
const wordsOf = (of: Principal | undefined, namespace?: string, ledger?: number): string[] =>
  of ? kafkaRules(of, { namespace, ...(ledger !== undefined && { ledger }) }).map(describeRule) : []
const named = (all: readonly Principal[], name: string): Principal | undefined => all.find(of => of.name === name)

describe('the rules of an engine in a namespace', () => {
  test('are those of an engine without one, with the namespace as the prefix of every user, topic and group', () => {
    for (const of of [...principals, ...principalsOfMember('SG')]) {
      const inStaging = named([...principalsIn('staging'), ...principalsOfMember('SG', 'staging')], `staging.${of.name}`)
      const expected = wordsOf(of).map(words => words.replace(/^/, 'staging.').replace(/(topic|group) /, '$1 staging.'))
      expect(wordsOf(inStaging, 'staging')).toEqual(expected)
    }
  })

  test('allow the ledger to write its own ledger only', () => {
    const writes = wordsOf(named(principalsIn('staging'), 'staging.ledger'), 'staging', 2).filter(words => words.includes(' may write '))
    expect(writes).toContain('staging.ledger may write topic staging.freeze.ledger-2')
    expect(writes.filter(words => !words.includes(' topic staging.freeze.'))).toEqual([])
  })

  test('allow a member system the groups that start with its name in this namespace', () => {
    const [system] = principalsOfMember('SG', 'staging')
    expect(wordsOf(system, 'staging')).toContain('staging.sg may read group staging.sg:*')
  })

  test('match no topic or group of an engine in another namespace', () => {
    const rules = (namespace?: string) => principalsIn(namespace).flatMap(of => kafkaRules(of, { namespace }))
    const covers = (rule: ReturnType<typeof kafkaRules>[number], name: string): boolean =>
      rule.pattern === 'prefixed' ? name.startsWith(rule.name) : rule.name === name
    for (const [one, other] of [
      [undefined, 'staging'],
      ['staging', undefined],
      ['staging', 'staging-2'],
    ])
      for (const rule of rules(one)) expect(rules(other).filter(({ kind, name }) => kind === rule.kind && covers(rule, name))).toEqual([])
  })
})

const memberNamed = (country: string, kafka: object): Member => ({
  country,
  name: country,
  keys: { keys: [makeKey(country).publicKey] },
  kafka,
})

describe('the groups of members', () => {
  const covers = (one: string, other: string): boolean => other.startsWith(one)
  const groupsOf = (of: Principal, namespace?: string): string[] =>
    kafkaRules(of, { namespace })
      .filter(({ kind }) => kind === 'group')
      .map(rule => rule.name)

  test('exclude other members of the same country, so one system cannot take the partitions of its institutions', () => {
    for (const namespace of [undefined, 'staging']) {
      const [system, institutions] = principalsOfMember('TL', namespace).map(of => groupsOf(of, namespace)[0] ?? '')
      expect([covers(system ?? '', institutions ?? ''), covers(institutions ?? '', system ?? '')]).toEqual([false, false])
    }
  })

  test('exclude other members and services, for any names in the registry', () => {
    // Names that are prefixes of each other are generated often.
    const names = fc.oneof(
      fc.stringMatching(/^(tl|banks|intake)([._:-]?(tl|banks|1)){0,3}$/),
      fc.stringMatching(/^[A-Za-z0-9._-]{1,12}$/),
      fc.constantFrom('dispatch-answer', 'sg', 'sg-banks'),
    )
    const registered = fc.uniqueArray(
      names.filter(name => /^[A-Za-z0-9._-]{1,64}$/.test(name)),
      { minLength: 2, maxLength: 6 },
    )
    fc.assert(
      fc.property(registered, fc.constantFrom(undefined, 'staging'), (users, namespace) => {
        const members = principalsOfRegistry(users.map(system => memberNamed('TL', { system })))
        const all = [...principalsIn(namespace).map(of => groupsOf(of, namespace)), ...members.map(of => groupsOf(of, namespace))]
        const ofMembers = all.slice(principals.length)
        for (const [at, [group = '']] of ofMembers.entries())
          expect(
            all
              .filter((_, other) => other !== principals.length + at)
              .flat()
              .filter(other => covers(group, other)),
          ).toEqual([])
      }),
      { seed: 20240723 },
    )
  })
})

describe('a member in the registry', () => {
  const refused = (system: string, superUsers: readonly string[] = []) => {
    try {
      refuseReservedNames(principalsOfRegistry([memberNamed('TL', { system })]), superUsers)
      return undefined
    } catch (error) {
      return (error as Error).message.split('\n')[1]
    }
  }

  test.each(['operator', 'broker', 'Operator', 'ANONYMOUS'])('may not be named %s: it would get the rights of a super user', name => {
    expect(refused(name)).toBe(`${name} (the member system of TL) is the name of a super user of the brokers`)
  })

  test('may not have the name of a super user that is configured at the brokers', () => {
    expect([refused('kafka-admin'), refused('kafka-admin', ['kafka-admin'])]).toEqual([
      undefined,
      'kafka-admin (the member system of TL) is the name of a super user of the brokers',
    ])
  })

  test.each(['ledger', 'standalone', 'staging.ledger'])('may not be named %s: this is the name of a service', name => {
    expect(refused(name)).toBe(`${name} (the member system of TL) is the name of a service of an engine`)
  })

  test('gets all problems at once, and may have any other name', () => {
    const named = principalsOfRegistry([
      memberNamed('TL', { system: 'operator', institutions: 'ledger' }),
      memberNamed('SG', { system: 'ledger-sg', institutions: 'operators' }),
    ])
    expect(() => refuseReservedNames(named, [])).toThrow(/^[^\n]+\noperator \(the member system of TL\)[^\n]+\nledger \([^\n]+$/)
    expect(() => refuseReservedNames(named.slice(2), [])).not.toThrow()
  })
})

test('a second workflow adds rules for its own topics and groups, to services and to members, and takes none away', () => {
  const both = createAccessTable([paymentStop, { topicPrefix: 'check' }])
  const wordsIn = (of: typeof table) => [...of.principals, ...of.principalsOfMember('SG')].flatMap(each => wordsOf(each))
  const [before, after] = [wordsIn(table), wordsIn(both)]
  expect(before.filter(words => !after.includes(words))).toEqual([])
  const added = after.filter(words => !before.includes(words))
  expect(added.filter(words => !/ (topic|group) check[.-]/.test(words))).toEqual([])
  expect(added).toEqual(
    expect.arrayContaining([
      'ledger may write topic check.ledger',
      'ledger may read group check-ledger',
      'dispatch may create topic check.notifications.*',
      'sg may write topic check.requests',
      'sg may read topic check.notifications.sg',
      'backup may read topic check.ledger',
    ]),
  )
  expect(added.filter(words => / may write topic check\.ledger$/.test(words)).map(words => words.split(' ')[0])).toEqual([
    'ledger',
    'standalone',
  ])
  const old = { user: 'sg', kind: 'topic', name: 'check.requests' } as const
  const options = { namespace: undefined, own: new Set<string>(), registered: new Set(['tl']), isWhole: true }
  expect([isManagedRule(old, { ...table, ...options }), isManagedRule(old, { ...both, ...options })]).toEqual([false, true])
})

describe('managed rules, which are removed if the table lacks them', () => {
  const own = new Set(['staging.ledger'])
  const registered = new Set(['ncb'])
  const isManaged = (
    user: string,
    kind: 'topic' | 'group',
    name: string,
    [namespace]: readonly (string | undefined)[] = ['staging'],
  ): boolean => isManagedRule({ user, kind, name }, { ...table, namespace, own, registered, isWhole: true })

  test('are all rules of users of this engine only', () => {
    expect(isManaged('staging.ledger', 'topic', 'freeze.ledger')).toBe(true)
    expect(isManaged('staging.ledger', 'topic', '*')).toBe(true)
  })

  test('are rules of registered users in this namespace, or on everything', () => {
    expect(isManaged('ncb', 'topic', 'staging.freeze.requests')).toBe(true)
    expect(isManaged('ncb', 'group', 'staging.ncb-')).toBe(true)
    expect(isManaged('ncb', 'topic', '*')).toBe(true)
    expect(isManaged('ncb', 'topic', 'freeze.requests')).toBe(false)
    expect(isManaged('ncb', 'topic', 'tests.freeze.requests')).toBe(false)
  })

  test('are the groups of registered users, as they were named before too', () => {
    registered.add('bank.example')
    for (const user of ['ncb', 'bank.example']) {
      expect(isManaged(user, 'group', `staging.${user}-`)).toBe(true)
      expect(isManaged(user, 'group', `${user}-`, [undefined])).toBe(true)
    }
  })

  test('are the groups of former members, and no groups of other programs', () => {
    expect(isManaged('former', 'group', 'staging.former:')).toBe(true)
    expect(isManaged('staging.sg', 'group', 'staging.sg:')).toBe(true)
    expect(isManaged('staging.sg', 'group', 'staging.sg:', [undefined])).toBe(false)
    expect(isManaged('former', 'group', 'former:', [undefined])).toBe(true)
    expect(isManaged('former', 'group', 'former-', [undefined])).toBe(false)
  })

  test('are rules of other users on topics of members in this namespace', () => {
    expect(isManaged('former', 'topic', 'staging.freeze.notifications.sg')).toBe(true)
    expect(isManaged('former', 'topic', 'freeze.notifications.sg')).toBe(false)
    expect(isManaged('ledger', 'topic', 'freeze.ledger')).toBe(false)
  })

  test('exclude other namespaces if this engine has none', () => {
    expect(isManaged('ncb', 'topic', 'freeze.requests', [undefined])).toBe(true)
    expect(isManaged('ncb', 'topic', 'staging.freeze.requests', [undefined])).toBe(false)
    expect(isManaged('former', 'topic', 'staging.freeze.requests', [undefined])).toBe(false)
    expect(isManaged('former', 'topic', 'freeze.requests', [undefined])).toBe(true)
  })
})
