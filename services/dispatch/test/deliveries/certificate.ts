import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** A key and a self-signed certificate, generated each time so that no test key is stored. */
export interface SelfSigned {
  readonly key: string
  readonly cert: string
}

/**
 * A certificate for one host name and 127.0.0.1 (RFC 5280, in hand-written DER, because Node parses certificates but
 * cannot create them).
 */
export function selfSigned(host: string, validFrom = new Date(Date.now() - 86_400_000), days = 2): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const body = certificateBody(host, publicKey, validFrom, new Date(validFrom.getTime() + days * 86_400_000))
  const certificate = sequence(body, ecdsaWithSha256, bits(sign('sha256', body, privateKey)))
  return { key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), cert: pemOf(certificate) }
}

function certificateBody(host: string, publicKey: KeyObject, from: Date, to: Date): Buffer {
  const name = sequence(set(sequence(objectId(0x55, 0x04, 0x03), tagged(0x0c, Buffer.from(host)))))
  // subjectAltName: a DNS name and an IP address.
  const names = sequence(tagged(0x82, Buffer.from(host)), tagged(0x87, Buffer.from([127, 0, 0, 1])))
  const extensions = tagged(0xa3, sequence(sequence(objectId(0x55, 0x1d, 0x11), tagged(0x04, names))))
  const version3 = tagged(0xa0, integer(2))
  const validity = sequence(time(from), time(to))
  const key = publicKey.export({ format: 'der', type: 'spki' })
  return sequence(version3, integer(1), ecdsaWithSha256, name, validity, name, key, extensions)
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
const sequence = (...parts: readonly Buffer[]) => tagged(0x30, Buffer.concat(parts))
const set = (...parts: readonly Buffer[]) => tagged(0x31, Buffer.concat(parts))
const integer = (value: number) => tagged(0x02, Buffer.from([value]))
const objectId = (...bytes: readonly number[]) => tagged(0x06, Buffer.from(bytes))
const bits = (content: Buffer) => tagged(0x03, Buffer.concat([Buffer.from([0]), content]))
const time = (at: Date) => tagged(0x18, Buffer.from(at.toISOString().replace(/[-:T]|\.\d+/g, '')))
const ecdsaWithSha256 = sequence(objectId(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))

const pemOf = (der: Buffer) =>
  `-----BEGIN CERTIFICATE-----\n${(der.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`
