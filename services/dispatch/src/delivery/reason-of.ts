/** Why something failed, in a few words that may be written down. Errors of Node and of the system name codes and addresses, and no path and no person. */
export function reasonOf(error: unknown): string {
  // Several addresses of one host were tried: one reason stands for all.
  const first = error instanceof AggregateError ? (error.errors[0] ?? error) : error
  const { code, message } = first as NodeJS.ErrnoException
  const words = code === undefined || message.includes(code) ? message : `${code}: ${message}`
  return words.replace(/\p{C}/gu, ' ').trim().slice(0, 300) || 'no reason given'
}
