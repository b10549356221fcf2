import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { RedisConnectionOptions } from '@holdfast/stores/redis'
import type { KafkaStreamsOptions } from '@holdfast/streams/kafka'
import type { BaseConfig } from '../config/config.ts'

type KafkaSettings = Pick<
  BaseConfig,
  | 'HOLDFAST_KAFKA_TLS_CA_FILE'
  | 'HOLDFAST_KAFKA_TLS_CERT_FILE'
  | 'HOLDFAST_KAFKA_TLS_KEY_FILE'
  | 'HOLDFAST_KAFKA_SASL_MECHANISM'
  | 'HOLDFAST_KAFKA_USERNAME'
  | 'HOLDFAST_KAFKA_PASSWORD_FILE'
>

/** How brokers are known, and how they know us. The files are read once, at the start. Throws what is wrong with one, and never what is in it. */
export function kafkaSecurity(config: KafkaSettings): Pick<KafkaStreamsOptions, 'ssl' | 'sasl'> {
  const ca = read(config, 'HOLDFAST_KAFKA_TLS_CA_FILE')
  const own = { cert: read(config, 'HOLDFAST_KAFKA_TLS_CERT_FILE'), key: read(config, 'HOLDFAST_KAFKA_TLS_KEY_FILE') }
  const { HOLDFAST_KAFKA_USERNAME: username, HOLDFAST_KAFKA_SASL_MECHANISM: mechanism } = config
  const password = read(config, 'HOLDFAST_KAFKA_PASSWORD_FILE')
  return {
    ...(ca !== undefined && { ssl: { ca, ...(own.cert !== undefined && own.key !== undefined && own) } }),
    ...(username !== undefined && password !== undefined && { sasl: { mechanism, username, password } }),
  }
}

/** The same of Redis, whose address says whether TLS is spoken. */
export function redisSecurity(config: BaseConfig): Pick<RedisConnectionOptions, 'tls' | 'username' | 'password'> {
  const tls = {
    ca: read(config, 'HOLDFAST_REDIS_TLS_CA_FILE'),
    cert: read(config, 'HOLDFAST_REDIS_TLS_CERT_FILE'),
    key: read(config, 'HOLDFAST_REDIS_TLS_KEY_FILE'),
  }
  const { HOLDFAST_REDIS_USERNAME: username } = config
  const password = read(config, 'HOLDFAST_REDIS_PASSWORD_FILE')
  return {
    ...(Object.values(tls).some(text => text !== undefined) && { tls }),
    ...(username !== undefined && password !== undefined && { username, password }),
  }
}

/** What each file has to be. A check throws what is wrong. */
const checks = {
  HOLDFAST_KAFKA_TLS_CA_FILE: mustBeCertificates,
  HOLDFAST_KAFKA_TLS_CERT_FILE: mustBeCertificate,
  HOLDFAST_KAFKA_TLS_KEY_FILE: mustBeKey,
  HOLDFAST_KAFKA_PASSWORD_FILE: mustBePassword,
  HOLDFAST_REDIS_TLS_CA_FILE: mustBeCertificates,
  HOLDFAST_REDIS_TLS_CERT_FILE: mustBeCertificate,
  HOLDFAST_REDIS_TLS_KEY_FILE: mustBeKey,
  HOLDFAST_REDIS_PASSWORD_FILE: mustBePassword,
} as const

type FileSetting = keyof typeof checks
export const fileSettings = Object.keys(checks) as FileSetting[]

/** Throws what is wrong with the file that a setting names. */
export function checkBackendFile(config: Partial<Pick<BaseConfig, FileSetting>>, setting: FileSetting): void {
  const text = read(config, setting)
  const certificateSetting = certificateOf[setting]
  if (text === undefined || certificateSetting === undefined) return
  // What is wrong with the certificate itself its own check says.
  const certificate = certificateIn(textOf(config, certificateSetting).text ?? '')
  if (certificate && !certificate.checkPrivateKey(createPrivateKey(text)))
    throw new Error(`${setting}: ${config[setting]} is not the key of the certificate in ${config[certificateSetting]}`)
}

const certificateOf: Partial<Record<FileSetting, FileSetting>> = {
  HOLDFAST_KAFKA_TLS_KEY_FILE: 'HOLDFAST_KAFKA_TLS_CERT_FILE',
  HOLDFAST_REDIS_TLS_KEY_FILE: 'HOLDFAST_REDIS_TLS_CERT_FILE',
}

/** What the file holds; undefined where none is named. Throws what is wrong with it. */
function read(config: Partial<Pick<BaseConfig, FileSetting>>, setting: FileSetting): string | undefined {
  const { text, problem } = textOf(config, setting)
  const wrong = problem ?? (text === undefined ? undefined : checks[setting](text))
  if (wrong !== undefined) throw new Error(`${setting}: ${config[setting]} ${wrong}`)
  return text
}

/** Without white space around it. */
function textOf(config: Partial<Pick<BaseConfig, FileSetting>>, setting: FileSetting): { text?: string; problem?: string } {
  const path = config[setting]
  if (path === undefined) return {}
  try {
    return { text: readFileSync(path, 'utf8').trim() }
  } catch (error) {
    return { problem: `can't be read: ${(error as Error).message}` }
  }
}

const noCertificate = 'is no certificate: it must be PEM, and begin with -----BEGIN CERTIFICATE-----'

/** Of several the others may be good where one is not. */
function mustBeCertificates(text: string): string | undefined {
  return certificateIn(text) ? undefined : noCertificate
}

function mustBeCertificate(text: string): string | undefined {
  const certificate = certificateIn(text)
  if (!certificate) return noCertificate
  const { validFromDate, validToDate } = certificate
  const nowMs = Date.now()
  if (validToDate.getTime() < nowMs) return `is a certificate that ended on ${validToDate.toISOString()}`
  return validFromDate.getTime() > nowMs ? `is a certificate that begins on ${validFromDate.toISOString()}` : undefined
}

/** The first one. */
function certificateIn(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text)
  } catch {
    return undefined
  }
}

function mustBeKey(text: string): string | undefined {
  return keyIn(text) ? undefined : 'is no private key in PEM, or one with a passphrase'
}

function keyIn(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text)
  } catch {
    return undefined
  }
}

/** What a mistake would put there, such as a whole file of settings, is no password. */
function mustBePassword(text: string): string | undefined {
  if (text === '') return 'is empty'
  return /^[\x21-\x7e]{1,1000}$/.test(text) ? undefined : 'is no password: one line of printable characters, no spaces'
}
