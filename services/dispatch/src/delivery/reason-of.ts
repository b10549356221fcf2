/** Why something failed, in a few words that may be written down: system errors by their code, which names no path and no person. */
export function reasonOf(error: unknown): string {
  // Several addresses of one host were tried: one reason stands for all.
  const first = error instanceof AggregateError ? (error.errors[0] ?? error) : error
  const { code, message } = first as NodeJS.ErrnoException
  // Node's own errors have words that help (a certificate that has expired), those of the system are best told by their codes.
  const words = code === undefined || message.includes(code) ? message : `${code}: ${message}`
  return (words || 'no reason given').slice(0, 300)
}
