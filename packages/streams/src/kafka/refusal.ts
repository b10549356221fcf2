import { StreamUnavailableError } from '../port.ts'
import { asKafkaError } from './faults.ts'
import type { KafkaConfig } from './kafkajs.ts'

/** What Node says of a certificate that does not prove who the broker is. */
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
/** What a broker says of our certificate, or of there being none. */
const alertsOfOurCertificate = /^(?:BAD_CERTIFICATE|CERTIFICATE_\w+|HANDSHAKE_FAILURE|UNKNOWN_CA|ACCESS_DENIED)$/
/** @param code such as `ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED`. */
function isOfOurCertificate(code: string): boolean {
  const alertAt = code.lastIndexOf(alertMark)
  return code.startsWith('ERR_SSL_') && alertAt >= 0 && alertsOfOurCertificate.test(code.slice(alertAt + alertMark.length))
}
const alertMark = 'ALERT_'
/** It does not speak TLS. */
const noTls = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'])

type Security = Pick<KafkaConfig, 'brokers' | 'ssl' | 'sasl'>

/**
 * That a broker does not take us, or is not the one we mean, in words for who can mend it; undefined for any other fault. Another try would end in the same way, so nobody waits for it; it may pass all the same, once
 * somebody has mended it, and what could not be written meanwhile is unavailable and not refused.
 */
export function refusalOf(error: unknown, security: Security): StreamUnavailableError | undefined {
  const chain = causesOf(error)
  const why = whyNotTaken(chain, security)
  return why === undefined ? undefined : new StreamUnavailableError(`Kafka at ${security.brokers.join(', ')} ${why}`, { cause: error })
}

/**
 * What may be the matter where a broker cuts us off without a word, as it does with who comes without TLS or a user where it asks for one; undefined for any other fault. One that is starting, behind a proxy, does so too, so
 * that it is tried again.
 */
export function hintOf(error: unknown, { brokers, ssl, sasl }: Security): string | undefined {
  if (sasl !== undefined || !causesOf(error).some(({ name }) => name === 'KafkaJSConnectionClosedError')) return undefined
  const wants = ssl ? 'a user (HOLDFAST_KAFKA_USERNAME)' : 'TLS (HOLDFAST_KAFKA_TLS_CA_FILE), or a user (HOLDFAST_KAFKA_USERNAME)'
  return `Kafka at ${brokers.join(', ')} ends the connection before it has answered: does it ask for ${wants}?`
}

function whyNotTaken(chain: readonly Fault[], { ssl, sasl }: Security): string | undefined {
  for (const { name, type, code = '', message } of chain) {
    if (name === 'KafkaJSSASLAuthenticationError' || type === 'SASL_AUTHENTICATION_FAILED' || type === 'UNSUPPORTED_SASL_MECHANISM')
      return `does not take the user ${userOf(sasl)}: ${message}`
    if (ofItsCertificate.has(code)) return `can't be trusted: its certificate is not right (${code}: ${message})`
    if (isOfOurCertificate(code))
      return hasCertificate(ssl)
        ? `does not take our certificate (${alertIn(message)})`
        : `asks for a certificate, and this process is given none (${alertIn(message)})`
    if (noTls.has(code)) return 'does not speak TLS at this port'
  }
  return undefined
}

/** What the other side said, without where in OpenSSL it was read. */
const alertIn = (message: string): string => /SSL routines:[^:]*:([^:]+)/.exec(message)?.[1] ?? message

interface Fault {
  readonly name: string
  readonly message: string
  readonly type?: string
  readonly code?: string
}

const causesMax = 8

/** An error and what it was made of, from the outside in: kafkajs wraps what it gave up on. */
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
