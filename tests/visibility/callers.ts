import { join } from 'node:path'
import { type MemberRole, memberRoles, type SpecialUnit } from '@holdfast/schemas'
import { createSessions, developmentOperatorToken, engineSecretFileName, type MadeKey, makeKey, readEngineSecret } from '@holdfast/trust'
import { type Engine, tokenOf } from '../src/engine.ts'
import { keySetOf, register, tokenBy } from '../src/registry.ts'

/** A caller with its authentication headers. */
export interface Caller {
  readonly name: string
  headers(): Promise<Readonly<Record<string, string>>>
}

export interface CallersOptions {
  readonly engine: Pick<Engine, 'dataDir'>
  readonly now: () => Date
}

/**
 * All callers: each role of four countries, persons of units, the General Secretariat, an operator, and one without a
 * token.
 */
export function allCallers({ engine, now }: CallersOptions): Caller[] {
  const sessions = createSessions({
    secret: readEngineSecret(join(engine.dataDir, engineSecretFileName)),
    members: { has: () => true } as never,
    now,
    ended: { has: () => false, add: async () => undefined },
  })
  const member = (country: string, role: MemberRole): Caller => ({
    name: `${country}/${role}`,
    headers: async () => ({ authorization: `Bearer ${await tokenOf(engine, [country, role, 'p'], now())}` }),
  })
  const ofUnit = (country: string, unit: SpecialUnit): Caller => ({
    name: `${country}.${unit}`,
    async headers() {
      const signedInAt = now()
      const session = {
        country,
        role: 'officer',
        person: 'u',
        unit,
        signedInAt,
        endsAt: new Date(signedInAt.getTime() + 3_600_000),
      } as const
      return { cookie: `__Host-holdfast=${await sessions.encrypt(session)}` }
    },
  })
  return [
    ...['SG', 'TL', 'MY', 'VU'].flatMap(country => memberRoles.map(role => member(country, role))),
    member('XP', 'officer'),
    ofUnit('FR', 'cybercrime'),
    ofUnit('DE', 'antiScamCentre'),
    ofUnit('VU', 'cybercrime'),
    ofUnit('SG', 'cybercrime'),
    { name: 'operator', headers: async () => ({ authorization: `Bearer ${await developmentOperatorToken(engine.dataDir, 'night')}` }) },
    { name: 'anonymous', headers: async () => ({}) },
  ]
}

/**
 * Two institutions of Timor-Leste with their own keys: the one with the account of `buildRequest`, and another. Waits
 * until the registry has them.
 */
export function institutions({ engine, now }: CallersOptions): Caller[] {
  const banks = ['KMNSTLDL', 'LORSTLDL'].map(bic => ({ bic, key: makeKey(bic.toLowerCase()) }))
  register(engine, 'TL', { institutions: banks.map(({ bic, key }) => ({ name: bic, bics: [bic], keys: keySetOf(key) })) })
  const tokenOfBank = (key: MadeKey) => tokenBy(key, { country: 'TL', role: 'institution', person: 'payments' }, now())
  return banks.map(({ bic, key }) => ({ name: bic, headers: async () => ({ authorization: `Bearer ${await tokenOfBank(key)}` }) }))
}
