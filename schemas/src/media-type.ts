/** What a `content-type` says, as far as it decides how bytes are read. */
export interface MediaType {
  /** Type and subtype in lower case, such as `application/json`. */
  readonly essence: string
  /** In lower case; undefined where none is named. */
  readonly charset: string | undefined
}

/** Reads a media type (RFC 9110, 8.3.1); undefined where none is given. What is no media type is one that nobody takes. */
export function readMediaType(header: string | undefined): MediaType | undefined {
  if (header === undefined || header.trim() === '') return undefined
  const [essence = '', ...parameters] = header.split(';')
  const charset = parameters.map(parameter => /^\s*charset\s*=\s*"?([^"]*?)"?\s*$/i.exec(parameter)?.[1]).find(found => found !== undefined)
  return { essence: essence.trim().toLowerCase(), charset: charset?.toLowerCase() }
}

/** Text is UTF-8 here and nothing else. */
export const isUtf8 = ({ charset }: MediaType): boolean => charset === undefined || charset === 'utf-8' || charset === 'utf8'

export const isJsonType = ({ essence }: MediaType): boolean => essence === 'application/json' || /^[^/]+\/[^/]+\+json$/.test(essence)

export const isXmlType = ({ essence }: MediaType): boolean => /^(application|text)\/([a-z0-9.-]+\+)?xml$/.test(essence)
