import { createRequire } from 'node:module'
import { parentPort } from 'node:worker_threads'

// The checker in plain JavaScript. The main entry of `recheck` uses a native program or a JVM where installed, so
// results could differ between machines.
const { checkSync }: typeof import('recheck') = createRequire(import.meta.url)('recheck/lib/browser.js')

/**
 * Limits the steps of the search and not its time, so that results do not depend on load. With up to 100 counted
 * repetitions the checker builds an automaton, which proves its result; beyond that it searches for an attack. One
 * expression takes some seconds at most.
 */
const limits = {
  attackTimeout: null,
  incubationTimeout: null,
  seedingTimeout: null,
  attackLimit: 100_000_000,
  timeout: 120_000,
  maxRepeatCount: 100,
  maxIteration: 5,
}

parentPort?.on('message', ({ pattern, flags }: { readonly pattern: string; readonly flags: string }) =>
  parentPort?.postMessage(checkSync(pattern, flags, limits)),
)
