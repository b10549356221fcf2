import { fileURLToPath } from 'node:url'

/** Where what Node makes of the sources is kept for all processes of all tests, and for the next run: most of them would make it anew. */
export const compiledFolder = fileURLToPath(new URL('../../../node_modules/.cache/holdfast-compiled', import.meta.url))
