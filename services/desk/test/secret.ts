import { createEngineSecret } from '@holdfast/trust'

/** The same in each run, so that projections are reproducible. */
export const testSecret = createEngineSecret(Buffer.alloc(32, 7))
