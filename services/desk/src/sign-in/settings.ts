import { readFileSync } from 'node:fs'
import type { ServiceConfig } from '@holdfast/runtime'
import type { ClaimNames } from './claims/session-of-claims.ts'

/** The OpenID provider of the operator. */
export interface ProviderSettings {
  readonly issuer: URL
  readonly clientId: string
  /** Undefined for a public client. */
  readonly clientSecret: string | undefined
}

export interface SignInSettings {
  /** Undefined in development without a provider: the desk brings its own. */
  readonly provider: ProviderSettings | undefined
  readonly claims: ClaimNames
}

/** Throws an error that lists all missing and invalid settings. */
export function readSignInSettings(config: ServiceConfig): SignInSettings {
  const claims = {
    country: config.HOLDFAST_OIDC_COUNTRY_CLAIM,
    role: config.HOLDFAST_OIDC_ROLE_CLAIM,
    person: config.HOLDFAST_OIDC_PERSON_CLAIM,
    unit: config.HOLDFAST_OIDC_UNIT_CLAIM,
  }
  const { HOLDFAST_OIDC_ISSUER: issuer, HOLDFAST_OIDC_CLIENT_ID: clientId, HOLDFAST_OIDC_CLIENT_SECRET_FILE: secretFile } = config
  const problems: string[] = []
  if (config.HOLDFAST_ENV === 'production') problems.push(...missingInProduction(config))
  else if (issuer === undefined && (clientId ?? secretFile) !== undefined)
    problems.push('HOLDFAST_OIDC_ISSUER: is missing, but a client is set')
  if (issuer !== undefined && clientId === undefined)
    problems.push('HOLDFAST_OIDC_CLIENT_ID: is missing. Set the client id that the provider has for the desk')
  const clientSecret = secretFile === undefined ? undefined : readSecret(secretFile, problems)
  if (problems.length > 0) throw new Error(`Sign-in at the desk is not configured:\n${problems.map(problem => `  ${problem}`).join('\n')}`)
  return { provider: issuer && clientId ? { issuer: new URL(issuer), clientId, clientSecret } : undefined, claims }
}

function missingInProduction({ HOLDFAST_OIDC_ISSUER: issuer, HOLDFAST_DESK_URL: deskUrl }: ServiceConfig): string[] {
  const problems: string[] = []
  if (issuer === undefined)
    problems.push('HOLDFAST_OIDC_ISSUER: is missing. With HOLDFAST_ENV=production, people sign in at this provider only')
  else if (!issuer.startsWith('https:')) problems.push('HOLDFAST_OIDC_ISSUER: must be an https:// address with HOLDFAST_ENV=production')
  if (deskUrl === undefined)
    problems.push('HOLDFAST_DESK_URL: is missing. With HOLDFAST_ENV=production, set the address at which browsers reach the desk')
  return problems
}

function readSecret(path: string, problems: string[]): string | undefined {
  try {
    const secret = readFileSync(path, 'utf8').trim()
    if (secret === '') problems.push(`HOLDFAST_OIDC_CLIENT_SECRET_FILE: ${path} is empty`)
    return secret
  } catch (error) {
    problems.push(`HOLDFAST_OIDC_CLIENT_SECRET_FILE: ${path} can't be read: ${(error as Error).message}`)
    return undefined
  }
}
