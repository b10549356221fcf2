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

/**
 * How Kafka and this service authenticate each other. Reads the files once, at the start. Throws what is wrong with a
 * file, never its content.
 */
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

/** The same for Redis, whose address says whether TLS is used. */
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

/** The format of each file. A check returns what is wrong. */
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

/** Throws what is wrong with the file of a setting. */
export function checkBackendFile(config: Partial<Pick<BaseConfig, FileSetting>>, setting: FileSetting): void {
  const text = read(config, setting)
  const certificateSetting = certificateOf[setting]
  if (text === undefined || certificateSetting === undefined) return
  // Problems of the certificate itself are reported by its own check.
  const certificate = certificateIn(textOf(config, certificateSetting).text ?? '')
  if (certificate && !certificate.checkPrivateKey(createPrivateKey(text)))
    throw new Error(`${setting}: ${config[setting]} is not the key of the certificate in ${config[certificateSetting]}`)
}

const certificateOf: Partial<Record<FileSetting, FileSetting>> = {
  HOLDFAST_KAFKA_TLS_KEY_FILE: 'HOLDFAST_KAFKA_TLS_CERT_FILE',
  HOLDFAST_REDIS_TLS_KEY_FILE: 'HOLDFAST_REDIS_TLS_CERT_FILE',
}

/** Returns the content of a file; undefined if the setting is absent. Throws what is wrong with it. */
function read(config: Partial<Pick<BaseConfig, FileSetting>>, setting: FileSetting): string | undefined {
  const { text, problem } = textOf(config, setting)
  const wrong = problem ?? (text === undefined ? undefined : checks[setting](text))
  if (wrong !== undefined) throw new Error(`${setting}: ${config[setting]} ${wrong}`)
  return text
}

/** Without surrounding white space. */
function textOf(config: Partial<Pick<BaseConfig, FileSetting>>, setting: FileSetting): { text?: string; problem?: string } {
  const path = config[setting]
  if (path === undefined) return {}
  try {
    return { text: readFileSync(path, 'utf8').trim() }
  } catch (error) {
    return { problem: `cannot be read: ${(error as Error).message}` }
  }
}

const noCertificate = 'is not a certificate: it must be PEM, starting with -----BEGIN CERTIFICATE-----'

/** Checks each certificate of a list, because one of several may be invalid. */
function mustBeCertificates(text: string): string | undefined {
  return certificateIn(text) ? undefined : noCertificate
}

function mustBeCertificate(text: string): string | undefined {
  const certificate = certificateIn(text)
  if (!certificate) return noCertificate
  const { validFromDate, validToDate } = certificate
  const nowMs = Date.now()
  if (validToDate.getTime() < nowMs) return `is a certificate that expired on ${validToDate.toISOString()}`
  return validFromDate.getTime() > nowMs ? `is a certificate that is not valid before ${validFromDate.toISOString()}` : undefined
}

/** The first certificate. */
function certificateIn(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text)
  } catch {
    return undefined
  }
}

function mustBeKey(text: string): string | undefined {
  return keyIn(text) ? undefined : 'is not a private key in PEM, or has a passphrase'
}

function keyIn(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text)
  } catch {
    return undefined
  }
}

/** Detects files that were named by mistake, such as a whole file of settings. */
function mustBePassword(text: string): string | undefined {
  if (text === '') return 'is empty'
  return /^[\x21-\x7e]{1,1000}$/.test(text) ? undefined : 'is not a password: it must be one line of printable characters, no spaces'
}
