/** Why something failed, in a few words that may be written down. Errors of Node and of the system name codes and addresses; paths are taken out of them, and no person is in them. */
export function failureReasonOf(error: unknown): string {
  // Several addresses of one host were tried: one reason stands for all.
  const first = error instanceof AggregateError ? (error.errors[0] ?? error) : error
  const { code, path, message: text } = first as NodeJS.ErrnoException
  // Node puts the paths behind the words.
  const message = path === undefined ? text : text.replace(/ '\/.*$/s, '')
  const words = code === undefined || message.includes(code) ? message : `${code}: ${message}`
  return words.replace(/\p{C}/gu, ' ').trim().slice(0, 300) || 'no reason given'
}
