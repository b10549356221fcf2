import { hash } from 'node:crypto'

/** RFC 9440, 2.2: the certificate in DER, as a byte sequence of RFC 8941. Two headers, which Node joins by a comma, are none. */
const clientCert = /^:([A-Za-z0-9+/]+={0,2}):$/

/** The thumbprint of the certificate that a header `Client-Cert` names (RFC 8705, 3.1); undefined where it names none, or not one alone. */
export function certificateThumbprint(header: string): string | undefined {
  const text = clientCert.exec(header)?.[1]
  return text === undefined ? undefined : hash('sha256', Buffer.from(text, 'base64'), 'base64url')
}
