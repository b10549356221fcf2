import { hash } from 'node:crypto'

/**
 * RFC 9440, 2.2: the certificate in DER, as a byte sequence of RFC 8941. Two headers, which Node joins by a comma, do
 * not match.
 */
const clientCert = /^:([A-Za-z0-9+/]+={0,2}):$/
const base64 = /^[A-Za-z0-9+/]+={0,2}$/
const pemHead = '-----BEGIN CERTIFICATE-----\n'
const pemFoot = '\n-----END CERTIFICATE-----'

/**
 * The thumbprint of the certificate in a `Client-Cert` header (RFC 8705, 3.1): in the form of RFC 9440, or of nginx's
 * `$ssl_client_escaped_cert`, which is percent-encoded PEM. Undefined unless the header names exactly one.
 */
export function certificateThumbprint(header: string): string | undefined {
  const text = clientCert.exec(header)?.[1] ?? derOfEscaped(header)
  return text === undefined ? undefined : hash('sha256', Buffer.from(text, 'base64'), 'base64url')
}

function derOfEscaped(header: string): string | undefined {
  if (!header.startsWith('-----BEGIN%20CERTIFICATE-----')) return undefined
  const pem = decoded(header)?.trimEnd()
  if (!pem?.startsWith(pemHead) || !pem.endsWith(pemFoot)) return undefined
  const der = pem.slice(pemHead.length, -pemFoot.length).replaceAll('\n', '')
  return base64.test(der) ? der : undefined
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
