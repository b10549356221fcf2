import type { Violation } from '../../../checker/observations.ts'

const thrown: Error[] = []
process.on('warning', warning => {
  if (!warning.name.endsWith('Warning')) thrown.push(warning)
})

/**
 * Errors of the engine's listeners since the last call: they reach the process as warnings and block no other listener.
 */
export function takeThrown(): readonly Violation[] {
  return thrown.splice(0).map(({ name, message }) => ({ invariant: 'no listener throws', message: `${name}: ${message}` }))
}
