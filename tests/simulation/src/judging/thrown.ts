import type { Violation } from '../../../checker/observations.ts'

const thrown: Error[] = []
process.on('warning', warning => {
  if (!warning.name.endsWith('Warning')) thrown.push(warning)
})

/** What a listener of the engine threw since this was asked last: it holds up nobody, and is told as a warning of the process. */
export function takeThrown(): readonly Violation[] {
  return thrown.splice(0).map(({ name, message }) => ({ invariant: 'no listener throws', message: `${name}: ${message}` }))
}
