/** The cookie also contains the other state of the sign-in. */
const pathMax = 2_000
/**
 * A path starts with one slash, followed by neither a slash nor a backslash, which browsers read as a slash. No spaces
 * or control characters.
 */
const within = /^\/(?![/\\])[!-[\]-~]*$/

/** The path of this desk to open after sign-in, or `/` for any other text. */
export function returnPathOf(text: string | undefined): string {
  const url = text !== undefined && within.test(text) ? URL.parse(text, 'http://desk.invalid') : null
  if (!url) return '/'
  const path = url.pathname + url.search + url.hash
  // `/.//elsewhere.example` begins with one slash and is normalised to two. A path under `/auth/` would start another
  // sign-in.
  return path.length <= pathMax && within.test(path) && !path.startsWith('/auth/') ? path : '/'
}
