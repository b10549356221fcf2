/** With what else is sealed beside it, it has to fit into a cookie. */
const wayMax = 2_000
/** One slash and then none, neither the backslash that browsers take for one; no spaces, no controls. */
const within = /^\/(?![/\\])[!-[\]-~]*$/

/** Where somebody goes on after signing in: a way within this desk that begins with one slash, and `/` instead of anything else. */
export function returnPathOf(text: string | undefined): string {
  const url = text !== undefined && within.test(text) ? URL.parse(text, 'http://desk.invalid') : null
  if (!url) return '/'
  const way = url.pathname + url.search + url.hash
  // `/.//elsewhere.example` begins with one slash and comes out with two. To sign in once more would go round and round.
  return way.length <= wayMax && within.test(way) && !way.startsWith('/auth/') ? way : '/'
}
