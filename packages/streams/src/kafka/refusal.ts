import { StreamUnavailableError } from '../port.ts'
import { asKafkaError } from './faults.ts'
import type { KafkaConfig } from './kafkajs.ts'

/** Node's errors for a broker certificate that can't be verified. */
const ofItsCertificate = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])
/** A broker's alerts about our certificate, or about a missing one. */
const alertsOfOurCertificate = /^(?:BAD_CERTIFICATE|CERTIFICATE_\w+|HANDSHAKE_FAILURE|UNKNOWN_CA|ACCESS_DENIED)$/
/** @param code such as `ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED`. */
function isOfOurCertificate(code: string): boolean {
  const alertAt = code.lastIndexOf(alertPrefix)
  return code.startsWith('ERR_SSL_') && alertAt >= 0 && alertsOfOurCertificate.test(code.slice(alertAt + alertPrefix.length))
}
const alertPrefix = 'ALERT_'
/** The broker does not use TLS. */
const noTls = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'])

type Security = Pick<KafkaConfig, 'brokers' | 'ssl' | 'sasl'>

/**
 * Explains to an operator why a broker refuses this client, or can't be trusted; undefined for any other fault. A retry
 * fails again, so callers fail at once. It is still unavailable, not refused: once the operator repairs it, the write
 * can succeed.
 */
export function refusalOf(error: unknown, security: Security): StreamUnavailableError | undefined {
  const chain = causesOf(error)
  const why = reasonOfRefusal(chain, security)
  return why === undefined ? undefined : new StreamUnavailableError(`Kafka at ${security.brokers.join(', ')} ${why}`, { cause: error })
}

/**
 * Suggests a setting when a broker closes the connection without an error; undefined for any other fault. It does so to
 * clients without TLS or user if it requires one. A proxied broker that is starting does so too, so the request is
 * retried.
 */
export function hintOf(error: unknown, { brokers, ssl, sasl }: Security): string | undefined {
  if (sasl !== undefined || !causesOf(error).some(({ name }) => name === 'KafkaJSConnectionClosedError')) return undefined
  const wants = ssl ? 'a user (HOLDFAST_KAFKA_USERNAME)' : 'TLS (HOLDFAST_KAFKA_TLS_CA_FILE), or a user (HOLDFAST_KAFKA_USERNAME)'
  return `Kafka at ${brokers.join(', ')} closes the connection without an answer. It may require ${wants}.`
}

function reasonOfRefusal(chain: readonly Fault[], { ssl, sasl }: Security): string | undefined {
  for (const { name, type, code = '', message } of chain) {
    if (name === 'KafkaJSSASLAuthenticationError' || type === 'SASL_AUTHENTICATION_FAILED' || type === 'UNSUPPORTED_SASL_MECHANISM')
      return `rejects the user ${userOf(sasl)}: ${message}`
    if (ofItsCertificate.has(code)) return `can't be trusted: its certificate is invalid (${code}: ${message})`
    if (isOfOurCertificate(code))
      return hasCertificate(ssl)
        ? `rejects our certificate (${alertIn(message)})`
        : `requires a client certificate, and none is configured (${alertIn(message)})`
    if (noTls.has(code)) return 'does not use TLS on this port'
  }
  return undefined
}

/** The alert of the other side, without OpenSSL's source position. */
const alertIn = (message: string): string => /SSL routines:[^:]*:([^:]+)/.exec(message)?.[1] ?? message

interface Fault {
  readonly name: string
  readonly message: string
  readonly type?: string
  readonly code?: string
}

const causesMax = 8

/** An error and its causes, from the outside in: kafkajs wraps the original error. */
function causesOf(error: unknown): Fault[] {
  const found: Fault[] = []
  for (let at: unknown = error; at instanceof Error && found.length < causesMax; at = at.cause) {
    const { name, message, type } = asKafkaError(at)
    const code = 'code' in at && typeof at.code === 'string' ? at.code : undefined
    found.push({ name, message, ...(type !== undefined && { type }), ...(code !== undefined && { code }) })
  }
  return found
}

const userOf = (sasl: KafkaConfig['sasl']): string => (sasl && 'username' in sasl ? sasl.username : 'of this process')
const hasCertificate = (ssl: KafkaConfig['ssl']): boolean => typeof ssl === 'object' && ssl.cert !== undefined
