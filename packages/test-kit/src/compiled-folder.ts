import { fileURLToPath } from 'node:url'

/** Node's compiled code, kept for all processes of all tests and for the next run: most of them would compile it again. */
export const compiledFolder = fileURLToPath(new URL('../../../node_modules/.cache/holdfast-compiled', import.meta.url))
