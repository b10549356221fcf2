import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configSchemaWithPort } from '@holdfast/runtime'
import { afterAll, describe, expect, test } from 'vitest'
import { readSignInSettings } from './settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-settings-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, text: string) => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const settingsOf = (env: Record<string, string>) => readSignInSettings(configSchemaWithPort(0).parse(env))
const production = {
  HOLDFAST_ENV: 'production',
  HOLDFAST_DESK_URL: 'https://desk.example.org',
  HOLDFAST_OIDC_ISSUER: 'https://id.example.org/realms/police',
  HOLDFAST_OIDC_CLIENT_ID: 'desk',
}

test('development requires no settings', () => {
  expect(settingsOf({})).toEqual({
    provider: undefined,
    claims: { country: 'country', role: 'holdfast_role', person: 'sub', unit: 'holdfast_unit' },
  })
})

test('production requires a provider, a client and an address, and accepts a secret', () => {
  expect(settingsOf(production).provider).toEqual({
    issuer: new URL(production.HOLDFAST_OIDC_ISSUER),
    clientId: 'desk',
    clientSecret: undefined,
  })
  const withSecret = { ...production, HOLDFAST_OIDC_CLIENT_SECRET_FILE: file('secret', 's3cret\n') }
  expect(settingsOf(withSecret).provider?.clientSecret).toBe('s3cret')
})

describe('a start lists all problems at once:', () => {
  test.each<[string, Record<string, string>, RegExp[]]>([
    [
      'in production without anything',
      { HOLDFAST_ENV: 'production' },
      [/HOLDFAST_OIDC_ISSUER: is missing/, /HOLDFAST_DESK_URL: is missing/],
    ],
    [
      'in production with a provider on this machine',
      { ...production, HOLDFAST_OIDC_ISSUER: 'http://127.0.0.1:8080/development-sign-in' },
      [/HOLDFAST_OIDC_ISSUER: must be an https/],
    ],
    ['a provider without a client', { HOLDFAST_OIDC_ISSUER: 'https://id.example.org' }, [/HOLDFAST_OIDC_CLIENT_ID: is missing/]],
    ['a client without a provider', { HOLDFAST_OIDC_CLIENT_ID: 'desk' }, [/HOLDFAST_OIDC_ISSUER: is missing/]],
    [
      'a secret that is not there',
      { ...production, HOLDFAST_OIDC_CLIENT_SECRET_FILE: join(folder, 'nowhere') },
      [/HOLDFAST_OIDC_CLIENT_SECRET_FILE: .*nowhere can't be read/],
    ],
    ['a secret that is empty', { ...production, HOLDFAST_OIDC_CLIENT_SECRET_FILE: file('empty', '\n') }, [/empty is empty/]],
  ])('%s', (_what, env, problems) => {
    for (const problem of problems) expect(() => settingsOf(env)).toThrow(problem)
  })
})
