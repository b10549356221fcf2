import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mustRun } from '@holdfast/test-kit/maven-jars'
import { giveWay } from './give-way.ts'

/**
 * Says of a formula in DIMACS whether nothing satisfies it, by CaDiCaL (Debian: cadical). What takes the solver within Alloy two and a half minutes takes it twelve seconds, but it
 * gives no run: so it is asked where none is expected.
 */
export type IsUnsatisfiable = (file: string) => Promise<boolean>

/** As every solver of the yearly competition says it. */
const exitCodes = { satisfiable: 10, unsatisfiable: 20 } as const

/** Undefined where it is not installed. */
export async function findCadical(): Promise<IsUnsatisfiable | undefined> {
  try {
    await mustRun('cadical', ['--version'], 'cadical')
    return isUnsatisfiable
  } catch {
    return undefined
  }
}

/** False as well where there is no formula: Alloy writes none of what it sees through by itself. */
function isUnsatisfiable(file: string): Promise<boolean> {
  if (!existsSync(file)) return Promise.resolve(false)
  const solver = spawn('cadical', ['-q', '-n', file], { stdio: ['ignore', 'ignore', 'ignore'] })
  giveWay(solver)
  return new Promise((resolve, reject) => {
    solver.on('error', reject)
    solver.on('close', code => {
      if (code === exitCodes.unsatisfiable || code === exitCodes.satisfiable) resolve(code === exitCodes.unsatisfiable)
      else reject(new Error(`cadical ended with ${code} on ${file}`))
    })
  })
}
