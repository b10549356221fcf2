import { spawnSync } from 'node:child_process'

/**
 * Whether a program works on this machine. Prints why its tests are skipped, or throws when HOLDFAST_REQUIRE names it.
 */
export function hasTool(name: string, [command, ...words]: readonly [string, ...string[]], install: string): boolean {
  if (spawnSync(command, words).status === 0) return true
  const why = `${command} ${words.join(' ')} fails (${install})`
  if (process.env.HOLDFAST_REQUIRE?.split(',').includes(name)) throw new Error(`${name} is required: ${why}`)
  console.log(`Samples for ${name} are skipped: ${why}`)
  return false
}
