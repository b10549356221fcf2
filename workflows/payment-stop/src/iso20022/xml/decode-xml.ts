import { accepted, decodeUtf8, type Result, refused } from '@holdfast/schemas'

/**
 * Decodes the bytes of an XML document: UTF-8 with or without a byte order mark, or UTF-16 with one. Other encodings are
 * refused with a reason, and so is a wrong encoding declaration, because a misread name would still look like a name.
 */
export function decodeXml(bytes: Uint8Array): Result<string, string> {
  const encoding = encodingOf(bytes)
  if (!encoding.ok) return encoding
  const decoding = encoding.value === 'utf-8' ? decodedUtf8(bytes) : decodedUtf16(bytes, encoding.value)
  if (!decoding.ok) return decoding
  const text = decoding.value.replace(/^\ufeff/, '')
  const declared = declaredEncoding(text)
  if (declared === undefined || isSame(declared, encoding.value)) return accepted(text)
  return refused(
    `says that it is written in "${declared}", but its bytes are ${encoding.value.toUpperCase()}: send it as UTF-8, or as UTF-16 with a byte order mark`,
  )
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be'

const startsWith = (bytes: Uint8Array, ...first: number[]) => first.every((byte, index) => bytes[index] === byte)

function encodingOf(bytes: Uint8Array): Result<Encoding, string> {
  if (startsWith(bytes, 0xff, 0xfe, 0, 0) || startsWith(bytes, 0, 0, 0xfe, 0xff)) return refused('UTF-32 is not read: send it as UTF-8')
  if (startsWith(bytes, 0xfe, 0xff)) return accepted('utf-16be')
  if (startsWith(bytes, 0xff, 0xfe)) return accepted('utf-16le')
  // "<" and a zero byte in either order: UTF-16 without a byte order mark, which XML 1.0, 4.3.3 requires.
  if (startsWith(bytes, 0x3c, 0) || startsWith(bytes, 0, 0x3c))
    return refused('UTF-16 without a byte order mark is not read: add the mark, or send it as UTF-8')
  return accepted('utf-8')
}

function decodedUtf8(bytes: Uint8Array): Result<string, string> {
  const text = decodeUtf8(bytes)
  return text.ok ? text : refused(text.error.map(({ message }) => message).join('; '))
}

function decodedUtf16(bytes: Uint8Array, encoding: Encoding): Result<string, string> {
  try {
    return accepted(new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    return refused(`not ${encoding.toUpperCase()}: the bytes are no text in it`)
  }
}

/** An XML declaration is short and at the very beginning, so the rest is not searched. */
const declarationMax = 200

const declaredEncoding = (text: string): string | undefined =>
  /^<\?xml\s[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']/.exec(text.slice(0, declarationMax))?.[1]

const isSame = (declared: string, actual: Encoding): boolean => {
  const name = declared.toLowerCase()
  return actual === 'utf-8' ? name === 'utf-8' || name === 'utf8' : name === 'utf-16' || name === actual
}
