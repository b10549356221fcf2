import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A SAT solver and the settings with which Alloy uses it. */
export interface Solver {
  readonly id: string
  /** Options of Java. */
  readonly javaOptions: readonly string[]
}

/** Alloy's own solver. */
export const glucose: Solver = { id: 'glucose', javaOptions: [] }

/**
 * A program that reads DIMACS and answers in the format of the SAT competition. Alloy cannot name such a program, but
 * it runs any of them in place of Plingeling.
 */
export const programSolver = (program: string): Solver => ({
  id: 'lingeling.parallel',
  javaOptions: [`-Dalloy.native.exe.plingeling=${program}`],
})

/** CaDiCaL if it is installed (Debian: cadical), because it is many times faster on the hard questions. */
export function findSolver({ PATH = '' }: NodeJS.ProcessEnv = process.env): Solver {
  const program = PATH.split(delimiter)
    .map(folder => join(folder, 'cadical'))
    .find(file => existsSync(file))
  return program === undefined ? glucose : programSolver(program)
}
