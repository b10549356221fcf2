import { safeParse } from 'fast-content-type-parse'

/** The part of a `content-type` that decides how bytes are read. */
export interface MediaType {
  /** Type and subtype in lower case, such as `application/json`; empty where the header is no media type. */
  readonly essence: string
  /** In lower case; undefined where none is named. */
  readonly charset: string | undefined
  /** Why the header is no media type, in the form of a problem. */
  readonly problem?: string
}

/** RFC 9110 sets no limit. The longest media type that the engine accepts has 42 characters, and a boundary of RFC 2046 has 70. */
export const mediaTypeCharsMax = 256

const tooLong: MediaType = { essence: '', charset: undefined, problem: `must have at most ${mediaTypeCharsMax} characters` }
const unreadable: MediaType = { essence: '', charset: undefined, problem: 'must be a media type, such as application/json' }

/** Reads a media type (RFC 9110, 8.3.1). Undefined where none is given. A header that is no media type has a problem, and an essence that no endpoint accepts. */
export function readMediaType(header: string | undefined): MediaType | undefined {
  if (header === undefined) return undefined
  // Senders without a token choose the length, so it is checked before anything reads the characters.
  if (header.length > mediaTypeCharsMax) return tooLong
  if (header.trim() === '') return undefined
  const { type, parameters } = safeParse(header)
  return type === '' ? unreadable : { essence: type, charset: parameters.charset?.toLowerCase() }
}

/** The engine reads text as UTF-8 only. */
export const isUtf8 = ({ charset }: MediaType): boolean => charset === undefined || charset === 'utf-8' || charset === 'utf8'

export const isJsonType = ({ essence }: MediaType): boolean => essence === 'application/json' || /^[^/]+\/[^/]+\+json$/.test(essence)

export const isXmlType = ({ essence }: MediaType): boolean => /^(application|text)\/([a-z0-9.-]+\+)?xml$/.test(essence)
