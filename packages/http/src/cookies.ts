/** The value of a cookie in a Cookie header; undefined where it is not there. Of two with one name the first. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  const pair = header?.split(';').find(text => text.trimStart().startsWith(`${name}=`))
  return pair?.trim().slice(name.length + 1)
}

export interface CookieLife {
  readonly sameSite: 'Strict' | 'Lax'
  /** 0 takes it away. */
  readonly maxAgeSeconds: number
}

/**
 * A Set-Cookie header for a name that begins with `__Host-`: of this host alone, never without TLS, and no script reads it. The value must
 * be fit for one, as what is sealed is.
 */
export const cookieText = (name: `__Host-${string}`, value: string, { sameSite, maxAgeSeconds }: CookieLife): string =>
  `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; Secure; HttpOnly; SameSite=${sameSite}`
