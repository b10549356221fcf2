/** The value of a cookie in a Cookie header; undefined if it is absent. The first of several with the same name. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  const pair = header?.split(';').find(text => text.trimStart().startsWith(`${name}=`))
  return pair?.trim().slice(name.length + 1)
}

export interface CookieLife {
  readonly sameSite: 'Strict' | 'Lax'
  /** 0 deletes the cookie. */
  readonly maxAgeSeconds: number
}

/**
 * A Set-Cookie header for a `__Host-` name: for this host only, only with TLS, and hidden from scripts. The value must
 * be valid in a cookie, as encrypted values are.
 */
export const cookieText = (name: `__Host-${string}`, value: string, { sameSite, maxAgeSeconds }: CookieLife): string =>
  `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; Secure; HttpOnly; SameSite=${sameSite}`
