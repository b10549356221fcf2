import { createRequire } from 'node:module'
import { parentPort } from 'node:worker_threads'

// The checker in plain JavaScript. The main entry of `recheck` starts a native program or a JVM where it finds one, so that two machines could differ.
const { checkSync }: typeof import('recheck') = createRequire(import.meta.url)('recheck/lib/browser.js')

/**
 * Steps bound the search, and not the time, so that a busy machine finds the same. With up to 100 counted repetitions the checker still builds an automaton,
 * which proves its result; beyond that it searches for an attack. One expression takes some seconds at most.
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
