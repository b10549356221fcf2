/**
 * Returns why something failed, as a short text that can be stored. Removes paths; errors of Node and the system
 * contain codes and addresses, but no personal data.
 */
export function failureReasonOf(error: unknown): string {
  // Several addresses of one host failed; the first reason represents all.
  const first = error instanceof AggregateError ? (error.errors[0] ?? error) : error
  const { code, path, message: text } = first as NodeJS.ErrnoException
  // Node appends the paths to the message.
  const message = path === undefined ? text : text.replace(/ '\/.*$/s, '')
  const reason = code === undefined || message.includes(code) ? message : `${code}: ${message}`
  return reason.replace(/\p{C}/gu, ' ').trim().slice(0, 300) || 'no reason given'
}
